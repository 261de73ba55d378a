"""Open the results of a program: ask, count, and log before anything is sent.

The children are those who took part this school year. Their shares in the years before are of the
same children, so that a change is theirs and not that of another group.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cairn.data.records.api import RecordLine, read_shared_values
from cairn.governance.consents.api import compute_school_year, list_program_uses
from cairn.governance.disclosure_log.api import record_disclosure
from cairn.outputs.dashboards.api import load_published_outcome
from cairn.outputs.releases.api import format_percent
from cairn.platform.accounts.api import User
from cairn.policy import questions
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import Action, LegalBasis, Purpose
from cairn.services.programs import api as programs_api
from cairn.services.students import queries
from cairn.services.students.program_results import shares
from cairn.warehouse import engines, measures

_EARLIER_YEARS: Final = 1


@dataclass(frozen=True, slots=True)
class PublishedShare:
    """The published figure of one outcome, about all children.

    Attributes:
        outcome: ID of the outcome.
        title: its title.
        year: the newest year.
        share: the share of all children.
    """

    outcome: str
    title: Mapping[str, str]
    year: str
    share: str


@dataclass(frozen=True, slots=True)
class ProgramResults:
    """The results of a program's own participants.

    Attributes:
        years: the school years, the newest first.
        participants: number of children who took part in the newest one.
        rows: the results with a shared record.
        unshared: definitions of the results without one.
        minimum: the smallest group with a share that is shown.
        agreements: references of the agreements that open the records.
        bases: their legal bases.
        as_of: the newest day on which the data arrived; None if nothing is shared.
        published: published figures about all children.
    """

    years: tuple[str, ...]
    participants: int
    rows: tuple[shares.ResultRow, ...]
    unshared: tuple[measures.IndicatorDefinition, ...]
    minimum: int
    agreements: tuple[str, ...]
    bases: tuple[LegalBasis, ...]
    as_of: date | None
    published: tuple[PublishedShare, ...]


@dataclass(frozen=True, slots=True)
class _CountedAnswer:
    """One answered use, with the rows of each student that count."""

    decision: Decision
    lines: Mapping[str, tuple[RecordLine, ...]]
    interest: str
    bases: frozenset[LegalBasis]

    def list_counted_elements(self) -> list[str]:
        return sorted(
            {
                f"{line.record}.{name}"
                for found in self.lines.values()
                for line in found
                for name in line.values
                if f"{line.record}.{name}" in self.decision.elements
            }
        )


def open_program_results(
    *, program: programs_api.Program, who: Actor, by: User, at: datetime
) -> ProgramResults:
    """Open the results of a program's own participants, and log which records were counted.

    Args:
        program: the program, with its organization.
        who: the policy facts about the user.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The results.

    Raises:
        Refused: the user does not work with all programs of the organization.
    """
    on = timezone.localdate(at)
    questions.may_reach_program_sites(
        Action.VIEW_PROGRAM_RESULTS, program.organization.slug, frozenset(), who, on
    ).require()
    year = compute_school_year(on)
    first, last = programs_api.find_school_year_days(year)
    years = tuple(
        compute_school_year(first.replace(year=first.year - number))
        for number in range(_EARLIER_YEARS + 1)
    )
    students = queries.list_roster_students(program.organization, who, on)
    found = programs_api.find_program_students(
        program, {item.key: item.label for item in students}, first, last
    )
    answers = _count_shared_records(program, tuple(sorted(found.keys)), who, on)
    _log_answers(answers, program, by, at)
    minimum = questions.find_smallest_group(answer.decision for answer in answers)
    rows = [
        shares.build_result_row(
            definition,
            _count_result(definition, answers),
            found.participants,
            years,
            minimum,
        )
        for definition in measures.load_program_results().values()
    ]
    lines = [line for answer in answers for found in answer.lines.values() for line in found]
    return ProgramResults(
        years=years,
        participants=found.participants,
        rows=tuple(row for row in rows if row.is_known),
        unshared=tuple(row.definition for row in rows if not row.is_known),
        minimum=minimum,
        agreements=tuple(sorted({line.agreement for line in lines})),
        bases=tuple(sorted(frozenset[LegalBasis]().union(*(item.bases for item in answers)))),
        as_of=max((line.as_of for line in lines), default=None),
        published=tuple(_list_published(rows, on)),
    )


def _count_shared_records(
    program: programs_api.Program, keys: tuple[str, ...], who: Actor, on: date
) -> list[_CountedAnswer]:
    """Ask policy which elements of the students may be counted, and read them without names."""
    slug = program.organization.slug
    if not keys:
        return []
    facts = queries.gather_viewer_facts(slug, keys, who, on)
    wanted = frozenset(
        element
        for definition in measures.load_program_results().values()
        for element in definition.elements
        if element.partition(".")[0] in measures.RESULT_RECORDS
    )
    answers = []
    for use in list_program_uses(slug, keys, Action.LIST, facts, on):
        counted = replace(use, elements=use.elements & wanted)
        if use.purpose is not Purpose.SERVICE_COORDINATION or not counted.elements:
            continue
        decision = questions.decide_program_results(counted, facts, on)
        openings = questions.list_student_openings(counted, decision, facts, on)
        lines = read_shared_values(decision.require(), openings) if decision.allowed else {}
        bases = frozenset(item.basis for key in lines for item in openings[key])
        answers.append(
            _CountedAnswer(decision, lines, queries.find_interest(use, decision, facts), bases)
        )
    return [answer for answer in answers if answer.lines]


def _count_result(
    definition: measures.IndicatorDefinition, answers: list[_CountedAnswer]
) -> tuple[measures.ResultCount, ...]:
    if not answers:
        return ()
    rows = [
        measures.SharedRow(key, line.organization, line.record, line.values)
        for answer in answers
        for key, found in answer.lines.items()
        for line in found
    ]
    engine = engines.open_sql_engine(settings.CAIRN_ENGINE)
    return measures.count_program_result(
        rows, definition, permit=answers[0].decision.require(), engine=engine
    )


@transaction.atomic
def _log_answers(
    answers: list[_CountedAnswer], program: programs_api.Program, by: User, at: datetime
) -> None:
    for answer in answers:
        record_disclosure(
            answer.decision,
            by=by,
            at=at,
            parties=[program.organization.slug],
            interest=answer.interest,
            elements=answer.list_counted_elements(),
            children=answer.lines,
        )


def _list_published(rows: list[shares.ResultRow], on: date) -> list[PublishedShare]:
    """List the published figures by the same definitions as the results of the page."""
    found = []
    for row in rows:
        published = load_published_outcome(row.definition.id, on)
        if published is not None:
            figures = published.figures
            found.append(
                PublishedShare(
                    row.definition.id,
                    row.definition.title,
                    figures.latest,
                    format_percent(figures.county),
                )
            )
    return found
