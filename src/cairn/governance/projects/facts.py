"""Build the facts about projects, bodies and hearings that `cairn.policy` judges."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from django.db.models import Case, OuterRef, Subquery, When
from django.utils import timezone

from cairn.governance.agreements.api import Agreement
from cairn.governance.dictionaries.api import load_current_dictionaries
from cairn.governance.projects.flow_files import parse_flow
from cairn.governance.projects.models import body, project
from cairn.governance.projects.related_rows import (
    HearingRows,
    VersionRows,
    collect_ids,
    load_hearing_rows,
    load_seat_facts,
    load_version_rows,
)
from cairn.platform.actions.api import open_request_cache, watch_value
from cairn.platform.notifications.api import find_notice_deliveries
from cairn.policy import checks
from cairn.policy.engine import Reason
from cairn.policy.facts import (
    AuthorizationFact,
    BodyFact,
    BodyKind,
    ConflictOfInterest,
    Hearing,
    ProjectConditionFact,
    ProjectFact,
    SeatFact,
    StepNoticeFact,
)
from cairn.policy.lifecycles import DATA_USE_STATES, STATES_THROUGH_APPROVAL
from cairn.policy.vocabulary import Level, ProjectState, Purpose

__all__ = [
    "find_authorization_ends",
    "find_challenges",
    "find_current_version",
    "find_current_versions",
    "load_project_fact",
    "load_project_facts",
    "load_version_facts",
]


_USING_DATA: Final = frozenset(state.value for state in DATA_USE_STATES)


def load_project_fact(row: project.Version) -> ProjectFact:
    """Return one version of a project, with the answers and hearings of its current round.

    Args:
        row: the version.
    Returns:
        The fact.
    """
    return load_version_facts([row])[0]


def load_version_facts(rows: Iterable[project.Version]) -> tuple[ProjectFact, ...]:
    """Load the facts of many versions of projects with a constant number of queries.

    A page that only reads loads each version once, however often it asks.

    Args:
        rows: the versions.
    Returns:
        The facts, in the order given, each with the answers and hearings of its current round.
    """
    requested = tuple(rows)
    loaded = open_request_cache("versions")
    missing = {row.pk: row for row in requested if row.pk not in loaded}
    if missing:
        facts = _load_version_facts(tuple(missing.values()))
        loaded |= dict(zip(missing, facts, strict=True))
    return tuple(loaded[row.pk] for row in requested)


def _load_version_facts(requested: tuple[project.Version, ...]) -> tuple[ProjectFact, ...]:
    related = load_version_rows(requested)
    notices = _load_step_notices(requested)
    pilots = find_pilot_agreements({name for row in requested for name in row.agreements})
    return tuple(_build_project_fact(row, related, notices[row.pk], pilots) for row in requested)


def _build_project_fact(
    row: project.Version,
    related: VersionRows,
    notices: tuple[StepNoticeFact, ...],
    pilots: frozenset[str],
) -> ProjectFact:
    """Build the fact of a version from its row and, in `related`, the rows that belong to it."""
    conditions = related.list_conditions(row.pk, row.round)
    question_of = related.map_elements(row.pk)
    providers = collect_ids(related.providers, row.pk)
    # Challenges no longer apply after approval.
    is_open = row.state in STATES_THROUGH_APPROVAL
    return ProjectFact(
        reference=row.project.reference,
        title=row.title,
        state=ProjectState(row.state),
        purpose=Purpose(row.purpose),
        level=Level(row.level),
        version=row.number,
        lead=row.project.lead.slug,
        requester=str(row.project.requester_id),
        five=MappingProxyType(row.five),
        principles=MappingProxyType(row.principles),
        harms=row.harms,
        level_why=row.level_why,
        questions=related.list_questions(row.pk),
        question_of=question_of,
        first_year=row.first_year,
        last_year=row.last_year,
        providers=providers,
        nations=collect_ids(related.nations, row.pk) if row.nations_said else None,
        flow=parse_flow(row.project.flow),
        step=row.step,
        since=row.since,
        words=related.list_words(row.pk, row.round),
        hearings=tuple(
            _build_hearing(hearing, row.number, related.hearing_rows)
            for hearing in related.hearings.get(row.pk, ())
            if hearing.round == row.round
        ),
        scores=MappingProxyType({name: int(entry["points"]) for name, entry in row.scores.items()}),
        challenges=_count_open_challenges(row, question_of, providers) if is_open else None,
        agreements=tuple(row.agreements),
        staff=collect_ids(related.staff, row.pk),
        organizations=collect_ids(related.organizations, row.pk),
        outputs=tuple(row.outputs),
        engagement=related.list_equity_steps(row.project_id, "engagement"),
        reflection=related.list_equity_steps(row.project_id, "reflection"),
        conditions=conditions,
        authorization=_build_authorization(row, related, conditions),
        file_names=tuple(row.file_names),
        pilot=row.project.pilot,
        pilots=pilots & set(row.agreements),
        notices=notices,
    )


def build_project_key(kind: str, row: project.Version) -> str:
    """Build the key of a task about a project, the same for as long as the task waits.

    Args:
        kind: the next step, such as "answer".
        row: the version.
    Returns:
        The key.
    """
    return f"project.{kind}:{row.pk}:{row.state}:{row.round}"


def _load_step_notices(
    rows: Iterable[project.Version],
) -> dict[int, tuple[StepNoticeFact, ...]]:
    """Load the first notice of the present step that reached each organization, by version."""
    versions_by_key = {build_project_key("answer", row): row.pk for row in rows}
    first: dict[int, dict[str, date]] = {pk: {} for pk in versions_by_key.values()}
    for key, slug, day in _list_first_notices(tuple(versions_by_key)):
        first[versions_by_key[key]][slug] = day
    return {
        pk: tuple(StepNoticeFact(slug, day) for slug, day in sorted(days.items()))
        for pk, days in first.items()
    }


@watch_value
def _list_first_notices(keys: tuple[str, ...]) -> tuple[tuple[str, str, date], ...]:
    """List the day of the first notice of each task that reached each organization."""
    first: dict[tuple[str, str], date] = {}
    for key, slug, delivered_at in find_notice_deliveries(keys).values_list(
        "key", "user__affiliations__organization__slug", "delivered_at"
    ):
        if slug is not None:
            first.setdefault((key, slug), timezone.localdate(delivered_at))
    return tuple((key, slug, day) for (key, slug), day in first.items())


def load_project_facts(references: Iterable[str] | None = None) -> tuple[ProjectFact, ...]:
    """Return one fact for each project: its active version, or the newest one.

    Args:
        references: references of the projects; None for all.
    Returns:
        The facts, ordered by reference.
    """
    rows = project.Project.objects.select_related("lead").order_by("reference")
    if references is not None:
        rows = rows.filter(reference__in=set(references))
    return load_version_facts(find_current_versions(rows))


def find_current_version(row: project.Project) -> project.Version:
    """Return the version that counts today: the one that may use data, or the newest one.

    Args:
        row: the project.
    Returns:
        The version.
    """
    return find_current_versions([row])[0]


def find_current_versions(rows: Iterable[project.Project]) -> list[project.Version]:
    """Return the version of each project that counts today, with one query.

    Args:
        rows: the projects.
    Returns:
        The versions, in the order of the projects; each has its project.
    """
    projects = {row.pk: row for row in rows}
    using_data_first = Case(When(state__in=_USING_DATA, then=0), default=1)
    versions = project.Version.objects.filter(project=OuterRef("project"))
    current = Subquery(versions.order_by(using_data_first, "-number").values("pk")[:1])
    found = {
        version.project_id: version
        for version in project.Version.objects.filter(project__in=projects, pk=current)
    }
    for version in found.values():
        version.project = projects[version.project_id]
    return [found[pk] for pk in projects]


def find_authorization_ends(rows: Iterable[project.Project]) -> dict[int, date | None]:
    """Return the last day of each project's authorization, without loading the projects' facts.

    Args:
        rows: the projects.
    Returns:
        The day by the project's id; None if its current version was never authorized.
    """
    versions = find_current_versions(rows)
    granted = project.Authorization.objects.filter(version__in=[row.pk for row in versions])
    ends = dict(granted.values_list("version_id", "ends"))
    return {row.project_id: ends.get(row.pk) for row in versions}


def map_element_questions(row: project.Version) -> MappingProxyType[str, tuple[str, ...]]:
    """Return each requested element with the questions that it is requested for."""
    return MappingProxyType(
        {element.name: tuple(element.questions) for element in row.elements.all()}
    )


def find_challenges(row: project.Version) -> tuple[Reason, ...]:
    """Return what a careful data owner would ask about the request (data minimization).

    Args:
        row: the version.
    Returns:
        One reason for each challenge, by the dictionaries of the data owners.
    """
    owners = frozenset(row.providers.values_list("slug", flat=True))
    return _find_challenges(row, map_element_questions(row), owners)


def _find_challenges(
    row: project.Version, questions: Mapping[str, tuple[str, ...]], owners: frozenset[str]
) -> tuple[Reason, ...]:
    element_request = checks.ElementRequest(
        questions=questions,
        first_year=row.first_year,
        last_year=row.last_year,
        level=Level(row.level),
        dictionaries=load_current_dictionaries(*sorted(owners)) if owners else (),
    )
    return checks.list_minimization_challenges(element_request)


def _build_authorization(
    row: project.Version, related: VersionRows, conditions: tuple[ProjectConditionFact, ...]
) -> AuthorizationFact | None:
    """Build the authorization of a version as it was granted; None if it was not."""
    granted = related.authorizations.get(row.pk)
    if granted is None:
        return None
    questions_by_element = {name: tuple(codes) for name, codes in granted.question_of.items()}
    return AuthorizationFact(
        project=row.project.reference,
        question_of=MappingProxyType(questions_by_element),
        purpose=Purpose(row.purpose),
        elements=frozenset(questions_by_element),
        first_year=granted.first_year,
        last_year=granted.last_year,
        level=Level(row.level),
        staff=collect_ids(related.authorized_staff, granted.pk),
        organizations=collect_ids(related.authorized_organizations, granted.pk),
        agreements=tuple(granted.agreements),
        outputs=tuple(granted.outputs),
        file_names=tuple(granted.file_names),
        starts=granted.starts,
        ends=granted.ends,
        conditions=conditions,
        revoked_on=granted.revoked_on,
    )


def load_body_fact(row: body.Body) -> BodyFact:
    """Return a body with every seat it ever had; the policy selects those valid on a date."""
    return _build_body(row, load_seat_facts([row.pk])[row.pk])


def _build_body(row: body.Body, seats: tuple[SeatFact, ...]) -> BodyFact:
    return BodyFact(
        slug=row.slug,
        kind=BodyKind(row.kind),
        seats=seats,
        quorum=row.quorum,
        majority=row.majority,
        conflicts=frozenset(ConflictOfInterest(code) for code in row.conflicts),
        family_seat=row.family_seat,
        unanimous=row.unanimous,
        abstentions_count=row.abstentions_count,
        quorum_of_present=row.quorum_of_present,
        proxies=row.proxies,
    )


def load_hearing_fact(row: body.AgendaItem) -> Hearing:
    """Return one hearing of a version before a body."""
    return load_hearing_facts([row])[0]


def load_hearing_facts(rows: Sequence[body.AgendaItem]) -> list[Hearing]:
    """Return hearings of versions before bodies, with one query a table."""
    related = load_hearing_rows(rows)
    return [_build_hearing(row, row.version.number, related) for row in rows]


def _build_hearing(row: body.AgendaItem, version: int, related: HearingRows) -> Hearing:
    return Hearing(
        body=_build_body(row.meeting.body, related.seats[row.meeting.body_id]),
        version=version,
        votes=related.list_votes(row.pk),
        recused=related.list_recused(row.pk),
        closed_on=row.closed_on,
        step=row.step,
        present=related.list_present(row.meeting_id),
        proxies=related.list_proxies(row.pk),
    )


def _count_open_challenges(
    row: project.Version, questions: Mapping[str, tuple[str, ...]], owners: frozenset[str]
) -> int:
    challenges = _find_challenges(row, questions, owners)
    return len(checks.list_unanswered_challenges(challenges, row.answers))


def find_pilot_agreements(references: Iterable[str]) -> frozenset[str]:
    """Return the agreements among these that belong to pilots."""
    rows = Agreement.objects.filter(reference__in=list(references), pilot=True)
    return frozenset(rows.values_list("reference", flat=True))
