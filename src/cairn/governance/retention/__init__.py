"""What must be destroyed by when, and the certificate of its destruction."""
