"""The legal basis derived from its criteria: never a tick that says it is lawful."""

from collections.abc import Iterator
from datetime import date

from cairn.rules.agreement import Agreement
from cairn.rules.conditions import CHECKS, reason, said
from cairn.rules.criteria import CRITERIA
from cairn.rules.decision import Reason


def basis_holds(agreement: Agreement, on: date) -> Iterator[Reason]:
    """Every criterion of the agreement's basis, met or lacking, each with its paragraph."""
    for key, card in CRITERIA[agreement.basis].items():
        clause = said(agreement, key)
        yield reason(agreement, card, met=bool(clause), key=key, said=clause)
    if agreement.basis in CHECKS:
        yield from CHECKS[agreement.basis](agreement)
