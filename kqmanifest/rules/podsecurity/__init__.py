"""The Pod Security Standards, checked only where one of them is requested."""
