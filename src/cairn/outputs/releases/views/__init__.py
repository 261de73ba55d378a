"""Answer requests for pages of releases: one query or one action each, then a page."""
