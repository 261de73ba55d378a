"""Writes: partners, their people, and what is on record about training and security."""

from cairn.partners.actions.attesting import NotAttested, attest
from cairn.partners.actions.people import (
    add_organization,
    add_person,
    describe,
    end_affiliation,
    invite,
)
from cairn.partners.actions.security import (
    adopt_plan,
    assess,
    bar,
    lift_bar,
    record_control,
    record_sub_processor,
)

__all__ = [
    "NotAttested",
    "add_organization",
    "add_person",
    "adopt_plan",
    "assess",
    "attest",
    "bar",
    "describe",
    "end_affiliation",
    "invite",
    "lift_bar",
    "record_control",
    "record_sub_processor",
]
