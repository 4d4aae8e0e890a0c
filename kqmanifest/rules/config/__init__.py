"""ConfigMaps, Secrets, namespaces and quotas."""
