"""Rows of what families allow and decline. What follows from a row, `rules` says."""

from cairn.consents.models.child import Child, ConflictAnswer, RosterEntry
from cairn.consents.models.consent import Consent, Sitting
from cairn.consents.models.form import ConsentForm
from cairn.consents.models.opt_outs import SCOPES, Objection, OptOut, Recording
from cairn.consents.models.statement import Says, Statement, Subject

__all__ = [
    "SCOPES",
    "Child",
    "ConflictAnswer",
    "Consent",
    "ConsentForm",
    "Objection",
    "OptOut",
    "Recording",
    "RosterEntry",
    "Says",
    "Sitting",
    "Statement",
    "Subject",
]
