"""Deployments and StatefulSets: selectors, templates and how they are updated."""
