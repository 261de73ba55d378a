"""Collect everything that falls due, and simulate the end of an agreement."""
