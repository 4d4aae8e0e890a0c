"""What containers and pods ask for: CPU, memory, GPUs and other devices."""
