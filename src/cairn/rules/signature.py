"""Whether a party has signed: who, in what capacity, when, and exactly which text."""

from collections.abc import Iterator
from datetime import date

from cairn.rules.agreement import Agreement, Party
from cairn.rules.cards import agreement as cards
from cairn.rules.cards import standing
from cairn.rules.decision import Reason
from cairn.rules.vocabulary import Outcome


def signs(party: Party, digest: str, on: date) -> bool:
    """Whether a party's signature counts on a date, for the text that has this sha256.

    A paper that is on record as it is has no digest: then the record itself is what was signed.
    """
    return _dated(party, on) and party.signed_digest == digest


def signed(agreement: Agreement, on: date) -> Iterator[Reason]:
    """Every party has signed this text by the date, by a named person in a named capacity."""
    named = ("agreement", agreement.reference)
    lacking = False
    for party in agreement.parties:
        who = (named, ("party", party.name))
        if not _dated(party, on):
            lacking = True
            told = (*who, ("role", party.role.value), ("on", on.isoformat()))
            yield Reason(cards.SIGNED, Outcome.DENY, told)
        elif not signs(party, agreement.text_digest, on):
            lacking = True
            yield Reason(standing.OTHER_TEXT, Outcome.DENY, who)
    if not lacking:
        yield Reason(cards.SIGNED, Outcome.ALLOW, (named,))


def _dated(party: Party, on: date) -> bool:
    named = bool(party.signed_by.strip() and party.signed_capacity.strip())
    return named and party.signed_on is not None and party.signed_on <= on
