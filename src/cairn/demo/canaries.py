"""Marker values in columns that no agreement covers.

A test searches every file that Cairn writes for them: none may be found.
"""

MEAL = "MEAL-CANARY-7F3A"
DISABILITY = "DISABILITY-CANARY-2B9C"
SOCIAL_SECURITY = "SSN-CANARY-5D1E"
NOTES = "NOTES-CANARY-E604"
WAGE = "WAGE-CANARY-91AC"

MARKERS = (MEAL, DISABILITY, SOCIAL_SECURITY, NOTES, WAGE)
