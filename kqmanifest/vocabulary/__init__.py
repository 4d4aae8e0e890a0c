"""What is known of words and values: how Kubernetes reads names, paths and quantities, and which word was probably meant."""
