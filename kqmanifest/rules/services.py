"""Services: ports, types and addresses."""
