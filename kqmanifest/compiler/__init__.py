"""The compiler: what is given is taken apart, built and judged, and what is found gets its place in the user's own text."""
