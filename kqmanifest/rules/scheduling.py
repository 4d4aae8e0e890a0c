"""Scheduling: node selectors, affinity, tolerations and spreading."""
