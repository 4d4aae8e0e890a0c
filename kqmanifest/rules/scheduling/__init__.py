"""Where pods may run: node selectors, tolerations, affinity, and spreading."""
