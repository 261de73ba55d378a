"""Means, medians and sums of a measure that each person has: days absent, a score, a wage."""
