"""Compare the rows of one file with each other; they are kept as delivered, and counted."""
