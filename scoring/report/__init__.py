"""Showing a rating: JSON, JSON Lines, CSV, Parquet, a frame of pandas, the screen, a page, Markdown and PDF."""
