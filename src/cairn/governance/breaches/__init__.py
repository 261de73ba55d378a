"""Breaches of data: notice to each data owner, consequences of the agreement, and remedy."""
