"""Formats of labelled articles, each in a file; a new format is a new file here, which registers by its decorators."""
