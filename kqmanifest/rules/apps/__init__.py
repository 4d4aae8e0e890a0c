"""Deployments, StatefulSets, DaemonSets, and how they are updated."""
