"""Draft the next release of a line each term or school year, for people to review."""
