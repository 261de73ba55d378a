"""Propose how a file is read, and preview what would become of its rows."""
