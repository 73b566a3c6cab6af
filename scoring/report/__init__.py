"""Showing a rating: as a dictionary, as JSON, JSON lines or CSV, as a table, and one claim explained."""
