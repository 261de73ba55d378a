"""The rule cards, as data: one file a source."""
