"""Pods as a whole: restarts, deadlines, names of hosts, what is shared with the node."""
