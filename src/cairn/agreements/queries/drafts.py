"""Reads of drafts, narrowed to who asks; and the decisions that their pages show."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from cairn.agreements import drafted, facts
from cairn.agreements.drafted import Reading
from cairn.agreements.format import Mistake
from cairn.agreements.format.declaration import BY_KEY
from cairn.agreements.models import Agreement, CounselReview, Draft, FindingOverride, Signature
from cairn.partners.models import Organization
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.agreement import Party
from cairn.rules.authority import may_view_agreement
from cairn.rules.decision import Decision
from cairn.rules.drafting import (
    DraftFact,
    may_attest,
    may_attest_review,
    may_begin,
    may_clear,
    may_decline,
    may_override,
    may_return,
    may_save,
    may_send_out,
    may_set_aside,
    may_sign,
    may_submit,
    may_take_back,
    may_view_draft,
)
from cairn.rules.lint import Finding
from cairn.rules.reach import reached
from cairn.rules.vocabulary import Action


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft with what its text says, and who has said what of exactly this text."""

    row: Draft
    reading: Reading
    fact: DraftFact
    reviews: list[CounselReview]
    overrides: list[FindingOverride]
    signatures: list[Signature]

    @property
    def pilot(self) -> bool:
        """Whether its text is of a pilot."""
        return self.fact.pilot

    @property
    def standings(self) -> list["PartyStanding"]:
        """Each party of the text: who read it as counsel, who signed it, and what is undone."""
        reviews = {r.organization.slug: r for r in self.reviews}
        now = {s.organization.slug: s for s in self.signatures if s.digest == self.fact.digest}
        before = {s.organization.slug: s for s in self.signatures if s.digest != self.fact.digest}
        return [
            PartyStanding(
                party=party,
                owner=party.organization in self.fact.owners,
                registered=party.organization not in self.fact.unregistered,
                review=reviews.get(party.organization),
                signature=now.get(party.organization),
                undone=None if party.organization in now else before.get(party.organization),
            )
            for party in self.reading.terms.parties
        ]

    @property
    def lacking(self) -> list["Lacking"]:
        """What keeps the text from being an agreement, each with the section to write it in."""
        return [_lacking(mistake) for mistake in self.reading.mistakes]

    @property
    def findings(self) -> list["Told"]:
        """The linter's findings, each with what counsel said of it and whether it is open."""
        said = {o.finding: o for o in self.overrides}
        still = set(self.fact.findings)
        return [Told(f, said.get(f.key), f.key in still) for f in self.reading.findings]


@dataclass(frozen=True, slots=True)
class PartyStanding:
    """How far one party is with a text; `undone` is its signature of an earlier text."""

    party: Party
    owner: bool
    registered: bool
    review: CounselReview | None
    signature: Signature | None
    undone: Signature | None


@dataclass(frozen=True, slots=True)
class Lacking:
    """Something that an agreement must say and this text does not, in words for a form.

    `section` is the key of the table, `row` its number among many (0: there is only one).
    """

    section: str
    heading: str
    row: int
    term: str
    told: str
    line: int


@dataclass(frozen=True, slots=True)
class Told:
    """A finding, counsel's word on it if there is one, and whether it keeps the text back."""

    finding: Finding
    override: FindingOverride | None
    open: bool


def _lacking(mistake: Mistake) -> Lacking:
    path = mistake.table
    section = str(path[0]) if path else (mistake.key if mistake.key in BY_KEY else "")
    row = next((part + 1 for part in path if isinstance(part, int)), 0)
    term = "" if section == mistake.key else mistake.key.replace("_", " ")
    heading = BY_KEY[section].heading if section in BY_KEY else section
    return Lacking(section, heading, row, term, mistake.told, mistake.line)


def drafts(who: Actor, on: date) -> list[Draft]:
    """The drafts this person may read: open ones first, then what became of the others."""
    may_open(Action.VIEW_DRAFT, who, on=on).require()
    rows = within_reach(who, on)
    seen = [row for row in rows if may_view_draft(drafted.fact(row, on), who, on).allowed]
    return sorted(seen, key=lambda row: (row.state not in drafted.OPEN, row.batch, row.reference))


def within_reach(who: Actor, on: date) -> QuerySet[Draft]:
    """The drafts of the organizations that someone acts for, or of every one where their role
    reaches every one; the rules then say yes or no to each."""
    rows = _rows()
    if reached(Action.VIEW_DRAFT, who, frozenset(), on) is not None:
        return rows
    own = who.organizations(on)
    return rows.filter(Q(organization__slug__in=own) | Q(parties__slug__in=own)).distinct()


def drafts_of(row: Agreement, who: Actor, on: date) -> list[Draft]:
    """The open drafts of an agreement's next version that this person may read."""
    rows = _rows().filter(agreement=row, state__in=drafted.OPEN)
    return [one for one in rows if may_view_draft(drafted.fact(one, on), who, on).allowed]


def opened(pk: int, who: Actor, on: date) -> Opened:
    """One draft. Raises `Refused`, also for a number that nobody has heard of."""
    row = _rows().filter(pk=pk).first()
    if row is None:
        may_open(Action.VIEW_DRAFT, who, organization="", on=on).require()
        raise Draft.DoesNotExist(pk)
    read = drafted.reading(row, on)
    fact = drafted.fact(row, on, read)
    may_view_draft(fact, who, on).require()
    return Opened(
        row,
        read,
        fact,
        reviews=list(row.reviews.filter(digest=fact.digest).select_related("organization", "by")),
        overrides=list(
            row.overrides.filter(digest=fact.digest).select_related("organization", "by")
        ),
        signatures=list(row.signatures.select_related("organization", "by")),
    )


def doors(fact: DraftFact, who: Actor, on: date) -> dict[str, Decision]:
    """What may be done with a draft by those who write it, each with its reasons."""
    return {
        "save": may_save(fact, who, on),
        "submit": may_submit(fact, who, on),
        "take_back": may_take_back(fact, who, on),
        "send_out": may_send_out(fact, who, on),
        "set_aside": may_set_aside(fact, who, on),
    }


def written_for(fact: DraftFact, who: Actor, on: date) -> dict[str, list[str]]:
    """For which parties this person may speak, by what they may do for them."""
    parties = sorted(fact.parties)
    finding = fact.findings[0] if fact.findings else ""
    asked: dict[str, Callable[[str], Decision]] = {
        "clear": lambda slug: may_clear(fact, slug, who, on),
        "attest_review": lambda slug: may_attest_review(fact, slug, who, on),
        "return": lambda slug: may_return(fact, slug, who, on),
        "override": lambda slug: may_override(fact, slug, finding, who, on),
        "sign": lambda slug: may_sign(fact, slug, who, on),
        "attest": lambda slug: may_attest(fact, slug, who, on),
        "decline": lambda slug: may_decline(fact, slug, who, on),
    }
    return {name: [slug for slug in parties if ask(slug).allowed] for name, ask in asked.items()}


def writers(who: Actor, on: date) -> list[Organization]:
    """The organizations for which someone may write. Raises `Refused` where there are none."""
    may_open(Action.DRAFT_AGREEMENT, who, on=on).require()
    mine = who.organizations(on)
    rows = Organization.objects.filter(slug__in=mine)
    return [row for row in rows if may_begin(row.slug, who, on).allowed]


def may_write(who: Actor, on: date) -> bool:
    """Whether this person may begin a draft for some organization."""
    return may_open(Action.DRAFT_AGREEMENT, who, on=on).allowed


def patterns(who: Actor, on: date) -> list[Agreement]:
    """The agreements this person may read, and so write another like one of them."""
    rows = list(Agreement.objects.all())
    pairs = zip(rows, facts.agreements(rows, on), strict=True)
    return [row for row, terms in pairs if may_view_agreement(terms, who, on).allowed]


def _rows() -> QuerySet[Draft]:
    return Draft.objects.select_related("organization", "began_by", "agreement").prefetch_related(
        "parties"
    )
