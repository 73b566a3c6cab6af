"""Many articles on one matter: which claims say the same, where each starts, and who copied whom."""
