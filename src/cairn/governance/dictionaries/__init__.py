"""Providers' data dictionaries, element by element."""
