"""What holds for every object: how it is read, what it is called, its metadata, and what objects are to each other."""
