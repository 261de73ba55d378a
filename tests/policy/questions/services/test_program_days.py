"""What a program may do on a day and in a year with its own records."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.services.program_day import (
    FunderReportFact,
    IncidentFact,
    MealFact,
    PlaceOfferFact,
)
from cairn.policy.facts.services.session_series import SessionSeriesFact
from cairn.policy.questions.services.program_days import (
    may_add_to_incident,
    may_answer_offer,
    may_close_incident,
    may_file_incident,
    may_offer_place,
    may_publish_program_report,
    may_record_meal,
    may_report_to_funder,
    may_write_incident,
)
from cairn.policy.vocabulary.access import Role

Acting = Callable[..., Actor]
_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "last", "refused"),
    [(0, 0, set()), (-365, 0, set()), (-366, 0, {"H20"}), (0, 1, {"H20"}), (0, -1, {"H20"})],
)
def test_the_days_of_a_report_to_a_funder(
    first: int, last: int, refused: set[str], acting: Acting, on: date
) -> None:
    report = FunderReportFact("river", on + first * _DAY, on + last * _DAY, smallest_shown=3)
    own = may_report_to_funder(report, acting(Role.PROGRAM_STAFF, at="river"), on)
    assert {reason.code for reason in own.refusals} == refused
    for stranger in (acting(Role.STEWARD, at="hills"), acting(Role.DATA_MANAGER), Actor.public()):
        assert not may_report_to_funder(report, stranger, on).allowed


@pytest.mark.parametrize(
    ("smallest", "refused"), [(None, set()), (10, set()), (9, {"H21"}), (1, {"H21"})]
)
def test_a_version_for_publication_shows_no_small_group(
    smallest: int | None, refused: set[str], acting: Acting, on: date
) -> None:
    report = FunderReportFact("river", date(2025, 7, 1), date(2026, 6, 30), smallest)
    own = may_publish_program_report(report, acting(Role.STEWARD, at="river"), on)
    assert {reason.code for reason in own.refusals} == refused
    assert may_report_to_funder(report, acting(Role.STEWARD, at="river"), on).allowed


@pytest.mark.parametrize(
    ("first", "last", "today", "refused"),
    [
        (date(2025, 7, 1), date(2026, 6, 30), date(2026, 7, 1), set()),
        (date(2024, 7, 1), date(2025, 6, 30), date(2026, 7, 1), set()),
        (date(2025, 7, 1), date(2026, 6, 30), date(2026, 6, 30), {"H29"}),
        (date(2025, 7, 1), date(2026, 6, 29), date(2026, 7, 1), {"H29"}),
        (date(2025, 7, 2), date(2026, 6, 30), date(2026, 7, 1), {"H29"}),
        (date(2025, 8, 1), date(2026, 6, 30), date(2026, 7, 1), {"H29"}),
        (date(2024, 7, 1), date(2026, 6, 30), date(2026, 7, 1), {"H20", "H29"}),
    ],
)
def test_a_version_for_publication_covers_a_whole_ended_school_year(
    first: date, last: date, today: date, refused: set[str], acting: Acting
) -> None:
    report = FunderReportFact("river", first, last)
    steward = acting(Role.STEWARD, at="river")
    own = may_publish_program_report(report, steward, today)
    assert {reason.code for reason in own.refusals} == refused
    to_funder = may_report_to_funder(report, steward, today)
    assert {reason.code for reason in to_funder.refusals} == refused - {"H29"}
    stranger = acting(Role.STEWARD, at="hills")
    assert not may_publish_program_report(report, stranger, today).allowed


@pytest.mark.parametrize(
    ("meal", "refused"),
    [
        (MealFact(present=9, served=9), set()),
        (MealFact(present=9, served=10), {"H22"}),
    ],
)
def test_how_many_meals_are_counted(
    meal: MealFact, refused: set[str], acting: Acting, on: date
) -> None:
    series = SessionSeriesFact("river", on - 30 * _DAY, None, frozenset({on.weekday()}))
    staff = acting(Role.PROGRAM_STAFF, at="river")
    own = may_record_meal(series, on, meal, staff, on)
    assert {reason.code for reason in own.refusals} == refused
    ahead = may_record_meal(series, on + 7 * _DAY, meal, staff, on)
    assert {reason.code for reason in ahead.refusals} == refused | {"H03"}
    for stranger in (acting(Role.STEWARD, at="hills"), acting(Role.DATA_MANAGER), Actor.public()):
        assert not may_record_meal(series, on, meal, stranger, on).allowed


@pytest.mark.parametrize("state", ["draft", "filed", "closed"])
def test_what_is_done_with_an_incident_report(state: str, acting: Acting, on: date) -> None:
    incident = IncidentFact("river", state, on)
    staff, steward = (acting(role, at="river") for role in (Role.PROGRAM_STAFF, Role.STEWARD))
    refused = {reason.code for reason in may_write_incident(incident, staff, on).refusals}
    assert refused == (set() if state == "draft" else {"H24"})
    assert may_file_incident(incident, staff, on).allowed == (state == "draft")
    assert may_add_to_incident(incident, staff, on).allowed == (state != "draft")
    assert may_close_incident(incident, steward, on).allowed == (state == "filed")
    assert not may_close_incident(incident, staff, on).allowed
    for question in (may_write_incident, may_file_incident, may_add_to_incident):
        for stranger in (acting(Role.STEWARD, at="hills"), acting(Role.DATA_MANAGER)):
            assert not question(incident, stranger, on).allowed


@pytest.mark.parametrize(
    ("days", "is_complete", "names_child", "refused"),
    [
        (0, True, True, set()),
        (-3, True, True, set()),
        (1, True, True, {"H26"}),
        (0, False, True, {"H26"}),
        (0, True, False, {"H26"}),
    ],
)
def test_a_report_is_complete_when_it_is_filed(
    days: int,
    is_complete: bool,
    names_child: bool,
    refused: set[str],
    acting: Acting,
    on: date,
) -> None:
    incident = IncidentFact(
        "river", "draft", on + days * _DAY, is_complete=is_complete, names_child=names_child
    )
    staff = acting(Role.PROGRAM_STAFF, at="river")
    decision = may_file_incident(incident, staff, on)
    assert {reason.code for reason in decision.refusals} == refused
    assert may_write_incident(incident, staff, on).allowed


def test_a_report_is_about_children_of_the_organization(acting: Acting, on: date) -> None:
    staff = acting(Role.PROGRAM_STAFF, at="river")
    decision = may_write_incident(IncidentFact("river", "draft", on, others=1), staff, on)
    assert {reason.code for reason in decision.refusals} == {"H25"}


@pytest.mark.parametrize(
    ("enrolled", "state", "until", "refused"),
    [
        (1, "waiting", None, set()),
        (2, "waiting", None, {"H04"}),
        (1, "none", None, {"H27"}),
        (1, "declined", -1, {"H27"}),
        (1, "offered", None, {"H27"}),
        (1, "offered", 0, {"H27"}),
        (1, "offered", -1, set()),
    ],
)
def test_a_free_place_is_offered_to_a_family_that_waits(
    enrolled: int,
    state: str,
    until: int | None,
    refused: set[str],
    acting: Acting,
    on: date,
) -> None:
    group = SessionSeriesFact(
        "river", on, None, frozenset({on.weekday()}), capacity=2, enrolled=enrolled
    )
    offer = PlaceOfferFact(state, None if until is None else on + until * _DAY)
    own = may_offer_place(group, offer, on, acting(Role.PROGRAM_STAFF, at="river"), on)
    assert {reason.code for reason in own.refusals} == refused
    for stranger in (acting(Role.STEWARD, at="hills"), acting(Role.DATA_MANAGER), Actor.public()):
        assert not may_offer_place(group, offer, on, stranger, on).allowed


@pytest.mark.parametrize(
    ("state", "days", "is_allowed"),
    [
        ("offered", 0, True),
        ("offered", 3, True),
        ("offered", -1, False),
        ("offered", None, False),
        ("accepted", 3, False),
        ("declined", 3, False),
    ],
)
def test_a_family_answers_once_until_the_last_day(
    state: str, days: int | None, is_allowed: bool, on: date
) -> None:
    offer = PlaceOfferFact(state, None if days is None else on + days * _DAY)
    decision = may_answer_offer(offer, Actor.public(), on)
    assert decision.allowed == is_allowed
    assert {reason.code for reason in decision.refusals} <= {"H28"}
