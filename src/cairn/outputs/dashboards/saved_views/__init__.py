"""Views that a user saved, and the weekly email about what was published."""
