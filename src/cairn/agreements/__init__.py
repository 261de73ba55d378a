"""What partners agreed: each agreement is loaded from a text that a person can read."""
