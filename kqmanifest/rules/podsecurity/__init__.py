"""The Pod Security Standards, asked only where one of them is asked for."""
