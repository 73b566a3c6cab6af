"""How files are written: put in place whole, tables safe for spreadsheets, control characters made visible."""
