"""What a family page shows, and what waits for the district because a family asked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.agreements import facts as agreements
from cairn.agreements.models import Agreement
from cairn.consents import facts as consents
from cairn.consents.child_key import child_key, signer_key
from cairn.consents.models import Child, Consent, ConsentForm, OptOut
from cairn.consents.queries.consents import Read, organizations, read
from cairn.consents.sealing import Label, label
from cairn.disclosures import queries as disclosures
from cairn.disclosures.models import DisclosureRecord
from cairn.families import words
from cairn.families.models import CopyRequest, Letter, LetterRun, LetterState
from cairn.families.session import has_passed
from cairn.partners.due import Due, DueKind
from cairn.partners.models import Organization
from cairn.partners.waiting import Waiting
from cairn.rules import agreement as law
from cairn.rules import clock
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.authority import in_force
from cairn.rules.consent_record import Standing, rights_passed
from cairn.rules.family import may_view_family
from cairn.rules.vocabulary import (
    RECIPIENTS,
    Action,
    ConsentState,
    LegalBasis,
    OptOutScope,
    PartyRole,
)

_ANSWERED = (ConsentState.GRANTED, ConsentState.VERIFIED)
_SHOWN = (*_ANSWERED, ConsentState.REFUSED, ConsentState.REVOKED, ConsentState.RETURNED)


@dataclass(frozen=True, slots=True)
class Share:
    """One thing that is shared today: with whom, what, why, by which rule and which clause."""

    recipients: tuple[str, ...]
    what: tuple[str, ...]
    why: tuple[str, ...]
    basis: str
    with_yes_only: bool
    agreement: str
    title: str
    clauses: tuple[str, ...]
    ends: date | None


@dataclass(frozen=True, slots=True)
class FamilyPage:
    """Everything on one child's page."""

    child: Child
    name: str
    offers: tuple[ConsentForm, ...]
    answers: tuple[Read, ...]
    shares: tuple[Share, ...]
    declined: frozenset[OptOutScope]
    copies: tuple[CopyRequest, ...]
    disclosed: int
    student_answers: bool
    withheld: bool

    @property
    def not_on_a_yes(self) -> str:
        """Why nothing that asks for a yes is shared of this child today; empty where one counts."""
        if self.withheld:
            return _("Not now: the district decides first.")
        if OptOutScope.ALL_DISCRETIONARY in self.declined:
            return _("Not now: a no to all sharing counts.")
        if not any(one.standing is Standing.LIVE for one in self.answers):
            return _("Not now: no yes counts today.")
        return ""


def page(child: Child, who: Actor, on: date) -> FamilyPage:
    """The family page of one child. Raises `Refused` for anyone but its family."""
    may_view_family(child.key, who, on).require()
    told, person = label(child.key, child.sealed), consents.person(child, on)
    shown = [state.value for state in _SHOWN]
    rows = _answers(child).filter(state__in=shown)
    answered = {row.form.slug for row in rows if row.state in _ANSWERED}
    offered = ConsentForm.objects.filter(organization=child.organization, retired_at=None)
    return FamilyPage(
        child=child,
        name=told.name,
        offers=tuple(form for form in offered if form.slug not in answered),
        answers=tuple(read(rows, on)),
        shares=shares(child.organization, on),
        declined=declined(child),
        copies=tuple(child.copy_requests.filter(withdrawn_at=None)),
        disclosed=len(disclosures.of_child(child.key)),
        student_answers=bool(rights_passed(person, on)),
        withheld=person.parents_conflict,
    )


def of_record(child: Child, who: Actor, on: date) -> list[DisclosureRecord]:
    """Every disclosure of one child (34 CFR 99.32(c)). Raises `Refused` for anyone else."""
    may_view_family(child.key, who, on).require()
    return disclosures.of_child(child.key)


def answer(child: Child, reference: str) -> Consent | None:
    """One answer of this child's family, by its reference."""
    return _answers(child).filter(reference=reference).first()


def took_back(row: Consent, name: str) -> bool:
    """Whether an answer is taken back, and by this signer: nobody else undoes it as a slip."""
    revoked = row.state == ConsentState.REVOKED.value
    return revoked and bool(name) and row.revoker == signer_key(row.child.key, name)


def offer(child: Child, pk: int) -> ConsentForm | None:
    """One form that the child's district offers."""
    rows = ConsentForm.objects.filter(organization=child.organization, retired_at=None)
    return rows.prefetch_related("parties").filter(pk=pk).first()


def declined(child: Child) -> frozenset[OptOutScope]:
    """What the family has opted out of."""
    rows = OptOut.objects.filter(child_key=child.key, withdrawn_at__isnull=True)
    return frozenset(OptOutScope(scope) for scope in rows.values_list("scope", flat=True))


def shares(organization: Organization, on: date) -> tuple[Share, ...]:
    """What an organization gives to others today, from the agreements in force and nothing else."""
    rows = list(organization.agreements.order_by("reference"))
    found = agreements.agreements(rows, on)
    return tuple(
        share
        for row, terms in zip(rows, found, strict=True)
        for share in _shares(row, terms, organization.slug, on)
    )


def _shares(row: Agreement, terms: law.Agreement, owner: str, on: date) -> Iterator[Share]:
    gives = owner in terms.organizations(PartyRole.PROVIDER) and terms.data
    # No child of this family is in a pilot: what comes under its agreement is invented.
    if (
        terms.pilot
        or not gives
        or terms.basis is LegalBasis.NO_DISCLOSURE
        or not in_force(terms, on).allowed
    ):
        return
    yield Share(
        recipients=tuple(p.name for p in terms.parties if p.role in RECIPIENTS),
        what=tuple(words.records(terms.elements)),
        why=tuple(words.purposes(p.value for p in terms.purposes)),
        basis=str(words.basis(terms.basis)),
        with_yes_only=terms.basis is LegalBasis.CONSENT,
        agreement=row.reference,
        title=row.title,
        clauses=tuple(dict.fromkeys(t.clause for t in terms.data if t.clause)),
        ends=None if terms.ends in (None, law.UNTIL_TERMINATED) else terms.ends,
    )


def _answers(child: Child) -> QuerySet[Consent]:
    return (
        Consent.objects.filter(child=child)
        .select_related("child__organization", "form__organization", "superseded_by")
        .prefetch_related("form__parties")
    )


def runs(who: Actor, on: date) -> QuerySet[LetterRun]:
    """The letters that were printed for one's own district. Raises `Refused`."""
    mine = organizations(Action.INVITE_FAMILY, who, on)
    return LetterRun.objects.filter(organization__in=mine).select_related(
        "organization", "printed_by"
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """One letter as the district sees it: whose it is, and whether its code counts on a date."""

    letter: Letter
    child: Label
    state: LetterState


def letters(who: Actor, on: date) -> QuerySet[Letter]:
    """Every letter of one's own district. Raises `Refused`."""
    mine = organizations(Action.INVITE_FAMILY, who, on)
    return (
        Letter.objects.filter(run__organization__in=mine)
        .select_related("run__organization", "child")
        .order_by("-run__printed_at", "pk")
    )


def letters_of(organization: Organization, local_id: str, who: Actor, on: date) -> QuerySet[Letter]:
    """The letters of one child, by the id that its district uses. Raises `Refused`."""
    return letters(who, on).filter(child__key=child_key(organization.slug, local_id))


def sent(rows: Iterable[Letter], on: date) -> list[Sent]:
    """Letters with their child's name, and whether each counts; for those who may see them."""
    return [_sent(row, label(row.child.key, row.child.sealed), on) for row in rows]


def _sent(row: Letter, told: Label, on: date) -> Sent:
    if row.revoked_at is not None:
        return Sent(row, told, LetterState.STOPPED)
    if has_passed(row, told.birth_date, on):
        return Sent(row, told, LetterState.RIGHTS_PASSED)
    return Sent(row, told, LetterState.COUNTS if row.counts(on) else LetterState.RAN_OUT)


def copies(who: Actor, on: date) -> QuerySet[CopyRequest]:
    """Requests for a copy that one's own district answers, the first due first."""
    mine = organizations(Action.ANSWER_FAMILY, who, on)
    return (
        CopyRequest.objects.filter(child__organization__in=mine, withdrawn_at=None)
        .select_related("child__organization", "answered_by")
        .order_by("answered_at", "asked_on")
    )


def waiting_copies(who: Actor, on: date) -> list[tuple[CopyRequest, bool]]:
    """The same, each with whether its answer is overdue."""
    return [
        (row, row.is_open and clock.late(clock.inspection(row.asked_on, None, on)))
        for row in copies(who, on)
    ]


def waiting(who: Actor, on: date) -> list[Waiting]:
    """Families who wait for a copy."""
    if not may_open(Action.ANSWER_FAMILY, who, on=on).allowed:
        return []
    open_ = [row for row in copies(who, on) if row.is_open]
    if not open_:
        return []
    title, due = (
        ngettext("family who asked for a copy", "families who asked for a copy", len(open_)),
        min(row.due for row in open_),
    )
    return [Waiting(len(open_), title, reverse("families:copies"), due=due)]


def due(who: Actor, on: date, until: date) -> list[Due]:
    """The days by which families must have their copies (34 CFR 99.10(b))."""
    if not may_open(Action.ANSWER_FAMILY, who, on=on).allowed:
        return []
    return [
        Due(
            row.due,
            _("A copy of a child's record for its family"),
            DueKind.COPY,
            row.child.organization.slug,
            reverse("families:copies"),
        )
        for row in copies(who, on)
        if row.is_open and row.due <= until
    ]
