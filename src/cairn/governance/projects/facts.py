"""Build the facts about projects, bodies and hearings that `cairn.policy` judges."""

from collections.abc import Iterable
from datetime import date
from types import MappingProxyType
from typing import Final

from django.utils import timezone

from cairn.governance.agreements.api import Agreement
from cairn.governance.dictionaries.api import load_current_dictionaries
from cairn.governance.partners.api import Organization
from cairn.governance.projects.flow_files import parse_flow
from cairn.governance.projects.models import body, project
from cairn.platform.actions.api import open_request_cache
from cairn.platform.notifications.api import find_notice_deliveries
from cairn.policy import checks
from cairn.policy.engine import Reason
from cairn.policy.facts import (
    AuthorizationFact,
    BodyFact,
    BodyKind,
    ConflictOfInterest,
    DeciderResponseFact,
    EquityStepFact,
    Hearing,
    ProjectConditionFact,
    ProjectFact,
    ProjectQuestionFact,
    ProxyFact,
    SeatFact,
    StepNoticeFact,
    VoteFact,
)
from cairn.policy.lifecycles import DATA_USE_STATES, STATES_THROUGH_APPROVAL
from cairn.policy.vocabulary import Ballot, Decider, Level, ProjectState, Purpose, StepAnswer

__all__ = [
    "find_authorization_end",
    "find_challenges",
    "find_current_version",
    "load_project_fact",
    "load_project_facts",
    "load_version_facts",
]


_RELATED_ROWS: Final = (
    *("project__equity_steps", "questions", "elements", "providers", "nations", "organizations"),
    *("staff", "words__organization", "conditions", "hearings__votes", "hearings__recusals"),
    *("hearings__proxies", "hearings__meeting__present"),
    *("hearings__meeting__body__seats__organization",),
    *("authorization__staff", "authorization__organizations"),
)
"""What a project's fact is built from beside its own row, in one query each for any number."""


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
    # Not the caller's rows: those would keep these beside them after the next change.
    found = project.Version.objects.filter(pk__in={row.pk for row in requested})
    related = {row.pk: row for row in found.prefetch_related(*_RELATED_ROWS)}
    notices = _load_step_notices(requested)
    pilots = find_pilot_agreements({name for row in requested for name in row.agreements})
    return tuple(
        _build_project_fact(row, related[row.pk], notices[row.pk], pilots) for row in requested
    )


def _build_project_fact(
    row: project.Version,
    related: project.Version,
    notices: tuple[StepNoticeFact, ...],
    pilots: frozenset[str],
) -> ProjectFact:
    """Build the fact of a version from its row and, in `related`, the rows that belong to it."""
    equity_steps = list(related.project.equity_steps.all())
    conditions = tuple(
        ProjectConditionFact(text=condition.text, met_on=condition.met_on)
        for condition in related.conditions.all()
        if condition.round == row.round
    )
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
        questions=tuple(_build_question(question) for question in related.questions.all()),
        question_of=map_element_questions(related),
        first_year=row.first_year,
        last_year=row.last_year,
        providers=_collect_slugs(related.providers.all()),
        nations=_collect_slugs(related.nations.all()) if row.nations_said else None,
        flow=parse_flow(row.project.flow),
        step=row.step,
        since=row.since,
        words=tuple(_build_word(word) for word in related.words.all() if word.round == row.round),
        hearings=tuple(
            _build_hearing(hearing, row.number, hearing.meeting.body.seats.all())
            for hearing in sorted(related.hearings.all(), key=lambda hearing: hearing.pk)
            if hearing.round == row.round
        ),
        scores=MappingProxyType({name: int(entry["points"]) for name, entry in row.scores.items()}),
        challenges=_count_open_challenges(row),
        agreements=tuple(row.agreements),
        staff=frozenset(str(user.pk) for user in related.staff.all()),
        organizations=_collect_slugs(related.organizations.all()),
        outputs=tuple(row.outputs),
        engagement=tuple(
            _build_equity_step(step) for step in equity_steps if step.kind == "engagement"
        ),
        reflection=tuple(
            _build_equity_step(step) for step in equity_steps if step.kind == "reflection"
        ),
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
    delivered = find_notice_deliveries(list(versions_by_key))
    for key, slug, delivered_at in delivered.values_list(
        "key", "user__affiliations__organization__slug", "delivered_at"
    ):
        if slug is not None:
            first[versions_by_key[key]].setdefault(slug, timezone.localdate(delivered_at))
    return {
        pk: tuple(StepNoticeFact(slug, day) for slug, day in sorted(days.items()))
        for pk, days in first.items()
    }


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
    return load_version_facts(find_current_version(row) for row in rows)


def find_current_version(row: project.Project) -> project.Version:
    """Return the version that counts today: the one that may use data, or the newest one.

    Args:
        row: the project.
    Returns:
        The version.
    """
    active = row.versions.filter(state__in=[state.value for state in DATA_USE_STATES]).first()
    return active or row.newest


def find_authorization_end(row: project.Project) -> date | None:
    """Return the last day of a project's authorization, without loading the project's facts.

    Args:
        row: the project.
    Returns:
        The day; None if its current version was never authorized.
    """
    granted = project.Authorization.objects.filter(version=find_current_version(row))
    return granted.values_list("ends", flat=True).first()


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
    owners = sorted(_collect_slugs(row.providers.all()))
    element_request = checks.ElementRequest(
        questions=map_element_questions(row),
        first_year=row.first_year,
        last_year=row.last_year,
        level=Level(row.level),
        dictionaries=load_current_dictionaries(*owners) if owners else (),
    )
    return checks.list_minimization_challenges(element_request)


def find_unanswered_challenges(row: project.Version) -> tuple[Reason, ...]:
    """Return the challenges without a written answer."""
    return checks.list_unanswered_challenges(find_challenges(row), row.answers)


def _build_authorization(
    row: project.Version, related: project.Version, conditions: tuple[ProjectConditionFact, ...]
) -> AuthorizationFact | None:
    """Build the authorization of a version as it was granted; None if it was not."""
    granted = getattr(related, "authorization", None)
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
        staff=frozenset(str(user.pk) for user in granted.staff.all()),
        organizations=_collect_slugs(granted.organizations.all()),
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
    return _build_body(row, row.seats.select_related("organization"))


def _build_body(row: body.Body, seats: Iterable[body.Seat]) -> BodyFact:
    return BodyFact(
        slug=row.slug,
        kind=BodyKind(row.kind),
        seats=tuple(
            SeatFact(
                person=str(seat.user_id),
                organization=seat.organization.slug if seat.organization else "",
                starts=seat.starts,
                ends=seat.ends,
                for_families=seat.for_families,
            )
            for seat in seats
        ),
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
    seats = row.meeting.body.seats.select_related("organization")
    return _build_hearing(row, row.version.number, seats)


def _build_hearing(row: body.AgendaItem, version: int, seats: Iterable[body.Seat]) -> Hearing:
    return Hearing(
        body=_build_body(row.meeting.body, seats),
        version=version,
        votes=tuple(
            VoteFact(
                str(vote.user_id),
                Ballot(vote.ballot),
                timezone.localdate(vote.at),
                str(vote.cast_by_id or ""),
            )
            for vote in row.votes.all()
        ),
        recused=frozenset(str(recusal.user_id) for recusal in row.recusals.all()),
        closed_on=row.closed_on,
        step=row.step,
        present=frozenset(str(user.pk) for user in row.meeting.present.all()),
        proxies=tuple(
            ProxyFact(str(proxy.user_id), str(proxy.holder_id)) for proxy in row.proxies.all()
        ),
    )


def _count_open_challenges(row: project.Version) -> int | None:
    """Count unanswered challenges; None after approval, when challenges no longer apply."""
    return len(find_unanswered_challenges(row)) if row.state in STATES_THROUGH_APPROVAL else None


def find_pilot_agreements(references: Iterable[str]) -> frozenset[str]:
    """Return the agreements among these that belong to pilots."""
    rows = Agreement.objects.filter(reference__in=list(references), pilot=True)
    return frozenset(rows.values_list("reference", flat=True))


def _collect_slugs(organizations: Iterable[Organization]) -> frozenset[str]:
    return frozenset(organization.slug for organization in organizations)


def _build_question(row: project.Question) -> ProjectQuestionFact:
    return ProjectQuestionFact(
        id=row.code,
        text=row.text,
        asked_by=row.asked_by,
        parent=row.follows,
        dropped_on=row.dropped_on,
        dropped_why=row.dropped_why,
    )


def _build_word(row: project.Word) -> DeciderResponseFact:
    return DeciderResponseFact(
        step=row.step,
        decider=Decider(row.decider),
        organization=row.organization.slug if row.organization else "",
        answer=StepAnswer(row.answer),
        by=str(row.by_id),
        on=timezone.localdate(row.at),
        why=row.why,
        left_out=MappingProxyType(row.left_out),
    )


def _build_equity_step(row: project.EquityStep) -> EquityStepFact:
    return EquityStepFact(on=row.on, who=row.who, what=row.what)
