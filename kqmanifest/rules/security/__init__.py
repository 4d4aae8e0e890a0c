"""Who a container runs as, and what it may do."""
