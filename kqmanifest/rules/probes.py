"""Probes and lifecycle: how a container is asked whether it lives, and what it does at its start and end."""
