"""A draft as facts, and how it moves: what its text says, who has read and signed exactly that."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from cairn.agreements import facts
from cairn.agreements.models import Draft
from cairn.agreements.toml_format import BadAgreement
from cairn.partners.models import Organization
from cairn.rules import agreement as law
from cairn.rules.citations import Severity
from cairn.rules.dictionary import DataDictionary
from cairn.rules.drafting import DraftFact
from cairn.rules.lifecycle import next_state
from cairn.rules.lint import Finding, lint
from cairn.rules.lives.agreement import AGREEMENT
from cairn.rules.vocabulary import AgreementState, PartyRole

OPEN: Final = ("draft", "counsel_review", "out_for_signature")


class BadDraft(Exception):
    """A draft that cannot be kept; `mistakes` says why and what to do."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


@dataclass(frozen=True, slots=True)
class Head:
    """What can be read of any text, however unfinished: its names and its parties."""

    reference: str = ""
    title: str = ""
    joins: str = ""
    parties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A draft's text as it would be agreed (None where it cannot be read), and what is wrong.

    `findings` are all of the linter's; `open_law` those of law that counsel has not overridden.
    """

    terms: law.Agreement | None
    mistakes: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def open_law(self) -> tuple[str, ...]:
        """The keys of findings of law that nobody has overridden."""
        let_stand = {o.finding for o in self.terms.overrides} if self.terms else set()
        ids = (f.key for f in self.findings if f.severity is Severity.LAW)
        return tuple(dict.fromkeys(i for i in ids if i not in let_stand))


def raw(text: str) -> dict[str, Any]:
    """The tables of a text. Raises `BadDraft` where it is not TOML at all."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadDraft([f"This is not TOML: {error}"]) from error


def read(text: str) -> Head:
    """The names in a text. Raises `BadDraft` where it is not TOML at all."""
    tables = raw(text)
    parties = tables.get("parties")
    rows = parties if isinstance(parties, list) else []
    slugs = (row.get("organization") for row in rows if isinstance(row, dict))
    return Head(
        reference=_text(tables, "reference"),
        title=_text(tables, "title"),
        joins=_text(tables, "joins"),
        parties=tuple(slug for slug in slugs if isinstance(slug, str) and slug),
    )


def reading(draft: Draft, on: date, dictionaries: Sequence[DataDictionary] = ()) -> Reading:
    """What the text would mean, with the overrides and signatures of exactly this text."""
    try:
        terms = facts.parsed(draft.text)
    except BadAgreement as bad:
        return Reading(None, tuple(bad.mistakes), ())
    digest = facts.digest(draft.text)
    terms = facts.signed(terms, digest, facts.signatures_of([digest]).get(digest, ()))
    terms = facts.overridden(terms, facts.overrides_of([digest]).get(digest, ()))
    return Reading(terms, (), lint(terms, dictionaries, on))


def fact(draft: Draft, on: date, read_as: Reading | None = None) -> DraftFact:
    """The draft as `rules` weighs it."""
    found = read_as or reading(draft, on)
    digest = facts.digest(draft.text)
    head = read(draft.text)
    known = set(Organization.objects.filter(slug__in=head.parties).values_list("slug", flat=True))
    terms = found.terms
    return DraftFact(
        reference=draft.reference,
        state=AgreementState(draft.state),
        organization=draft.organization.slug,
        parties=frozenset(head.parties),
        owners=terms.organizations(PartyRole.PROVIDER) if terms else frozenset(),
        digest=digest,
        mistakes=len(found.mistakes),
        unregistered=tuple(slug for slug in dict.fromkeys(head.parties) if slug not in known),
        findings=found.open_law,
        reviewed=_of(draft, "reviews", digest),
        signed=_of(draft, "signatures", digest),
    )


def hold(draft: Draft) -> None:
    """Reads the row as it is now and keeps others from changing it until this is done."""
    draft.refresh_from_db(from_queryset=Draft.objects.select_for_update())


def move(draft: Draft, event: str, at: datetime, why: str = "") -> None:
    """Where an event leads; the rule that allowed it has looked at the same table."""
    then = next_state(AGREEMENT, AgreementState(draft.state), event)
    draft.state = then.value if then else draft.state
    draft.moved_at, draft.returned_why = at, why
    draft.save(update_fields=["state", "moved_at", "returned_why"])


def _of(draft: Draft, said: str, digest: str) -> frozenset[str]:
    rows = getattr(draft, said).filter(digest=digest)
    return frozenset(rows.values_list("organization__slug", flat=True))


def _text(tables: dict[str, Any], key: str) -> str:
    value = tables.get(key)
    return value.strip() if isinstance(value, str) else ""
