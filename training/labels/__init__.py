"""Labelled articles: reading and writing formats, checks, agreement, splits, suggestions."""
