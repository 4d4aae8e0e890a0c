"""Pods and their containers: what runs, with which environment, ports and probes, and when it is restarted."""
