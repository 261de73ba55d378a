"""What comes back to the owner of a delivery: what became of its rows, and that it was told."""
