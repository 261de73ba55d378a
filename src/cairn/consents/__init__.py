"""What families decline."""
