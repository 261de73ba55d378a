"""What can happen to a delivery, one sentence a module: it asks the rule, changes, records."""

from cairn.intake.actions.conform import conform
from cairn.intake.actions.mapping import change_mapping, reread
from cairn.intake.actions.receive import Received, Result, receive
from cairn.intake.actions.undo import destroy, withdraw

__all__ = [
    "Received",
    "Result",
    "change_mapping",
    "conform",
    "destroy",
    "receive",
    "reread",
    "withdraw",
]
