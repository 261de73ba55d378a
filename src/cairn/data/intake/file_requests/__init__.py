"""The email with the link of a file request, and the file that comes by it."""
