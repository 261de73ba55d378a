"""Rows → facts: the one door between the tables of this room and `rules`."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from cairn.consents.models import Child, ConflictAnswer, Consent, ConsentForm, OptOut, Subject
from cairn.consents.saying import Newest, newest, recorded
from cairn.consents.sealing import label
from cairn.partners.models import Organization
from cairn.rules.consent import OptOutFact, WrittenConsent
from cairn.rules.consent_record import FormFact
from cairn.rules.family import Voice, in_conflict
from cairn.rules.people import PersonFact
from cairn.rules.population import Enrollment
from cairn.rules.saying import Said
from cairn.rules.vocabulary import (
    ConsentMethod,
    ConsentState,
    OptOutScope,
    OrganizationKind,
    Purpose,
    Relation,
)

# A consent that was declined, sent back or undone says nothing that a use could rest on.
_SAYS_YES = (
    ConsentState.GRANTED,
    ConsentState.VERIFIED,
    ConsentState.REVOKED,
    ConsentState.SUPERSEDED,
)


def standing() -> tuple[OptOutFact, ...]:
    """Every opt-out that has not been withdrawn; ``person`` is the child's key in this room."""
    rows = (
        OptOut.objects.filter(withdrawn_at__isnull=True)
        .select_related("organization", "recording")
        .order_by("pk")
    )
    return tuple(_opt_out(row) for row in rows)


def of_people(people: Mapping[str, Collection[str]]) -> tuple[OptOutFact, ...]:
    """The opt-outs of known people: ``people`` maps a child's key to the ids of its people.

    Whoever holds a source's ids and the linked rows makes that mapping with `child_key`. A child
    whom no mapping names has no row in any mart, and so nothing to be left out of.
    """
    return tuple(
        OptOutFact(person, fact.scope, fact.season, fact.organization)
        for fact in standing()
        for person in sorted(people.get(fact.person, ()))
    )


def people(keys: Iterable[str], on: date) -> tuple[PersonFact, ...]:
    """The children with these keys, as the law sees them on a date, in the order of their keys.

    A key that nothing was ever recorded for has no consent, no birth date, and its opt-outs only.
    """
    asked = sorted(set(keys))
    declined = _opt_outs_of(asked)
    known = {row.key: row for row in _children(asked)}
    says = newest({row.organization_id for row in known.values()}, on)
    return tuple(
        _person(known[key], declined[key], says, on)
        if key in known
        else PersonFact(id=key, opt_outs=declined[key])
        for key in asked
    )


def whose(keys: Iterable[str]) -> dict[str, str]:
    """Whose child (slug) each of these keys names."""
    rows = Child.objects.filter(key__in=set(keys))
    return dict(rows.values_list("key", "organization__slug"))


def set_apart(organizations: Iterable[str], on: date) -> tuple[PersonFact, ...]:
    """The children of these organizations (by slug) of whom something is kept back, or who belong
    to a tribal nation."""
    named = (Q(nations__isnull=False) & ~Q(nations=[])) | (
        Q(withheld__isnull=False) & ~Q(withheld=[])
    )
    rows = Child.objects.filter(named, organization__slug__in=set(organizations))
    return people(rows.values_list("key", flat=True), on)


def stated(organizations: Iterable[str], on: date) -> Said:
    """Which of these organizations (by slug) have said something of all their children."""
    ids = dict(Organization.objects.filter(slug__in=set(organizations)).values_list("pk", "slug"))
    says = newest(ids, on)

    def known(subject: Subject) -> frozenset[str]:
        return frozenset(
            s for pk, s in ids.items() if recorded(None, says, pk, subject) is not None
        )

    return Said(nations=known(Subject.NATIONS), withheld=known(Subject.WITHHELD))


def nations() -> dict[str, tuple[str, frozenset[str]]]:
    """Each child (by key) who is recorded as of tribal nations: whose child, and of which."""
    rows = Child.objects.filter(nations__isnull=False).exclude(nations=[])
    told = rows.values_list("key", "organization__slug", "nations")
    return {key: (whose, frozenset(of or ())) for key, whose, of in told}


def person(row: Child, on: date) -> PersonFact:
    """One child, as the law sees it on a date."""
    return people([row.key], on)[0]


def form(row: ConsentForm) -> FormFact:
    """What the law needs to know of a form: whose it is, who is named, whether it is offered."""
    parties = frozenset(row.parties.values_list("slug", flat=True))
    return FormFact(row.organization.slug, parties, row.retired_at is None)


def consent(row: Consent, parties: frozenset[str]) -> WrittenConsent:
    """One written consent, with the parts that its form says."""
    revoked = timezone.localdate(row.revoked_at) if row.revoked_at else None
    return WrittenConsent(
        id=row.reference,
        child=row.child.key,
        signer=row.signer,
        relation=Relation(row.relation),
        signed_on=row.signed_on,
        records=frozenset(row.records),
        purposes=frozenset(Purpose(p) for p in row.form.purposes),
        parties=parties,
        classes=frozenset(OrganizationKind(k) for k in row.form.classes),
        method=ConsentMethod(row.method),
        authenticated=row.authenticated,
        approved=row.approved,
        language=row.language,
        notice=row.form.name,
        ends=row.form.ends,
        verified_on=row.verified_on,
        verified_by=str(row.verified_by_id or ""),
        revoked_on=revoked,
        superseded_by=row.superseded_by.reference if row.superseded_by else "",
        says_revocable=row.form.says_revocable,
    )


def conflicts(row: Child) -> Iterator[ConsentForm]:
    """The forms about which two who hold the right disagree, while nobody decided."""
    answered = {a.form_id: a.answered_at for a in _oldest_first(row)}
    by_form: dict[ConsentForm, list[Voice]] = defaultdict(list)
    for given in row.consents.all():
        by_form[given.form] += _voices(given)
    for form_row, voices in by_form.items():
        if in_conflict(voices, answered.get(form_row.pk)):
            yield form_row


def _oldest_first(row: Child) -> list[ConflictAnswer]:
    return sorted(row.conflict_answers.all(), key=lambda answer: answer.answered_at)


def _voices(row: Consent) -> Iterator[Voice]:
    """Who said what about a form: whoever signed or declined, and whoever took it back."""
    relation = Relation(row.relation)
    if row.state in _SAYS_YES or row.state == ConsentState.REFUSED:
        says = row.state != ConsentState.REFUSED
        yield Voice(row.signer, relation, says=says, at=row.recorded_at)
    if row.revoked_at and row.revoker:
        yield Voice(row.revoker, relation, says=False, at=row.revoked_at)


def _children(keys: Collection[str]) -> QuerySet[Child]:
    return (
        Child.objects.filter(key__in=keys)
        .select_related("organization", "placement")
        .prefetch_related(
            "consents__form__parties",
            "consents__superseded_by",
            "consents__child",
            "rosters__organization",
            "conflict_answers",
        )
    )


def _opt_outs_of(keys: Collection[str]) -> Mapping[str, tuple[OptOutFact, ...]]:
    rows = OptOut.objects.filter(withdrawn_at__isnull=True, child_key__in=keys).select_related(
        "organization", "recording"
    )
    found: dict[str, tuple[OptOutFact, ...]] = dict.fromkeys(keys, ())
    for row in rows.order_by("pk"):
        found[row.child_key] += (_opt_out(row),)
    return found


def _opt_out(row: OptOut) -> OptOutFact:
    return OptOutFact(
        person=row.child_key,
        scope=OptOutScope(row.scope),
        season=row.recording.season,
        organization=row.organization.slug,
    )


def _person(row: Child, declined: tuple[OptOutFact, ...], says: Newest, on: date) -> PersonFact:
    given = [c for c in row.consents.all() if c.state in _SAYS_YES]
    served = [e for e in row.rosters.all() if _during(e.starts, e.ends, on)]
    confirmed = {e.organization.slug for e in served if _during(e.confirmed_on, None, on)}
    placed = row.placement is not None and _during(row.placement_since, row.placement_until, on)
    return PersonFact(
        id=row.key,
        birth_date=label(row.key, row.sealed).birth_date,
        postsecondary=row.postsecondary,
        organizations=frozenset({row.organization.slug, *confirmed}),
        claimed=frozenset(e.organization.slug for e in served) - confirmed,
        consents=tuple(
            consent(c, frozenset(party.slug for party in c.form.parties.all())) for c in given
        ),
        opt_outs=declined,
        parents_conflict=next(conflicts(row), None) is not None,
        court_order=row.court_order,
        placement=row.placement.slug if row.placement and placed else "",
        hold=row.hold,
        # Schools and grades are partners' rows, which are not kept here: of them nothing is known
        # until whoever asks looks them up (`disclosures.schooling`).
        enrollments=(
            *(
                Enrollment(program=e.organization.slug, starts=e.starts, ends=e.ends)
                for e in served
                if e.organization.slug in confirmed
            ),
            Enrollment(),
        ),
        nations=recorded(row.nations, says, row.organization_id, Subject.NATIONS),
        withheld=recorded(row.withheld, says, row.organization_id, Subject.WITHHELD),
    )


def _during(starts: date | None, ends: date | None, on: date) -> bool:
    return starts is not None and starts <= on and (ends is None or on <= ends)
