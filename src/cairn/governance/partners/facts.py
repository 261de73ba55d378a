"""Turn partner rows into the frozen facts that the policy package evaluates.

They say who acts for an organization, how it protects what it holds, and who has access there.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from cairn.governance.partners.models import (
    Affiliation,
    Assessment,
    Bar,
    Control,
    Organization,
    SecurityPlan,
)
from cairn.governance.partners.questionnaire import list_questionnaires_for, load_questionnaires
from cairn.governance.training.api import load_clearances
from cairn.platform.accounts.api import User, detect_second_factor
from cairn.platform.actions.api import open_actor_cache, open_request_cache
from cairn.platform.tables.api import PreparedRows
from cairn.policy.facts import (
    Actor,
    AffiliationFact,
    Clearance,
    Colleague,
    OrganizationFact,
    OrganizationSecurity,
    OwnerBar,
    StaffAssignmentFact,
)
from cairn.policy.law import STUDENT_DATA_ROLES
from cairn.policy.vocabulary import OrganizationKind, Role, SecurityCondition

__all__ = [
    "build_affiliation_fact",
    "get_organization_slug",
    "load_acting_user",
    "load_actor",
    "load_actors",
    "load_organization_fact",
    "load_organization_facts",
    "load_receiver_facts",
    "register_assignment_loader",
]


AssignmentLoader = Callable[[Collection[int]], Mapping[int, tuple[StaffAssignmentFact, ...]]]
"""A function that loads the assignments of users (ids) to programs and sites."""

_ASSIGNMENT_LOADERS: list[AssignmentLoader] = []


def register_assignment_loader(loader: AssignmentLoader) -> None:
    """Register the function that loads staff assignments; the last one registered is used.

    Args:
        loader: the function; the app of programs, which is in a higher layer, registers it.
    """
    _ASSIGNMENT_LOADERS[:] = [loader]


class _OrganizationRow(NamedTuple):
    """What the facts of a person need of an organization's row."""

    pk: int
    slug: str
    kind: str


class _AffiliationRow(NamedTuple):
    """One role of a person."""

    user: int
    role: str
    starts: date
    ends: date | None
    organization: Organization | _OrganizationRow

    def build_fact(self) -> AffiliationFact:
        return AffiliationFact(
            organization=self.organization.slug,
            kind=OrganizationKind(self.organization.kind),
            role=Role(self.role),
            starts=self.starts,
            ends=self.ends,
        )


_AFFILIATIONS: Final = PreparedRows(
    lambda ids: (
        Affiliation.objects.filter(user__in=ids)
        .order_by("pk")
        .values_list(
            *("user_id", "role", "starts", "ends"),
            *("organization_id", "organization__slug", "organization__kind"),
        )
    )
)


def _load_affiliations(users: Iterable[int]) -> list[_AffiliationRow]:
    return [
        _AffiliationRow(user, role, starts, ends, _OrganizationRow(pk, slug, kind))
        for user, role, starts, ends, pk, slug, kind in _AFFILIATIONS.read(users)
    ]


def _load_assignments(
    rows: Iterable[_AffiliationRow],
) -> Mapping[int, tuple[StaffAssignmentFact, ...]]:
    """Load the assignments of the program staff among these roles, by user."""
    staff = {row.user for row in rows if row.role == Role.PROGRAM_STAFF.value}
    return _ASSIGNMENT_LOADERS[0](staff) if _ASSIGNMENT_LOADERS and staff else {}


class _AssessmentResult(NamedTuple):
    """The days on which answers to a questionnaire count, and the safeguards they confirm."""

    first: date
    last: date
    safeguards: frozenset[SecurityCondition]


NewestAssessments = dict[str, _AssessmentResult]
"""The newest answers of one organization, by questionnaire."""


_COLLEAGUES: Final = PreparedRows(
    lambda ids: (
        Affiliation.objects.filter(
            organization__in=ids, role__in=STUDENT_DATA_ROLES, user__is_active=True
        )
        .order_by("pk")
        .values_list("organization_id", "user_id", "starts", "ends")
    )
)
_ASSESSMENTS: Final = PreparedRows(
    lambda ids: (
        Assessment.objects.filter(organization__in=ids)
        .order_by("assessed_on", "pk")
        .values_list("organization_id", "questionnaire", "assessed_on", "expires_on", "answers")
    )
)
_PLANS: Final = PreparedRows(
    lambda ids: (
        SecurityPlan.objects.filter(organization__in=ids)
        .order_by("-adopted_on")
        .values_list("organization_id", "adopted_on")
    )
)
_BARS: Final = PreparedRows(
    lambda ids: (
        Bar.objects.filter(organization__in=ids, lifted_on__isnull=True)
        .order_by("until", "pk")
        .values_list("organization_id", "owner__slug", "until")
    )
)


def load_security_facts(
    organizations: Iterable[Organization | _OrganizationRow],
) -> tuple[OrganizationSecurity, ...]:
    """Load the security records of organizations; a page that only reads loads each once.

    Args:
        organizations: the organization rows.

    Returns:
        The security facts, in the order given.
    """
    rows = list(organizations)
    loaded = open_request_cache("security")
    missing = {row.pk: row for row in rows if row.pk not in loaded}
    if missing:
        security_facts, _own = load_security_and_clearance(missing.values())
        loaded |= dict(zip(missing, security_facts, strict=True))
    return tuple(loaded[row.pk] for row in rows)


def load_security_and_clearance(
    organizations: Iterable[Organization | _OrganizationRow], person: int | None = None
) -> tuple[tuple[OrganizationSecurity, ...], Clearance | None]:
    """Load the security facts of organizations and the clearance of one person together.

    Both need the same two queries, because the person is one of the colleagues; there is one
    query per table, for any number of organizations.

    Args:
        organizations: the organization rows.
        person: the user's id, or None.

    Returns:
        The security facts in the order given, and the person's clearance (None without a
        person).
    """
    rows = list(organizations)
    ids = [row.pk for row in rows]
    affiliations = _COLLEAGUES.read(ids)
    user_ids = {user for _organization, user, _starts, _ends in affiliations}
    clearance_by_user = load_clearances(user_ids if person is None else user_ids | {person})
    spans = {
        user: clearance.list_cleared_periods() for user, clearance in clearance_by_user.items()
    }
    colleagues: dict[int, list[Colleague]] = defaultdict(list)
    for organization, user, starts, ends in affiliations:
        colleagues[organization].append(Colleague(starts, ends, spans[user]))
    assessments, plan_dates, bars = (
        _load_newest_assessments(ids),
        _load_first_plan_dates(ids),
        _load_bars(ids),
    )
    security_facts = []
    for row in rows:
        newest = assessments.get(row.pk, {})
        first, last = _find_assessment_period(row, newest)
        security_facts.append(
            OrganizationSecurity(
                organization=row.slug,
                assessed_on=first,
                assessment_expires=last,
                plan_on=plan_dates.get(row.pk),
                barred_until=max(
                    (until for owner, until in bars[row.pk] if not owner), default=None
                ),
                colleagues=tuple(colleagues[row.pk]),
                owner_bars=tuple(OwnerBar(owner, until) for owner, until in bars[row.pk] if owner),
                safeguards=frozenset[SecurityCondition]().union(
                    *(assessment.safeguards for assessment in newest.values())
                ),
            )
        )
    return tuple(security_facts), None if person is None else clearance_by_user[person]


def _find_assessment_period(
    row: Organization | _OrganizationRow, newest: NewestAssessments
) -> tuple[date | None, date | None]:
    """Return the days on which all questionnaires for this kind of organization count as
    answered.
    """
    questionnaire_ids = [
        questionnaire.id for questionnaire in list_questionnaires_for(OrganizationKind(row.kind))
    ]
    if not set(questionnaire_ids) <= set(newest):
        return None, None
    return max(newest[name].first for name in questionnaire_ids), min(
        newest[name].last for name in questionnaire_ids
    )


def _load_newest_assessments(ids: list[int]) -> Mapping[int, NewestAssessments]:
    """Return the newest answers of each organization to each questionnaire."""
    questionnaires = load_questionnaires()
    newest: dict[int, NewestAssessments] = defaultdict(dict)
    for organization, name, first, last, answers in _ASSESSMENTS.read(ids):
        safeguards = questionnaires[name].list_safeguards(answers)
        newest[organization][name] = _AssessmentResult(first, last, safeguards)
    return newest


def _load_evidenced_safeguards(ids: list[int]) -> Mapping[int, frozenset[SecurityCondition]]:
    """Return the safeguards of each organization that a security control shows by evidence."""
    safeguards: dict[int, frozenset[SecurityCondition]] = defaultdict(frozenset)
    rows = Control.objects.filter(organization__in=ids).exclude(safeguard="")
    for organization, safeguard in rows.values_list("organization_id", "safeguard"):
        safeguards[organization] |= {SecurityCondition(safeguard)}
    return safeguards


def _load_first_plan_dates(ids: list[int]) -> Mapping[int, date]:
    """Return the day on which each organization first adopted a plan."""
    return dict(_PLANS.read(ids))


def _load_bars(ids: list[int]) -> Mapping[int, list[tuple[str | None, date]]]:
    """Return the data owner, None for everyone, and the last day of each bar not lifted."""
    bars: dict[int, list[tuple[str | None, date]]] = defaultdict(list)
    for organization, owner, until in _BARS.read(ids):
        bars[organization].append((owner, until))
    return bars


def load_actor(
    user: AbstractBaseUser | AnonymousUser | None, *, request: HttpRequest | None = None
) -> Actor:
    """Load the policy facts about a user, with every affiliation they ever had.

    The policy package picks the affiliations that are active on its date. A request loads its user
    once, so that a page and its navigation show the same rights. An action loads its user again, in
    its transaction (`load_acting_user`), and a page that asks after it gets the new facts.

    Args:
        user: the user; None or an anonymous user is the public.
        request: the HTTP request of a user in a browser, for the second factor of the
            session; without it the user works in the machine's own shell.

    Returns:
        The actor.
    """
    if request is None or not isinstance(user, User):
        return load_acting_user(user, request=request)
    loaded = open_actor_cache(request)
    if user.pk not in loaded:
        loaded[user.pk] = load_acting_user(user, request=request)
    return loaded[user.pk]


def load_acting_user(
    user: AbstractBaseUser | AnonymousUser | None, *, request: HttpRequest | None = None
) -> Actor:
    """Load the policy facts about a user as they are at this moment.

    Args:
        user: as for `load_actor`.
        request: as for `load_actor`.

    Returns:
        The actor.
    """
    if not isinstance(user, User):
        return Actor.public()
    rows = _load_affiliations([user.pk])
    organization_by_id = {row.organization.pk: row.organization for row in rows}
    security_facts, clearance_fact = load_security_and_clearance(
        organization_by_id.values(), user.pk
    )
    open_request_cache("security").update(zip(organization_by_id, security_facts, strict=True))
    return Actor(
        id=str(user.pk),
        active=user.is_active,
        second_factor=detect_second_factor(user, request),
        affiliations=tuple(row.build_fact() for row in rows),
        clearance=clearance_fact,
        security=security_facts,
        assignments=_load_assignments(rows).get(user.pk, ()),
    )


def get_organization_slug(*, organization: Organization) -> tuple[str]:
    """Return the slug of an organization, the only fact that many policy questions ask for.

    Args:
        organization: the organization's row.

    Returns:
        The slug, as the facts of an action (`platform.actions`).
    """
    return (organization.slug,)


def load_actors(users: Iterable[User]) -> tuple[Actor, ...]:
    """Load the policy facts about many users with a constant number of queries.

    As `load_actor` without a request: each works in the machine's own shell. So the answer says
    what they could do, not what a session of theirs may do now.

    Args:
        users: the users.

    Returns:
        The actors, in the order given.
    """
    requested = list(users)
    rows = _load_affiliations(user.pk for user in requested)
    rows_by_user: dict[int, list[_AffiliationRow]] = {user.pk: [] for user in requested}
    for row in rows:
        rows_by_user[row.user].append(row)
    organization_by_id = {row.organization.pk: row.organization for row in rows}
    security_by_id = dict(
        zip(organization_by_id, load_security_facts(organization_by_id.values()), strict=True)
    )
    clearance_by_user = load_clearances(rows_by_user)
    assignments = _load_assignments(rows)
    return tuple(
        Actor(
            id=str(user.pk),
            active=user.is_active,
            second_factor=detect_second_factor(user, None),
            affiliations=tuple(row.build_fact() for row in rows_by_user[user.pk]),
            clearance=clearance_by_user[user.pk],
            security=tuple(
                security_by_id[pk]
                for pk in dict.fromkeys(row.organization.pk for row in rows_by_user[user.pk])
            ),
            assignments=assignments.get(user.pk, ()),
        )
        for user in requested
    )


def load_organization_fact(row: Organization) -> OrganizationFact:
    """Load the fact of one organization; values that were never entered stay unknown.

    Args:
        row: the organization's row.

    Returns:
        The organization fact.
    """
    return load_organization_facts((row,))[0]


def load_organization_facts(
    rows: Iterable[Organization],
) -> tuple[OrganizationFact, ...]:
    """Load the facts of many organizations with a constant number of queries.

    Args:
        rows: the organization rows.

    Returns:
        The facts, in the order given.
    """
    requested = tuple(rows)
    return tuple(
        OrganizationFact(
            slug=row.slug,
            kind=OrganizationKind(row.kind),
            name=row.name,
            education_program=row.is_education_program,
            ferpa=row.is_educational_agency,
            hipaa=row.is_covered_entity,
            state=row.state,
            barred_until=security_fact.barred_until,
            owner_bars=security_fact.owner_bars,
        )
        for row, security_fact in zip(requested, load_security_facts(requested), strict=True)
    )


def load_receiver_facts(slugs: Iterable[str]) -> tuple[OrganizationSecurity, ...]:
    """Load the security of organizations that receive data, with safeguards shown by evidence.

    An organization that is not on record is left out.

    Args:
        slugs: short names of the organizations.

    Returns:
        The security facts, by short name.
    """
    rows = list(Organization.objects.filter(slug__in=set(slugs)).order_by("slug"))
    evidenced = _load_evidenced_safeguards([row.pk for row in rows])
    return tuple(
        replace(security, safeguards=security.safeguards | evidenced[row.pk])
        for row, security in zip(rows, load_security_facts(rows), strict=True)
    )


def build_affiliation_fact(row: Affiliation) -> AffiliationFact:
    """Build the fact about one role of a person, from its first to its last day.

    Args:
        row: the affiliation's row.

    Returns:
        The fact.
    """
    return _AffiliationRow(
        row.user_id, row.role, row.starts, row.ends, row.organization
    ).build_fact()
