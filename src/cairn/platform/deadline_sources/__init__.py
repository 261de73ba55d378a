"""The calendar of deadlines: what an entry is, and the sources that apps register at start."""
