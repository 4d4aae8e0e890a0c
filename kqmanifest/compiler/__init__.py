"""The compiler: what is given is split, built and judged, and what is found gets its place in the user's own text."""
