"""What may leave: drafted, checked, reviewed, sent back to its owners, published, withdrawn."""
