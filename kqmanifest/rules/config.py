"""ConfigMaps, Secrets, Namespaces and ResourceQuotas: keys, sizes and types."""
