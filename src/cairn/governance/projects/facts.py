"""Build the facts about projects, bodies and hearings that `cairn.policy` judges."""

from collections.abc import Iterable
from datetime import date
from types import MappingProxyType

from django.utils import timezone

from cairn.governance.agreements.api import Agreement
from cairn.governance.dictionaries.api import load_current_dictionaries
from cairn.governance.partners.api import Organization
from cairn.governance.projects.flow_files import parse_flow
from cairn.governance.projects.models import body, project
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
]


def load_project_fact(row: project.Version) -> ProjectFact:
    """Return one version of a project, with the answers and hearings of its current round.

    Args:
        row: the version.
    Returns:
        The fact.
    """
    equity_steps = list(row.project.equity_steps.all())
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
        questions=tuple(_build_question(related) for related in row.questions.all()),
        question_of=map_element_questions(row),
        first_year=row.first_year,
        last_year=row.last_year,
        providers=_collect_slugs(row.providers.all()),
        nations=_collect_slugs(row.nations.all()) if row.nations_said else None,
        flow=parse_flow(row.project.flow),
        step=row.step,
        since=row.since,
        words=tuple(
            _build_word(related)
            for related in row.words.filter(round=row.round).select_related("organization")
        ),
        hearings=tuple(
            load_hearing_fact(related)
            for related in row.hearings.filter(round=row.round)
            .select_related("meeting__body", "version")
            .order_by("pk")
        ),
        scores=MappingProxyType({name: int(entry["points"]) for name, entry in row.scores.items()}),
        challenges=_count_open_challenges(row),
        agreements=tuple(row.agreements),
        staff=frozenset(str(user.pk) for user in row.staff.all()),
        organizations=_collect_slugs(row.organizations.all()),
        outputs=tuple(row.outputs),
        engagement=tuple(
            _build_equity_step(related) for related in equity_steps if related.kind == "engagement"
        ),
        reflection=tuple(
            _build_equity_step(related) for related in equity_steps if related.kind == "reflection"
        ),
        conditions=_load_conditions(row),
        authorization=load_authorization_fact(row),
        file_names=tuple(row.file_names),
        pilot=row.project.pilot,
        pilots=find_pilot_agreements(row.agreements),
        notices=_load_step_notices(row),
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


def _load_step_notices(row: project.Version) -> tuple[StepNoticeFact, ...]:
    """Return the first notice of the present step that reached each organization."""
    delivered = find_notice_deliveries([build_project_key("answer", row)])
    slugs = delivered.values_list("user__affiliations__organization__slug", "delivered_at")
    first: dict[str, date] = {}
    for slug, delivered_at in slugs:
        if slug is not None:
            first.setdefault(slug, timezone.localdate(delivered_at))
    return tuple(StepNoticeFact(slug, day) for slug, day in sorted(first.items()))


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
    return tuple(load_project_fact(find_current_version(row)) for row in rows)


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


def load_authorization_fact(row: project.Version) -> AuthorizationFact | None:
    """Return the authorization of a version as it was granted, or None."""
    row_granted = project.Authorization.objects.filter(version=row).first()
    if row_granted is None:
        return None
    questions_by_element = {name: tuple(codes) for name, codes in row_granted.question_of.items()}
    return AuthorizationFact(
        project=row.project.reference,
        question_of=MappingProxyType(questions_by_element),
        purpose=Purpose(row.purpose),
        elements=frozenset(questions_by_element),
        first_year=row_granted.first_year,
        last_year=row_granted.last_year,
        level=Level(row.level),
        staff=frozenset(str(user.pk) for user in row_granted.staff.all()),
        organizations=_collect_slugs(row_granted.organizations.all()),
        agreements=tuple(row_granted.agreements),
        outputs=tuple(row_granted.outputs),
        file_names=tuple(row_granted.file_names),
        starts=row_granted.starts,
        ends=row_granted.ends,
        conditions=_load_conditions(row),
        revoked_on=row_granted.revoked_on,
    )


def load_body_fact(row: body.Body) -> BodyFact:
    """Return a body with every seat it ever had; the policy selects those valid on a date."""
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
            for seat in row.seats.select_related("organization")
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
    return Hearing(
        body=load_body_fact(row.meeting.body),
        version=row.version.number,
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


def _load_conditions(row: project.Version) -> tuple[ProjectConditionFact, ...]:
    rows = row.conditions.filter(round=row.round)
    return tuple(
        ProjectConditionFact(text=condition.text, met_on=condition.met_on) for condition in rows
    )
