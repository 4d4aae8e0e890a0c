"""A spec as typed, frozen values."""
