"""What the reading is measured by, and how the figures are shown."""
