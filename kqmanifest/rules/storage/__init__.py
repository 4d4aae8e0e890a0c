"""Storage beside the pod: claims, persistent volumes and their classes."""
