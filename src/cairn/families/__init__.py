"""What a family sees of its own child, and what it says."""
