"""Everything due, and what stops when something lapses."""
