"""A report as a page: one file that needs nothing else, and works without a script."""
