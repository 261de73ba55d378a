"""Writes of this room, one module a noun: each asks the rule, changes rows, and records."""
