"""PersistentVolumes and their claims: capacities, access modes, and what binds the two."""
