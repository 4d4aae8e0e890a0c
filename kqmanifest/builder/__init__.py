"""From a spec to plain Kubernetes objects: mounts become volumes and volumeMounts, and every part remembers its place."""
