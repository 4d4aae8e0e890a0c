"""What containers and pods request: CPU, memory, GPUs and other devices."""
