"""A draft as facts, and how it moves: what its text says, who has read and signed exactly that."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from django.utils import timezone

from cairn.agreements import facts
from cairn.agreements.format import BadAgreement, Mistake, read
from cairn.agreements.format import Reading as Read
from cairn.agreements.models import Agreement, AgreementVersion, Draft
from cairn.dictionaries.queries import dictionaries
from cairn.partners.models import Organization
from cairn.rules import agreement as law
from cairn.rules.citations import Severity
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
class Reading:
    """A draft's text as it would be agreed, and what is wrong with it.

    `mistakes` keep it from being an agreement at all; `findings` are the linter's, of which
    `open_law` are those of law that no counsel has overridden.
    """

    terms: law.Agreement
    mistakes: tuple[Mistake, ...]
    findings: tuple[Finding, ...]

    @property
    def open_law(self) -> tuple[str, ...]:
        """The keys of findings of law that nobody has overridden."""
        let_stand = {o.finding for o in self.terms.overrides}
        keys = (f.key for f in self.findings if f.severity is Severity.LAW)
        return tuple(dict.fromkeys(key for key in keys if key not in let_stand))


def head(text: str) -> law.Agreement:
    """What can be read of a text, however unfinished. Raises `BadDraft` where it is not TOML."""
    try:
        return _read(text).agreement
    except BadAgreement as bad:
        raise BadDraft(bad.mistakes) from bad


def parties(terms: law.Agreement) -> tuple[str, ...]:
    """The short names of the parties that are named, each once, in the order of the text."""
    return tuple(dict.fromkeys(p.organization for p in terms.parties if p.organization))


def reading(draft: Draft, on: date) -> Reading:
    """What the text would mean, with the overrides and signatures of exactly this text."""
    found, digest = _read(draft.text), facts.digest(draft.text)
    signatures = facts.signatures_of([digest]).get(digest, ())
    terms = facts.signed(found.agreement, digest, signatures)
    terms = facts.overridden(terms, facts.overrides_of([digest]).get(digest, ()))
    terms = replace(terms, state=AgreementState(draft.state))
    owners = terms.organizations(PartyRole.PROVIDER)
    held = (dictionaries(*owners) if owners else ()) or None
    return Reading(terms, found.mistakes, lint(terms, held, on))


def fact(draft: Draft, on: date, read_as: Reading | None = None) -> DraftFact:
    """The draft as `rules` weighs it; give `read_as` where the text has been read already."""
    found = read_as or reading(draft, on)
    digest, named = facts.digest(draft.text), parties(found.terms)
    known = set(Organization.objects.filter(slug__in=named).values_list("slug", flat=True))
    return DraftFact(
        reference=draft.reference,
        state=AgreementState(draft.state),
        organization=draft.organization.slug,
        parties=frozenset(named),
        owners=found.terms.organizations(PartyRole.PROVIDER),
        digest=digest,
        mistakes=len(found.mistakes),
        unregistered=tuple(slug for slug in named if slug not in known),
        findings=found.open_law,
        reviewed=_of(draft, "reviews", digest),
        signed=_of(draft, "signatures", digest),
        joins=found.terms.joins,
        base=_base(found.terms.joins, on),
        overtaken=_overtaken(draft),
        pilot=bool(found.terms.pilot),
        was_pilot=_was_pilot(draft.reference),
    )


def held(draft: Draft, at: datetime) -> tuple[DraftFact, date]:
    """The draft as it is now, kept from everybody else until this is done, and the day: what every
    action on it begins with."""
    draft.refresh_from_db(from_queryset=Draft.objects.select_for_update())
    on = timezone.localdate(at)
    return fact(draft, on), on


def move(draft: Draft, event: str, at: datetime, why: str = "") -> None:
    """Where an event leads; the rule that allowed it has looked at the same table."""
    then = next_state(AGREEMENT, AgreementState(draft.state), event)
    draft.state = then.value if then else draft.state
    draft.moved_at, draft.returned_why = at, why
    draft.save(update_fields=["state", "moved_at", "returned_why"])


def _base(reference: str, on: date) -> law.Agreement | None:
    """What a joinder joins, if it is on record."""
    row = Agreement.objects.filter(reference=reference).first() if reference else None
    return facts.agreement(row, on) if row else None


def _was_pilot(reference: str) -> bool | None:
    """Whether what is on record under a reference is a pilot's; ``None`` where nothing is."""
    row = Agreement.objects.filter(reference=reference).first()
    return bool(facts.parsed(row.text).pilot) if row else None


def _overtaken(draft: Draft) -> bool:
    """Whether another text of this reference went on record since the draft was begun."""
    if draft.state not in OPEN:
        return False
    newer = AgreementVersion.objects.filter(agreement__reference=draft.reference)
    return newer.filter(loaded_at__gt=draft.began_at).exists()


@lru_cache(maxsize=256)
def _read(text: str) -> Read:
    # Readings are frozen, and the same text always says the same.
    return read(text)


def _of(draft: Draft, said: str, digest: str) -> frozenset[str]:
    rows = getattr(draft, said).filter(digest=digest)
    return frozenset(rows.values_list("organization__slug", flat=True))
