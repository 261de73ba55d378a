"""Email when a task waits for somebody, and email with one-time links. See README.md."""
