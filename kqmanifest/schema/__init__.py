"""What Kubernetes itself publishes about the shape of its objects, one trimmed data file a version."""
