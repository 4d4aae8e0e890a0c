"""Security contexts: users, groups, capabilities and what a container may do to its node."""
