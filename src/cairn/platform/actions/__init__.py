"""Declare actions, so that none forgets its transaction, its policy question or its audit line."""
