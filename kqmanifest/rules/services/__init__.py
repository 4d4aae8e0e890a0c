"""Services: their types, ports, addresses and traffic policies."""
