"""The tasks that apps contribute to a person's home page."""
