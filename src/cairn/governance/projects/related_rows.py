"""Read what the facts of projects are built from beside their own rows.

A project's page asks for seventeen tables. Most of the queries are compiled once (`PreparedRows`).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from django.db.models import Model
from django.utils import timezone

from cairn.governance.projects.models import body, project
from cairn.platform.tables.api import PreparedRows
from cairn.policy.facts import (
    DeciderResponseFact,
    EquityStepFact,
    ProjectConditionFact,
    ProjectQuestionFact,
    ProxyFact,
    SeatFact,
    VoteFact,
)
from cairn.policy.vocabulary import Ballot, Decider, StepAnswer

Rows = Mapping[int, list[tuple[Any, ...]]]
"""Rows by the id of what they belong to, without that id."""


def _prepare(
    model: type[Model], owner: str, *columns: str, order: tuple[str, ...] = ("pk",)
) -> PreparedRows:
    """Prepare a query for the columns of the rows that belong to some owners."""
    return PreparedRows(
        lambda ids: (
            model._default_manager.filter(**{f"{owner}__in": ids})  # noqa: SLF001
            .order_by(*order)
            .values_list(owner, *columns)
        )
    )


def _group(query: PreparedRows, ids: Collection[int]) -> Rows:
    grouped: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for owner, *values in query.read(ids):
        grouped[owner].append(tuple(values))
    return grouped


_Version, _Authorization = project.Version, project.Authorization
_IN_TIME: Final = ("at", "pk")
_EQUITY_STEPS: Final = _prepare(
    project.EquityStep, "project", "kind", "on", "who", "what", order=("on", "pk")
)
_QUESTIONS: Final = _prepare(
    project.Question,
    "version",
    *("code", "text", "asked_by", "follows", "dropped_on", "dropped_why"),
)
_ELEMENTS: Final = _prepare(project.AskedElement, "version", "name", "questions", order=("name",))
_CONDITIONS: Final = _prepare(project.Condition, "version", "round", "text", "met_on")
_WORDS: Final = _prepare(
    project.Word,
    "version",
    *("round", "step", "decider", "organization__slug", "answer", "by", "at", "why", "left_out"),
    order=("round", *_IN_TIME),
)
_PROVIDERS: Final = _prepare(_Version.providers.through, "version", "organization__slug")
_NATIONS: Final = _prepare(_Version.nations.through, "version", "organization__slug")
_ORGANIZATIONS: Final = _prepare(_Version.organizations.through, "version", "organization__slug")
_STAFF: Final = _prepare(_Version.staff.through, "version", "user")
_AUTHORIZED_STAFF: Final = _prepare(_Authorization.staff.through, "authorization", "user")
_AUTHORIZED_ORGANIZATIONS: Final = _prepare(
    _Authorization.organizations.through, "authorization", "organization__slug"
)
_VOTES: Final = _prepare(body.Vote, "item", "user", "ballot", "at", "cast_by", order=_IN_TIME)
_RECUSALS: Final = _prepare(body.Recusal, "item", "user")
_PROXIES: Final = _prepare(body.Proxy, "item", "user", "holder", order=_IN_TIME)
_PRESENT: Final = _prepare(body.Meeting.present.through, "meeting", "user")
_SEATS: Final = _prepare(
    body.Seat,
    "body",
    *("user", "organization__slug", "starts", "ends", "for_families"),
    order=("starts", "pk"),
)


def load_seat_facts(bodies: Collection[int]) -> dict[int, tuple[SeatFact, ...]]:
    """Load every seat that bodies ever had.

    Args:
        bodies: ids of the bodies.
    Returns:
        The seats by body, in the order of their first days.
    """
    rows = _group(_SEATS, bodies)
    return {
        pk: tuple(
            SeatFact(
                person=str(user),
                organization=organization or "",
                starts=starts,
                ends=ends,
                for_families=for_families,
            )
            for user, organization, starts, ends, for_families in rows.get(pk, ())
        )
        for pk in bodies
    }


@dataclass(frozen=True, slots=True)
class HearingRows:
    """What belongs to some hearings: by the id of the hearing, of the meeting or of the body."""

    votes: Rows
    recusals: Rows
    proxies: Rows
    present: Rows
    seats: Mapping[int, tuple[SeatFact, ...]]

    def list_votes(self, item: int) -> tuple[VoteFact, ...]:
        """List the ballots of a hearing, in the order in which they were cast."""
        return tuple(
            VoteFact(str(user), Ballot(ballot), timezone.localdate(at), str(cast_by or ""))
            for user, ballot, at, cast_by in self.votes.get(item, ())
        )

    def list_proxies(self, item: int) -> tuple[ProxyFact, ...]:
        """List the proxies of a hearing, in the order in which they were named."""
        return tuple(
            ProxyFact(str(user), str(holder)) for user, holder in self.proxies.get(item, ())
        )

    def list_recused(self, item: int) -> frozenset[str]:
        """List the members who recused themselves from a hearing."""
        return collect_ids(self.recusals, item)

    def list_present(self, meeting: int) -> frozenset[str]:
        """List the members who were present at a meeting."""
        return collect_ids(self.present, meeting)


def load_hearing_rows(items: Sequence[body.AgendaItem]) -> HearingRows:
    """Load what belongs to hearings, with one query a table.

    Args:
        items: the hearings, each with its meeting.
    Returns:
        The rows.
    """
    ids = [item.pk for item in items]
    return HearingRows(
        votes=_group(_VOTES, ids),
        recusals=_group(_RECUSALS, ids),
        proxies=_group(_PROXIES, ids),
        present=_group(_PRESENT, [item.meeting_id for item in items]),
        seats=load_seat_facts({item.meeting.body_id for item in items}),
    )


@dataclass(frozen=True, slots=True)
class VersionRows:
    """What belongs to some versions of projects, by the id of the version.

    Equity steps are by the id of the project; staff and organizations of an authorization by its
    own.
    """

    equity_steps: Rows
    questions: Rows
    elements: Rows
    conditions: Rows
    words: Rows
    providers: Rows
    nations: Rows
    organizations: Rows
    staff: Rows
    hearings: Mapping[int, list[body.AgendaItem]]
    hearing_rows: HearingRows
    authorizations: Mapping[int, project.Authorization]
    authorized_staff: Rows
    authorized_organizations: Rows

    def list_equity_steps(self, project_id: int, kind: str) -> tuple[EquityStepFact, ...]:
        """List a project's engagements or reflections, by day."""
        return tuple(
            EquityStepFact(on=on, who=who, what=what)
            for own_kind, on, who, what in self.equity_steps.get(project_id, ())
            if own_kind == kind
        )

    def list_questions(self, version: int) -> tuple[ProjectQuestionFact, ...]:
        """List the questions of a version."""
        return tuple(
            ProjectQuestionFact(
                id=code,
                text=text,
                asked_by=asked_by,
                parent=follows,
                dropped_on=dropped_on,
                dropped_why=why,
            )
            for code, text, asked_by, follows, dropped_on, why in self.questions.get(version, ())
        )

    def map_elements(self, version: int) -> MappingProxyType[str, tuple[str, ...]]:
        """Map each requested element to the questions that it is requested for."""
        return MappingProxyType(
            {name: tuple(questions) for name, questions in self.elements.get(version, ())}
        )

    def list_conditions(self, version: int, of_round: int) -> tuple[ProjectConditionFact, ...]:
        """List the conditions that were set in a round."""
        return tuple(
            ProjectConditionFact(text=text, met_on=met_on)
            for own_round, text, met_on in self.conditions.get(version, ())
            if own_round == of_round
        )

    def list_words(self, version: int, of_round: int) -> tuple[DeciderResponseFact, ...]:
        """List the answers that were given in a round, in their order."""
        return tuple(
            DeciderResponseFact(
                step=step,
                decider=Decider(decider),
                organization=organization or "",
                answer=StepAnswer(answer),
                by=str(by),
                on=timezone.localdate(at),
                why=why,
                left_out=MappingProxyType(left_out),
            )
            for own_round, step, decider, organization, answer, by, at, why, left_out in (
                self.words.get(version, ())
            )
            if own_round == of_round
        )


def collect_ids(rows: Rows, owner: int) -> frozenset[str]:
    """Collect the only column of the rows that belong to an owner, as text.

    Args:
        rows: slugs of organizations, or ids of users.
        owner: the id of the owner.
    Returns:
        The values.
    """
    return frozenset(str(value) for (value,) in rows.get(owner, ()))


def load_version_rows(versions: Sequence[project.Version]) -> VersionRows:
    """Load what belongs to versions of projects, with one query a table.

    Args:
        versions: the versions.
    Returns:
        The rows.
    """
    ids = [row.pk for row in versions]
    items = body.AgendaItem.objects.filter(version__in=ids).select_related("meeting__body")
    hearings: dict[int, list[body.AgendaItem]] = defaultdict(list)
    for item in items.order_by("pk"):
        hearings[item.version_id].append(item)
    granted = {row.version_id: row for row in project.Authorization.objects.filter(version__in=ids)}
    granted_ids = [row.pk for row in granted.values()]
    return VersionRows(
        equity_steps=_group(_EQUITY_STEPS, {row.project_id for row in versions}),
        questions=_group(_QUESTIONS, ids),
        elements=_group(_ELEMENTS, ids),
        conditions=_group(_CONDITIONS, ids),
        words=_group(_WORDS, ids),
        providers=_group(_PROVIDERS, ids),
        nations=_group(_NATIONS, ids),
        organizations=_group(_ORGANIZATIONS, ids),
        staff=_group(_STAFF, ids),
        hearings=hearings,
        hearing_rows=load_hearing_rows([item for own in hearings.values() for item in own]),
        authorizations=granted,
        authorized_staff=_group(_AUTHORIZED_STAFF, granted_ids),
        authorized_organizations=_group(_AUTHORIZED_ORGANIZATIONS, granted_ids),
    )
