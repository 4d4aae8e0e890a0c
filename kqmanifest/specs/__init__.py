"""From what a user wrote to models: a spec is read, or every fault in it is told with its cure."""
