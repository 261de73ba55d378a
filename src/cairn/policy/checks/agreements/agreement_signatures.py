"""Check that each party signed: who, in what capacity, when, and exactly which text."""

from collections.abc import Iterator
from datetime import date

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import AgreementFact, Party
from cairn.policy.law.cards.governance import agreement as cards


def has_signed_text(party: Party, text_digest: str, on: date) -> bool:
    """Report whether a party's signature counts on a date for the text that has this sha256.

    A paper agreement on record has no digest; then the record itself is the signed text.
    """
    return _has_dated_signature(party, on) and party.signed_digest == text_digest


@policy_check(cards.SIGNED, cards.OTHER_TEXT)
def check_agreement_signatures(on: date, agreement: AgreementFact) -> Iterator[Reason]:
    """Check that every party signed this text by the date: a named person in a named capacity."""
    reference, is_signed_by_all = agreement.reference, True
    for party in agreement.parties:
        if not _has_dated_signature(party, on):
            is_signed_by_all = False
            yield Reason.from_card(
                cards.SIGNED,
                met=False,
                agreement=reference,
                party=party.name,
                role=party.role.value,
                on=on.isoformat(),
            )
        elif not has_signed_text(party, agreement.text_digest, on):
            is_signed_by_all = False
            yield Reason.from_card(
                cards.OTHER_TEXT,
                met=False,
                agreement=reference,
                party=party.name,
            )
    if is_signed_by_all:
        yield Reason.from_card(cards.SIGNED, met=True, agreement=reference)


def _has_dated_signature(party: Party, on: date) -> bool:
    """Report whether a named person in a named capacity signed on or before the date."""
    has_signer = bool(party.signed_by.strip() and party.signed_capacity.strip())
    return has_signer and party.signed_on is not None and party.signed_on <= on
