"""Kubernetes manifests for deep-learning workloads, checked before a cluster sees them."""
