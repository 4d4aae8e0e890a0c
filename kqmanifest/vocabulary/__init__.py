"""How Kubernetes reads single values: names, paths, quantities, and where files come from."""
