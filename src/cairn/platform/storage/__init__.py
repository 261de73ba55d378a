"""Open the data folder of this installation."""
