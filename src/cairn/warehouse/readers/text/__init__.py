"""Read text files: delimited, or of fixed width, in any encoding."""
