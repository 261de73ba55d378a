"""Template filters for agreements."""
