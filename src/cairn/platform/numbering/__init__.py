"""Numbers that follow one another, given by several writers at once."""
