"""Commands that protect tables of counts, measures and free text."""
