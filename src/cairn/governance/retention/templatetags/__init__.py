"""Template filters of retention."""
