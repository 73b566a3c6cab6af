"""Labelled articles: formats in and out, checks, agreement, splits, suggestions."""
