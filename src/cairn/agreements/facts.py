"""Rows → facts: the one door between the tables of this room and `rules`."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

from django.utils import timezone

from cairn.agreements.format import parse
from cairn.agreements.models import Agreement, FindingOverride, Signature
from cairn.rules import agreement as law
from cairn.rules.chain import circle, joined, references, resolved
from cairn.rules.vocabulary import AgreementState, PartyRole, SignatureMethod

Signatures = Mapping[str, list[Signature]]
Overrides = Mapping[str, list[FindingOverride]]


def digest(text: str) -> str:
    """The sha256 of exactly this text, which is what a signature is of."""
    return hashlib.sha256(text.encode()).hexdigest()


def agreement(row: Agreement, on: date | None = None) -> law.Agreement:
    """What was agreed, as its newest text says, with what it rests on and who had joined it by
    a date (today)."""
    return agreements((row,), on)[0]


def agreements(rows: Iterable[Agreement], on: date | None = None) -> tuple[law.Agreement, ...]:
    """As `agreement`, for many at once: a handful of queries however many they are."""
    asked = tuple(rows)
    among = _among(asked, on or timezone.localdate())
    return tuple(resolved(among[row.reference], among) for row in asked)


def owners(references: Iterable[str], on: date) -> frozenset[str]:
    """Whose data these agreements are about: the organizations that provide it, by short name."""
    rows = Agreement.objects.filter(reference__in=list(references))
    return frozenset(
        slug for terms in agreements(rows, on) for slug in terms.organizations(PartyRole.PROVIDER)
    )


def way_round(terms: law.Agreement) -> tuple[str, ...]:
    """The references by which a new text would come to rest on itself; empty if it does not."""
    rests_on = Agreement.objects.filter(reference__in=references(terms))
    among = _among(tuple(rests_on), timezone.localdate())
    return circle(terms, {**among, terms.reference: terms})


def signed(terms: law.Agreement, digest: str, signatures: Iterable[Signature]) -> law.Agreement:
    """The agreement with exactly these signatures, whatever the text says about signatures."""
    by_party = {row.organization.slug: row for row in signatures}
    return replace(
        terms,
        text_digest=digest,
        parties=tuple(_signs(party, by_party.get(party.organization)) for party in terms.parties),
    )


def overridden(terms: law.Agreement, overrides: Iterable[FindingOverride]) -> law.Agreement:
    """The agreement with what counsel let stand in this text."""
    told = tuple(
        law.FindingOverride(
            finding=row.finding,
            by=row.by.name,
            organization=row.organization.slug,
            on=timezone.localdate(row.at),
            reason=row.reason,
        )
        for row in overrides
    )
    return replace(terms, overrides=told)


@lru_cache(maxsize=512)
def parsed(text: str) -> law.Agreement:
    """The facts of a text. They are frozen, and the same text always says the same."""
    return parse(text)


def _among(asked: tuple[Agreement, ...], on: date) -> dict[str, law.Agreement]:
    """By reference: those asked for, what they rest on all the way up, and their joinders."""
    rows = {row.reference: row for row in asked}
    wanted = _named(rows.values()) - set(rows)
    while wanted:
        found = Agreement.objects.filter(reference__in=wanted)
        rows |= {row.reference: row for row in found}
        wanted = _named(found) - set(rows)
    joining = Agreement.objects.filter(joins__in=set(rows))
    every = (*rows.values(), *(row for row in joining if row.reference not in rows))
    whole = _whole(every)
    joinders = [whole[row.reference] for row in joining]
    return {reference: joined(terms, joinders, on) for reference, terms in whole.items()}


def _named(rows: Iterable[Agreement]) -> set[str]:
    return {name for row in rows for name in references(parsed(row.text))}


def _whole(rows: Iterable[Agreement]) -> dict[str, law.Agreement]:
    digests = {row.reference: (row, digest(row.text)) for row in rows}
    texts = {text for _row, text in digests.values()}
    signatures, overrides = signatures_of(texts), overrides_of(texts)
    return {
        reference: _one(row, text, signatures, overrides)
        for reference, (row, text) in digests.items()
    }


def signatures_of(digests: Iterable[str]) -> Signatures:
    """The signatures made here, by the sha256 of the text that was signed."""
    found: dict[str, list[Signature]] = defaultdict(list)
    for row in Signature.objects.filter(digest__in=set(digests)).select_related("organization"):
        found[row.digest].append(row)
    return found


def overrides_of(digests: Iterable[str]) -> Overrides:
    """What counsel let stand, by the sha256 of the text in which it stands."""
    found: dict[str, list[FindingOverride]] = defaultdict(list)
    rows = FindingOverride.objects.filter(digest__in=set(digests))
    for row in rows.select_related("organization", "by"):
        found[row.digest].append(row)
    return found


def _one(row: Agreement, text: str, signatures: Signatures, overrides: Overrides) -> law.Agreement:
    terms = parsed(row.text)
    if text in signatures:
        terms = signed(terms, text, signatures[text])
    return replace(
        overridden(terms, overrides.get(text, ())),
        state=AgreementState(row.state),
        terminated_on=row.terminated_on or terms.terminated_on,
    )


def _signs(party: law.Party, row: Signature | None) -> law.Party:
    if row is None:
        return replace(party, signed_by="", signed_capacity="", signed_on=None)
    return replace(
        party,
        signed_by=row.name,
        signed_capacity=row.capacity,
        signed_on=row.on,
        signed_digest=row.digest,
        signed_how=_how(row),
    )


def _how(row: Signature) -> str:
    if row.method == SignatureMethod.SESSION.value:
        return "in a session with a second factor"
    return f"on paper, attested by {row.by.name}"
