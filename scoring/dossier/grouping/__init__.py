"""Claims of many articles → stories, and groups of claims that say the same."""
