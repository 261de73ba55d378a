"""Read the accepted answers of a survey for counting, as policy permits."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from cairn.data.intake.api import build_rows_fact
from cairn.data.surveys.api import Survey, find_accepted_answers, list_countable_questions
from cairn.governance.disclosure_log.api import record_disclosure
from cairn.outputs.releases import api as releases_api
from cairn.outputs.survey_figures import protection
from cairn.outputs.survey_figures.facts import build_figures_fact
from cairn.platform.accounts.api import User
from cairn.platform.storage.api import open_file_store
from cairn.policy import questions
from cairn.policy.facts import Actor, NationFacts, SurveyFiguresFact
from cairn.sdc.tables import SMALLEST_MINIMUM_CELL
from cairn.warehouse.pipeline import PERSON_COLUMN, build_mart
from cairn.warehouse.store import FileRef, FileStore, Pseudonyms

__all__ = ["count_survey_answers"]

_FIELDS: Final = ("question", "answer")
_RECORDS: Final = {True: "survey_answer", False: "anonymous_survey_answer"}

Answer = tuple[str, str, str]
"""Respondent, question and answer."""


class AnswersNotMatched(Exception):
    """Report that the answers of a survey by roster were not matched to students yet."""


@dataclass(frozen=True, slots=True)
class ProtectedAnswers:
    """The figures of a survey, protected, with the minimum group size that was applied.

    Attributes:
        tables: the protected tables.
        minimum_cell: the minimum group size, in respondents.
        counted_file: reference of the file of answers that was counted.
    """

    tables: list[dict[str, Any]]
    minimum_cell: int
    counted_file: str


def count_survey_answers(
    survey: Survey, chosen: Collection[int], *, actor: Actor, by: User, at: datetime
) -> ProtectedAnswers:
    """Count the answers to some questions of a survey, and protect the counts.

    Args:
        survey: the survey; its answers were accepted.
        chosen: IDs of the questions.
        actor: the user who counts, as policy sees them.
        by: the same user.
        at: the time.

    Returns:
        The protected figures.

    Raises:
        Refused: policy does not allow it.
        AnswersNotMatched: record matching has not run since the answers were accepted.
    """
    fact, on = build_figures_fact(survey, chosen), timezone.localdate(at)
    questions.may_count_survey_figures(fact, actor, on).require()
    delivery = find_accepted_answers(survey)
    file = FileRef.parse(delivery.conformed if delivery else "")
    read = _read_student_answers if survey.is_by_roster else _read_anonymous_answers
    answers, respondents = read(survey, file, fact, actor=actor, by=by, at=at)
    permit = questions.may_protect_counts(fact.agreements, fact.purpose, actor, on).require()
    minimum = max(permit.minimum_cell or 0, SMALLEST_MINIMUM_CELL)
    counted = [
        protection.QuestionCounts(
            question.wording,
            question.choices,
            protection.count_choices(
                answers, question.wording, question.choices, is_exclusive=question.is_exclusive
            ),
            respondents,
            question.is_exclusive,
        )
        for question in list_countable_questions(survey)
        if question.id in chosen
    ]
    return ProtectedAnswers(protection.protect_questions(counted, minimum), minimum, str(file))


def _list_elements(survey: Survey) -> frozenset[str]:
    return frozenset(f"{_RECORDS[survey.is_by_roster]}.{field}" for field in _FIELDS)


def _read_anonymous_answers(
    survey: Survey, file: FileRef, fact: SurveyFiguresFact, *, actor: Actor, by: User, at: datetime
) -> tuple[list[Answer], int]:
    """Read answers without students; a respondent is known by the number of the row alone.

    No student can be looked up. What the school withholds of all its students holds here too.

    Each response has one row for a question, and one for each choice of a question with several.
    """
    on = timezone.localdate(at)
    decision = questions.may_count_people(
        fact.agreements,
        _list_elements(survey),
        fact.purpose,
        actor,
        on,
        rows=[build_rows_fact(terms, {}, on) for terms in fact.agreements],
    )
    decision.require()
    _record_use(survey, decision, by=by, at=at)
    rows = _read_rows(open_file_store(), file)
    answers = [(str(number), question, answer) for number, (question, answer) in enumerate(rows)]
    return answers, survey.imported_answers


def _read_student_answers(
    survey: Survey, file: FileRef, fact: SurveyFiguresFact, *, actor: Actor, by: User, at: datetime
) -> tuple[list[Answer], int]:
    """Read the answers of students through a data mart, from which the excluded are left out."""
    store, on = open_file_store(), timezone.localdate(at)
    linked = _find_linked_source(survey, file, store)
    opt_outs = releases_api.load_opt_outs(store)
    nations = NationFacts((), releases_api.load_nation_members(store))
    rows = releases_api.load_row_facts(linked, store, on)
    decision = questions.may_build_data_mart(
        fact.agreements,
        _list_elements(survey),
        fact.purpose,
        opt_outs,
        actor,
        on,
        rows=rows,
        nations=nations,
    )
    permit = decision.require()
    _record_use(survey, decision, by=by, at=at)
    (mart,) = build_mart(
        store, linked.refs, permit=permit, pseudonyms=Pseudonyms(), rows=linked.rows
    )
    table = store.read(mart)
    people = table.column(PERSON_COLUMN).to_pylist()
    answers = [
        (person, question, answer)
        for person, (question, answer) in zip(people, _read_rows(store, mart), strict=True)
        if person
    ]
    return answers, len({person for person, _question, _answer in answers})


def _find_linked_source(
    survey: Survey, file: FileRef, store: FileStore
) -> releases_api.LinkedSources:
    """Find the matched file of the answers, and nothing else under the agreement."""
    sources = releases_api.find_record_sources(
        [_RECORDS[survey.is_by_roster]], [survey.agreement_reference]
    )
    refs = tuple(ref for ref in sources.refs if str(file) in store.manifest(ref).inputs)
    if not refs:
        raise AnswersNotMatched
    parts = tuple(part for part in sources.parts if part.ref in refs)
    return replace(sources, refs=refs, parts=parts)


def _read_rows(store: FileStore, ref: FileRef) -> list[tuple[str, str]]:
    table = store.read(ref)
    columns = [table.column(field).to_pylist() for field in _FIELDS]
    return [(question or "", answer or "") for question, answer in zip(*columns, strict=True)]


def _record_use(survey: Survey, decision: Any, *, by: User, at: datetime) -> None:
    record_disclosure(
        decision,
        by=by,
        at=at,
        parties=[survey.organization.slug],
        interest=f"count the answers of the survey “{survey.title}”",
    )
