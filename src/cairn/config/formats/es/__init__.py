"""Spanish as in the United States: the twelve-hour clock."""
