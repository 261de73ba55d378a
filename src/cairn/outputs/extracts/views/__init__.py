"""Answer requests for pages of extracts."""
