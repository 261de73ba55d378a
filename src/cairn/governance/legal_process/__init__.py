"""Subpoenas, orders, warrants and public-records requests: recorded, on hold, answered."""
