"""Build the facts about children, consents and opt-outs that `cairn.policy` judges.

Includes what schools declared about all their children at once, which applies to children with
no record of their own.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from cairn.governance.consents.models.child import (
    CONCLUSIVE_ANSWERS,
    Child,
    ConflictAnswer,
    Statement,
    Subject,
)
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.models.consent_form import ConsentForm
from cairn.governance.consents.models.loaded_children import (
    LoadedChild,
    LoadedDecision,
    LoadedTaxDocument,
    load_children_by_key,
)
from cairn.governance.consents.models.opt_outs import OptOut
from cairn.governance.consents.protected_identity import compute_signer_key, unseal_child_label
from cairn.governance.partners.api import Organization
from cairn.platform.actions.api import keep_while_rows_unchanged, open_request_cache
from cairn.policy.checks import has_signer_conflict, is_tax_dependent
from cairn.policy.facts import (
    ConsentFormFact,
    Enrollment,
    FormAnswer,
    OptOutFact,
    PersonFact,
    SchoolDeclarations,
    TaxDependency,
    WrittenConsent,
)
from cairn.policy.vocabulary import (
    ConsentMethod,
    ConsentState,
    LegalBasis,
    OptOutScope,
    OrganizationKind,
    Purpose,
    SignerRelation,
)

__all__ = [
    "list_active_opt_outs",
    "list_opt_outs_of_people",
    "load_children_with_restrictions",
    "load_person_fact",
    "load_person_facts",
    "load_school_declarations",
    "map_child_organizations",
    "map_children_to_nations",
]

NewestStatements = Mapping[tuple[int, str], str]
"""Organization primary key and subject → the answer in its newest statement."""


def load_newest_statements(organizations: Iterable[int], on: date) -> NewestStatements:
    """Return the newest statement of each organization about each subject, by the end of a day."""
    return _load_newest_statements(frozenset(organizations), on)


@keep_while_rows_unchanged()
def _load_newest_statements(organizations: frozenset[int], on: date) -> NewestStatements:
    until = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    rows = Statement.objects.filter(organization__in=organizations, said_at__lt=until)
    newest_answers: dict[tuple[int, str], str] = {}
    for row in rows.order_by("said_at", "pk"):
        newest_answers[row.organization_id, row.subject] = row.says
    return newest_answers


def resolve_recorded_values(
    child_values: list[str] | None, statements: NewestStatements, organization: int, subject: str
) -> frozenset[str] | None:
    """Return a child's recorded values, or else what its school declared for all its children.

    None means that nothing is known: no value is recorded and the school declared nothing.
    """
    if child_values is not None:
        return frozenset(child_values)
    return frozenset() if statements.get((organization, subject)) in CONCLUSIVE_ANSWERS else None


# A consent that was declined, returned or undone supports no use.
_CONSENTING_STATES = (
    ConsentState.GRANTED,
    ConsentState.VERIFIED,
    ConsentState.REVOKED,
    ConsentState.SUPERSEDED,
)


def list_active_opt_outs() -> tuple[OptOutFact, ...]:
    """List every opt-out that is not withdrawn.

    Returns:
        The opt-outs; `person` is the child's key from `compute_child_key`.
    """
    rows = (
        OptOut.objects.filter(withdrawn_at__isnull=True)
        .select_related("organization", "recording")
        .order_by("pk")
    )
    return tuple(_build_opt_out_fact(row) for row in rows)


def list_opt_outs_of_people(people: Mapping[str, Collection[str]]) -> tuple[OptOutFact, ...]:
    """List the active opt-outs of linked people.

    The caller holds the source ids and the linked rows and makes the mapping with
    `compute_child_key`. A child without an entry has no row in any mart, so there is nothing to
    leave out.

    Args:
        people: child key → person ids.
    Returns:
        One opt-out for each person id; `person` is the person id.
    """
    return tuple(
        OptOutFact(person, fact.scope, fact.season, fact.organization)
        for fact in list_active_opt_outs()
        for person in sorted(people.get(fact.person, ()))
    )


def load_person_facts(keys: Iterable[str], on: date) -> tuple[PersonFact, ...]:
    """Return the facts about children that the law depends on, on a date.

    A key without any record has no consent and no birth date, only its opt-outs. A page that only
    reads loads each child once.

    Args:
        keys: child keys from `compute_child_key`.
        on: the date for which the facts are computed.
    Returns:
        One fact for each distinct key, in the order of the keys.
    """
    wanted, loaded = sorted(set(keys)), open_request_cache("person facts")
    missing = [key for key in wanted if (key, on) not in loaded]
    loaded |= {(fact.id, on): fact for fact in _load_person_facts(tuple(missing), on)}
    return tuple(loaded[key, on] for key in wanted)


@keep_while_rows_unchanged(count_children=lambda keys, _on: len(keys))
def _load_person_facts(sorted_keys: tuple[str, ...], on: date) -> tuple[PersonFact, ...]:
    if not sorted_keys:
        return ()
    opt_outs = _load_opt_outs(sorted_keys)
    children = load_children_by_key(sorted_keys)
    organizations = {rows.child.organization_id for rows in children.values()}
    statements = load_newest_statements(organizations, on)
    return tuple(
        _build_person_fact(children[key], opt_outs[key], statements, on)
        if key in children
        else PersonFact(id=key, opt_outs=opt_outs[key])
        for key in sorted_keys
    )


def map_child_organizations(keys: Iterable[str]) -> dict[str, str]:
    """Find the organization of each child.

    Args:
        keys: child keys.
    Returns:
        Child key → slug of its organization; keys without a record are absent.
    """
    rows = Child.objects.filter(key__in=set(keys))
    return dict(rows.values_list("key", "organization__slug"))


def load_children_with_restrictions(
    organizations: Iterable[str], on: date, *, opted_out: bool = False
) -> tuple[PersonFact, ...]:
    """Return the children with withheld elements or with a tribal nation.

    Args:
        organizations: slugs of the children's organizations.
        on: the date for which the facts are computed.
        opted_out: whether to return also the children of families that opted out.
    Returns:
        One fact for each such child.
    """
    has_restriction = (Q(nations__isnull=False) & ~Q(nations=[])) | (
        Q(withheld__isnull=False) & ~Q(withheld=[])
    )
    slugs = set(organizations)
    rows = Child.objects.filter(has_restriction, organization__slug__in=slugs)
    keys = set(rows.values_list("key", flat=True))
    if opted_out:
        active = OptOut.objects.filter(withdrawn_at=None, organization__slug__in=slugs)
        keys |= set(active.values_list("child_key", flat=True))
    return load_person_facts(keys, on)


def load_school_declarations(organizations: Iterable[str], on: date) -> SchoolDeclarations:
    """Return which organizations have declared what their records hold about all their children.

    Args:
        organizations: slugs of the organizations.
        on: the date by which they declared it.
    Returns:
        The organizations that declared tribal nations, and those that declared withheld elements.
    """
    ids = dict(Organization.objects.filter(slug__in=set(organizations)).values_list("pk", "slug"))
    statements = load_newest_statements(ids, on)

    def declared_organizations(subject: Subject) -> frozenset[str]:
        return frozenset(
            slug
            for pk, slug in ids.items()
            if resolve_recorded_values(None, statements, pk, subject) is not None
        )

    return SchoolDeclarations(
        nations=declared_organizations(Subject.NATIONS),
        withheld=declared_organizations(Subject.WITHHELD),
    )


def map_children_to_nations() -> dict[str, tuple[str, frozenset[str]]]:
    """Return every child with recorded tribal nations.

    Returns:
        Child key → (slug of the child's organization, slugs of its nations).
    """
    rows = Child.objects.filter(nations__isnull=False).exclude(nations=[])
    rows_with_nations = rows.values_list("key", "organization__slug", "nations")
    return {
        key: (organization, frozenset(nation_slugs or ()))
        for key, organization, nation_slugs in rows_with_nations
    }


def load_person_fact(row: Child, on: date) -> PersonFact:
    """Return the facts about one child on a date.

    Args:
        row: the child.
        on: the date for which the facts are computed.
    Returns:
        The facts about the child.
    """
    return load_person_facts([row.key], on)[0]


def load_consent_form_fact(row: ConsentForm) -> ConsentFormFact:
    """Return the facts about a consent form: owner, named parties, whether it is offered."""
    parties = frozenset(row.parties.values_list("slug", flat=True))
    return ConsentFormFact(row.organization.slug, parties, row.retired_at is None)


def build_written_consent(row: Consent, parties: frozenset[str]) -> WrittenConsent:
    """Build the fact of one written consent, with the parts that its form states."""
    revoked = timezone.localdate(row.revoked_at) if row.revoked_at else None
    return WrittenConsent(
        id=row.reference,
        child=row.child.key,
        signer=row.signer,
        relation=SignerRelation(row.relation),
        signed_on=row.signed_on,
        records=frozenset(row.records),
        purposes=frozenset(Purpose(purpose) for purpose in row.form.purposes),
        parties=parties,
        classes=frozenset(OrganizationKind(kind) for kind in row.form.classes),
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
        basis=LegalBasis(row.form.basis),
    )


def find_conflicting_forms(
    consents: Iterable[Consent], answers: Iterable[ConflictAnswer | LoadedDecision]
) -> Iterator[ConsentForm]:
    """Find the forms on which two holders of the right disagree and the district must decide.

    Args:
        consents: the consents of one child.
        answers: what the district decided about them.
    Returns:
        The forms.
    """
    in_order = sorted(answers, key=lambda answer: answer.answered_at)
    answered = {answer.form_id: answer.answered_at for answer in in_order}
    by_form: dict[ConsentForm, list[FormAnswer]] = defaultdict(list)
    for consent_row in consents:
        by_form[consent_row.form] += _list_voices(consent_row)
    for form_row, voices in by_form.items():
        if has_signer_conflict(voices, answered.get(form_row.pk)):
            yield form_row


def _list_voices(row: Consent) -> Iterator[FormAnswer]:
    """Yield each answer about a form: by the signer, and by the person who revoked it."""
    relation = SignerRelation(row.relation)
    if row.state in _CONSENTING_STATES or row.state == ConsentState.REFUSED:
        agrees = row.state != ConsentState.REFUSED
        yield FormAnswer(row.signer, relation, says=agrees, at=row.recorded_at)
    if row.revoked_at and row.revoker:
        yield FormAnswer(row.revoker, relation, says=False, at=row.revoked_at)


def _load_opt_outs(keys: Collection[str]) -> Mapping[str, tuple[OptOutFact, ...]]:
    rows = OptOut.objects.filter(withdrawn_at__isnull=True, child_key__in=keys).select_related(
        "organization", "recording"
    )
    opt_outs: dict[str, tuple[OptOutFact, ...]] = dict.fromkeys(keys, ())
    for row in rows.order_by("pk"):
        opt_outs[row.child_key] += (_build_opt_out_fact(row),)
    return opt_outs


def _build_opt_out_fact(row: OptOut) -> OptOutFact:
    return OptOutFact(
        person=row.child_key,
        scope=OptOutScope(row.scope),
        season=row.recording.season,
        organization=row.organization.slug,
    )


def _build_person_fact(
    rows: LoadedChild, opt_outs: tuple[OptOutFact, ...], statements: NewestStatements, on: date
) -> PersonFact:
    row = rows.child
    consent_rows = [item for item in rows.consents if item.state in _CONSENTING_STATES]
    current_entries = [entry for entry in rows.rosters if _is_within(entry.starts, entry.ends, on)]
    confirmed = {
        entry.organization for entry in current_entries if _is_within(entry.confirmed_on, None, on)
    }
    decided = (timezone.localdate(answer.answered_at) for answer in rows.answers)
    label = unseal_child_label(row.key, row.sealed)
    placed = row.placement is not None and _is_within(row.placement_since, row.placement_until, on)
    return PersonFact(
        id=row.key,
        birth_date=label.birth_date,
        postsecondary=False if row.dual_enrolled else row.postsecondary,
        organizations=frozenset({row.organization.slug, *confirmed}),
        claimed=frozenset(entry.organization for entry in current_entries) - confirmed,
        consents=tuple(
            build_written_consent(item, frozenset(party.slug for party in item.form.parties.all()))
            for item in consent_rows
        ),
        opt_outs=opt_outs,
        parents_conflict=any(find_conflicting_forms(rows.consents, rows.answers)),
        conflict_decided_on=max(decided, default=None),
        custodians=frozenset(compute_signer_key(row.key, name) for name in label.custodians),
        court_order=row.court_order,
        placement=row.placement.slug if row.placement and placed else "",
        hold=row.hold,
        statement_on=row.statement_on,
        tax_dependent=is_tax_dependent(map(_build_tax_dependency, rows.evidence), on),
        # Schools and grades are in partners' rows, which this app does not store. They are unknown
        # until the caller looks them up (`disclosure_log`).
        enrollments=(
            *(
                Enrollment(program=entry.organization, starts=entry.starts, ends=entry.ends)
                for entry in current_entries
                if entry.organization in confirmed
            ),
            Enrollment(),
        ),
        nations=resolve_recorded_values(
            row.nations, statements, row.organization_id, Subject.NATIONS
        ),
        withheld=resolve_recorded_values(
            row.withheld, statements, row.organization_id, Subject.WITHHELD
        ),
    )


def _build_tax_dependency(row: LoadedTaxDocument) -> TaxDependency:
    ended = timezone.localdate(row.ended_at) if row.ended_at else None
    return TaxDependency(row.tax_year, timezone.localdate(row.recorded_at), ended)


def _is_within(starts: date | None, ends: date | None, on: date) -> bool:
    return starts is not None and starts <= on and (ends is None or on <= ends)
