"""Write dates and times as families here read them, where a language alone does not say it."""
