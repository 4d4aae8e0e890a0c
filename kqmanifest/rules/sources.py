"""Volume sources: what each kind of source needs to be found."""
