"""Store partners' files and turn them into tables that can be counted. See README.md."""
