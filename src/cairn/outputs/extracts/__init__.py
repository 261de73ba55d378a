"""Manage extracts: de-identified rows of one project, for one recipient, fetched once."""
