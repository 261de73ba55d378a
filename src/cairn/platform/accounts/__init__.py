"""Sign-in: users, passwords and second factors. See README.md."""
