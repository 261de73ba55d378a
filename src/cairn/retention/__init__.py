"""What must be destroyed by when, and the proof."""
