"""Rows → facts: the one door between the tables of this room and `rules`."""

from collections.abc import Iterable
from types import MappingProxyType

from django.utils import timezone

from cairn.agreements.models import Agreement
from cairn.dictionaries.queries import dictionaries
from cairn.partners.models import Organization
from cairn.projects import models
from cairn.projects.flow_reading import parse
from cairn.rules import committee, minimization
from cairn.rules import project as law
from cairn.rules.decision import Reason
from cairn.rules.lives.project import BEFORE_APPROVAL, TOUCHES_DATA
from cairn.rules.vocabulary import Ballot, Decider, Level, ProjectState, Purpose, StepAnswer


def version(row: models.Version) -> law.ProjectFact:
    """One version as it stands, with the words and hearings of its present round."""
    equity = list(row.project.equity_steps.all())
    return law.ProjectFact(
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
        questions=tuple(_question(one) for one in row.questions.all()),
        question_of=question_of(row),
        first_year=row.first_year,
        last_year=row.last_year,
        providers=_slugs(row.providers.all()),
        nations=_slugs(row.nations.all()) if row.nations_said else None,
        flow=parse(row.project.flow),
        step=row.step,
        since=row.since,
        words=tuple(
            _word(one) for one in row.words.filter(round=row.round).select_related("organization")
        ),
        hearings=tuple(
            hearing(one)
            for one in row.hearings.filter(round=row.round)
            .select_related("meeting__body", "version")
            .order_by("pk")
        ),
        scores=MappingProxyType({name: int(s["points"]) for name, s in row.scores.items()}),
        challenges=_challenges_left(row),
        agreements=tuple(row.agreements),
        staff=frozenset(str(user.pk) for user in row.staff.all()),
        organizations=_slugs(row.organizations.all()),
        outputs=tuple(row.outputs),
        engagement=tuple(_equity(one) for one in equity if one.kind == "engagement"),
        reflection=tuple(_equity(one) for one in equity if one.kind == "reflection"),
        conditions=_conditions(row),
        authorization=authorization(row),
        file_names=tuple(row.file_names),
        pilot=row.project.pilot,
        pilots=pilots(row.agreements),
    )


def projects(references: Iterable[str] | None = None) -> tuple[law.ProjectFact, ...]:
    """One fact for each project (of those named, or all): the version whose leave may hold, else
    the newest."""
    rows = models.Project.objects.select_related("lead").order_by("reference")
    if references is not None:
        rows = rows.filter(reference__in=set(references))
    return tuple(version(standing(row)) for row in rows)


def standing(row: models.Project) -> models.Version:
    """The version that counts today: the one that touches data, else the newest."""
    live = row.versions.filter(state__in=[s.value for s in TOUCHES_DATA]).first()
    return live or row.newest


def question_of(row: models.Version) -> MappingProxyType[str, tuple[str, ...]]:
    """Each element with the questions that it is asked for."""
    return MappingProxyType({one.name: tuple(one.questions) for one in row.elements.all()})


def challenges(row: models.Version) -> tuple[Reason, ...]:
    """What a careful owner would ask back, by the dictionaries of those whose data it asks for."""
    owners = sorted(_slugs(row.providers.all()))
    asked = minimization.Asked(
        questions=question_of(row),
        first_year=row.first_year,
        last_year=row.last_year,
        level=Level(row.level),
        dictionaries=dictionaries(*owners) if owners else (),
    )
    return minimization.challenges(asked)


def unanswered(row: models.Version) -> tuple[Reason, ...]:
    """The challenges that nobody has answered in words."""
    return minimization.unanswered(challenges(row), row.answers)


def authorization(row: models.Version) -> law.Authorization | None:
    """The leave of a version, as it was written when it was given."""
    leave = models.Authorization.objects.filter(version=row).first()
    if leave is None:
        return None
    asked = {name: tuple(codes) for name, codes in leave.question_of.items()}
    return law.Authorization(
        project=row.project.reference,
        question_of=MappingProxyType(asked),
        purpose=Purpose(row.purpose),
        elements=frozenset(asked),
        first_year=leave.first_year,
        last_year=leave.last_year,
        level=Level(row.level),
        staff=frozenset(str(user.pk) for user in leave.staff.all()),
        organizations=_slugs(leave.organizations.all()),
        agreements=tuple(leave.agreements),
        outputs=tuple(leave.outputs),
        file_names=tuple(leave.file_names),
        starts=leave.starts,
        ends=leave.ends,
        conditions=_conditions(row),
        revoked_on=leave.revoked_on,
    )


def body(row: models.Body) -> committee.Body:
    """A body with every seat it ever had; `rules` picks those live on its date."""
    return committee.Body(
        slug=row.slug,
        kind=committee.BodyKind(row.kind),
        seats=tuple(
            committee.Seat(
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
        conflicts=frozenset(committee.Conflict(code) for code in row.conflicts),
        family_seat=row.family_seat,
    )


def hearing(row: models.AgendaItem) -> committee.Hearing:
    """One matter before a body."""
    return committee.Hearing(
        body=body(row.meeting.body),
        version=row.version.number,
        votes=tuple(
            committee.Vote(str(vote.user_id), Ballot(vote.ballot), timezone.localdate(vote.at))
            for vote in row.votes.all()
        ),
        recused=frozenset(str(one.user_id) for one in row.recusals.all()),
        closed_on=row.closed_on,
    )


def _challenges_left(row: models.Version) -> int | None:
    """Challenges are put to a request until it is approved; afterwards nobody asks any more."""
    return len(unanswered(row)) if row.state in BEFORE_APPROVAL else None


def pilots(references: Iterable[str]) -> frozenset[str]:
    """Those of these agreements that are a pilot's."""
    rows = Agreement.objects.filter(reference__in=list(references), pilot=True)
    return frozenset(rows.values_list("reference", flat=True))


def _slugs(organizations: Iterable[Organization]) -> frozenset[str]:
    return frozenset(organization.slug for organization in organizations)


def _question(row: models.Question) -> law.Question:
    return law.Question(
        id=row.code,
        text=row.text,
        asked_by=row.asked_by,
        parent=row.follows,
        dropped_on=row.dropped_on,
        dropped_why=row.dropped_why,
    )


def _word(row: models.Word) -> law.Word:
    return law.Word(
        step=row.step,
        decider=Decider(row.decider),
        organization=row.organization.slug if row.organization else "",
        answer=StepAnswer(row.answer),
        by=str(row.by_id),
        on=timezone.localdate(row.at),
        why=row.why,
        left_out=MappingProxyType(row.left_out),
    )


def _equity(row: models.EquityStep) -> law.EquityStep:
    return law.EquityStep(on=row.on, who=row.who, what=row.what)


def _conditions(row: models.Version) -> tuple[law.Condition, ...]:
    rows = row.conditions.filter(round=row.round)
    return tuple(law.Condition(text=one.text, met_on=one.met_on) for one in rows)
