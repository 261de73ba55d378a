"""Check that each party signed: who, in what capacity, when, and exactly which text."""

from collections.abc import Iterator
from datetime import date

from cairn.policy.engine import Reason
from cairn.policy.facts import AgreementFact, Party
from cairn.policy.law.cards.governance import agreement as cards
from cairn.policy.law.cards.governance import agreement_validity as agreement_validity_cards
from cairn.policy.vocabulary import Outcome


def has_signed_text(party: Party, text_digest: str, on: date) -> bool:
    """Report whether a party's signature counts on a date for the text that has this sha256.

    A paper agreement on record has no digest; then the record itself is the signed text.
    """
    return _has_dated_signature(party, on) and party.signed_digest == text_digest


def check_signatures(agreement: AgreementFact, on: date) -> Iterator[Reason]:
    """Check that every party signed this text by the date: a named person in a named capacity."""
    agreement_fact = ("agreement", agreement.reference)
    is_missing_signature = False
    for party in agreement.parties:
        party_facts = (agreement_fact, ("party", party.name))
        if not _has_dated_signature(party, on):
            is_missing_signature = True
            unsigned_facts = (*party_facts, ("role", party.role.value), ("on", on.isoformat()))
            yield Reason(cards.SIGNED, Outcome.DENY, unsigned_facts)
        elif not has_signed_text(party, agreement.text_digest, on):
            is_missing_signature = True
            yield Reason(agreement_validity_cards.OTHER_TEXT, Outcome.DENY, party_facts)
    if not is_missing_signature:
        yield Reason(cards.SIGNED, Outcome.ALLOW, (agreement_fact,))


def _has_dated_signature(party: Party, on: date) -> bool:
    """Report whether a named person in a named capacity signed on or before the date."""
    has_signer = bool(party.signed_by.strip() and party.signed_capacity.strip())
    return has_signer and party.signed_on is not None and party.signed_on <= on
