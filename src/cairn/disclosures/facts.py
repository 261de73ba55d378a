"""Rows → facts: the one door between the tables of this room and `rules`."""

from collections.abc import Iterable

from cairn.rules.agreement import Agreement
from cairn.rules.disclosed import OnwardFact
from cairn.rules.vocabulary import RECIPIENTS, PartyRole


def onward(agreements: Iterable[Agreement]) -> tuple[OnwardFact, ...]:
    """The further recipients whom owners put on their record by signing an agreement that names
    them: listed from the day of the owner's own signature, never before (34 CFR 99.33(b)(1))."""
    return tuple(
        OnwardFact(
            agreement=terms.reference,
            owner=owner.organization,
            by=by,
            recipient=named.organization,
            interest=named.interest,
            listed_on=owner.signed_on,
        )
        for terms in agreements
        for named in terms.onward
        for owner in terms.parties
        if owner.role is PartyRole.PROVIDER and owner.signed_on is not None
        for by in sorted(terms.organizations(*RECIPIENTS))
    )
