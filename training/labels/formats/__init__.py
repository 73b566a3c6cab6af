"""Formats of labelled articles, one a file; a further format is a further file here, found by its decorators."""
