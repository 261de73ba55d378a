"""Rows of what families allow and decline. What follows from a row, `rules` says."""

from cairn.consents.models.child import Child, ConflictAnswer, RosterEntry
from cairn.consents.models.consent import Consent, Sitting
from cairn.consents.models.form import ConsentForm
from cairn.consents.models.opt_outs import SCOPES, OptOut, Recording

__all__ = [
    "SCOPES",
    "Child",
    "ConflictAnswer",
    "Consent",
    "ConsentForm",
    "OptOut",
    "Recording",
    "RosterEntry",
    "Sitting",
]
