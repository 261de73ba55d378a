"""The database backend of PostgreSQL, with rows that are sealed as they are written."""
