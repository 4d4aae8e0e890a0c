"""From what a user wrote to models: a spec is read, or every fault in it is reported with a hint."""
