"""The storehouse: a partner's files in, countable tables out. See README.md."""
