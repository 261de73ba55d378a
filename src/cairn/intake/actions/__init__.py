"""What can happen to a delivery, one sentence a module: it asks the rule, changes, records."""

from cairn.intake.actions.conforming import check_again, conform
from cairn.intake.actions.mapping import change_mapping, reread
from cairn.intake.actions.receiving import Received, Result, receive
from cairn.intake.actions.undoing import destroy, withdraw

__all__ = [
    "Received",
    "Result",
    "change_mapping",
    "check_again",
    "conform",
    "destroy",
    "receive",
    "reread",
    "withdraw",
]
