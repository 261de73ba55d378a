"""The legal basis derived from its criteria: never a tick that says it is lawful."""

from collections.abc import Iterator
from datetime import date

from cairn.rules.agreement import Agreement
from cairn.rules.conditions import CHECKS, reason, said
from cairn.rules.conditions import STUDY_PURPOSES as STUDY_PURPOSES
from cairn.rules.criteria import CRITERIA as CRITERIA
from cairn.rules.criteria import authority_key as authority_key
from cairn.rules.criteria import criteria_keys as criteria_keys
from cairn.rules.decision import Reason
from cairn.rules.vocabulary import FERPA_AGENCIES as FERPA_AGENCIES
from cairn.rules.vocabulary import RECIPIENTS as RECIPIENTS


def basis_holds(agreement: Agreement, on: date) -> Iterator[Reason]:
    """Every criterion of the agreement's basis, met or lacking, each with its paragraph."""
    for key, card in CRITERIA[agreement.basis].items():
        clause = said(agreement, key)
        yield reason(agreement, card, met=bool(clause), key=key, said=clause)
    if agreement.basis in CHECKS:
        yield from CHECKS[agreement.basis](agreement)
