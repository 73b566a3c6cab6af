"""What a dossier is written as: JSON, table, page, PROV."""
