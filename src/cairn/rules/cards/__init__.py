"""The rule cards, as data: one file a source. ``CARDS`` is what the reference page prints."""

from typing import Final

from cairn.rules.cards import (
    access,
    agreement,
    audit_evaluation,
    benefits,
    clearance,
    committee,
    consent,
    directory,
    disclosed,
    drafting,
    exceptions,
    family,
    health,
    minimization,
    project,
    record_code,
    redisclosure,
    release,
    retention,
    school_official,
    special,
    standing,
    states,
    studies,
)

_SOURCES: Final = (
    access,
    clearance,
    committee,
    agreement,
    drafting,
    standing,
    consent,
    school_official,
    studies,
    audit_evaluation,
    directory,
    exceptions,
    family,
    redisclosure,
    disclosed,
    record_code,
    special,
    health,
    benefits,
    states,
    minimization,
    project,
    retention,
    release,
)

CARDS: Final = tuple(card for source in _SOURCES for card in source.ALL)
