"""Models of claim pairs, and the benchmark of stories."""
