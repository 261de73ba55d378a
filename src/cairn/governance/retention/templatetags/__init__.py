"""Template filters of the retention app."""
