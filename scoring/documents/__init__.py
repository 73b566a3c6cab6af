"""Bytes, files, rows and HTML → documents: decoding, structure, boilerplate, links, language."""
