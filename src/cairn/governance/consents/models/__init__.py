"""Store what families consent to and opt out of; `cairn.policy` decides the consequences."""

from cairn.governance.consents.models.annual_notices import AnnualNoticeVersion
from cairn.governance.consents.models.child import (
    Child,
    ConflictAnswer,
    RosterEntry,
    Says,
    Statement,
    Subject,
)
from cairn.governance.consents.models.consent import Consent, Sitting
from cairn.governance.consents.models.consent_form import ConsentForm
from cairn.governance.consents.models.opt_outs import SCOPES, Objection, OptOut, Recording

__all__ = [
    "SCOPES",
    "AnnualNoticeVersion",
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
