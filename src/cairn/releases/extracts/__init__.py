"""Extracts: rows without names, of one approved project, for one person, fetched once."""
