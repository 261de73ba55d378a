"""What a provider's data dictionary says, element by element."""
