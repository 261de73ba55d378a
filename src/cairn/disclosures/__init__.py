"""Every request and disclosure, on record."""
