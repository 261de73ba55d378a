"""Reads of this room: partners and people, their clearance, and what waits or falls due."""

from cairn.partners.queries.people import changeable, may_change_people, organizations, people
from cairn.partners.queries.security import (
    answered,
    bars,
    may_change_security,
    may_see_security,
    plan_on_file,
    standing,
    trainees,
)
from cairn.partners.queries.waits import due, waiting

__all__ = [
    "answered",
    "bars",
    "changeable",
    "due",
    "may_change_people",
    "may_change_security",
    "may_see_security",
    "organizations",
    "people",
    "plan_on_file",
    "standing",
    "trainees",
    "waiting",
]
