"""Decide which actions are allowed and why: from facts and a date to a Decision with all reasons.

Standard library only: no clock, database or settings. General guidance, not legal advice.
"""
