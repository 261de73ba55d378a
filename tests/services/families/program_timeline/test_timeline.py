"""What a family sees of programs outside school, and what leaves no trace."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.governance.consents.sample_consents import BORN, World
from tests.services.families.phone import letter, phone
from tests.services.families.program_timeline.club import (
    attend,
    enroll,
    make_group,
    make_lantern_steward,
    show,
)

from cairn.governance.consents.models.child import Child
from cairn.governance.consents.protected_identity import ChildLabel, seal_child_label
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine import Refused
from cairn.policy.vocabulary.data_use import SpecialClass
from cairn.services.families.models import ProgramAccessStatement
from cairn.services.programs import actions as program_actions
from cairn.services.programs.models import ExitReason, ProgramEnrollment

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=timezone.get_fixed_timezone(0))
PAGE = "/family/child/programs/"
EMPTY = "There is nothing to show here."


@pytest.fixture
def lantern_steward(world: World, person: Callable[..., Any], monkeypatch: Any) -> User:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return make_lantern_steward(person)


@pytest.fixture
def place(world: World, lantern_steward: User) -> ProgramEnrollment:
    """The child's place in a program that families see; the child is on the roster."""
    world.serve("S-1")
    series = make_group(world)
    show(series, lantern_steward)
    return enroll(series, world)


def _read(code: str = "", world: World | None = None, **made: Any) -> str:
    assert world is not None
    return phone(code or letter(world, **made).code).get(PAGE).content.decode()


def test_days_and_hours_by_month_in_both_languages(world: World, place: ProgramEnrollment) -> None:
    attend(place, world, date(2026, 10, 5), date(2026, 10, 6), date(2026, 11, 2))
    attend(place, world, date(2026, 11, 3), status="absent")
    page = _read(world=world)
    for text in ("Reading club", "Lanterns", "Since Sept. 1, 2026", "3 days attended", "4.5 hours"):
        assert text in page, text
    assert page.index("November 2026") < page.index("October 2026")
    spanish = _read(world=world, language="es")
    for text in ("Programas fuera de la escuela", "Asistió 3 días", "4,5 horas", "noviembre"):
        assert text in spanish, text


def test_two_groups_of_a_program_are_one_time_and_a_later_one_comes_first(
    world: World, place: ProgramEnrollment, lantern_steward: User
) -> None:
    child = place.participant
    second = make_group(world)
    both = enroll(second, world, participant=child, details=None)
    later = make_group(world, "Chess", date(2026, 11, 1))
    show(later, lantern_steward)
    enroll(later, world, participant=child, details=None)
    attend(place, world, date(2026, 11, 2))
    attend(both, world, date(2026, 11, 2))
    page = _read(world=world)
    assert page.index("Chess") < page.index("Reading club")
    assert "1 day attended" in page
    assert "3 hours" in page
    assert page.partition('id="copies"')[0].count('class="card"') == 2


def test_only_two_times_stand_unfolded(
    world: World, place: ProgramEnrollment, lantern_steward: User
) -> None:
    for number in (1, 2):
        series = make_group(world, f"Club {number}")
        show(series, lantern_steward)
        enroll(series, world, participant=place.participant, details=None)
    assert "1 earlier entry" in _read(world=world)


def test_an_enrollment_by_mistake_or_to_come_is_not_there(
    world: World, place: ProgramEnrollment
) -> None:
    ProgramEnrollment.objects.update(starts=NOW.date() + timedelta(days=1))
    assert EMPTY in _read(world=world)
    ProgramEnrollment.objects.update(starts=date(2026, 9, 1))
    program_actions.end_enrollment(
        enrollment=place, ends=NOW.date(), reason=ExitReason.MISTAKE, by=world.tutor, at=NOW
    )
    assert EMPTY in _read(world=world)


@pytest.mark.parametrize("special", [SpecialClass.SUBSTANCE_USE, SpecialClass.HEALTH])
def test_a_protected_service_leaves_no_trace(
    world: World, place: ProgramEnrollment, lantern_steward: User, special: SpecialClass
) -> None:
    without = _strip(_read(world=world, local_id="S-2"))
    show(place.series, lantern_steward, service=special)
    assert _strip(_read(world=world)) == without
    show(place.series, lantern_steward)
    assert "Reading club" in _read(world=world)


def _strip(page: str) -> str:
    """A page without what each answer has of its own."""
    lines = page.splitlines()
    return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line)


def test_silence_and_no_hide_the_program(
    world: World, place: ProgramEnrollment, lantern_steward: User
) -> None:
    show(place.series, lantern_steward, shown=False)
    assert EMPTY in _read(world=world)
    ProgramAccessStatement.objects.all().delete()
    assert EMPTY in _read(world=world)


def test_a_namesake_shows_nothing(world: World, place: ProgramEnrollment) -> None:
    code = letter(world).code
    assert "Reading club" in _read(code, world)
    letter(world, "S-9")
    child = Child.objects.latest("pk")
    child.sealed = seal_child_label(child.key, ChildLabel("S-9", "child  s-1", BORN))
    child.save()
    assert "Reading club" in _read(code, world)
    world.serve("S-9")
    assert EMPTY in _read(code, world)


def test_two_records_of_one_name_show_nothing(world: World, place: ProgramEnrollment) -> None:
    enroll(place.series, world, other_than=(place.participant.pk,))
    assert EMPTY in _read(world=world)


@pytest.mark.parametrize(
    ("given", "family", "born"),
    [("Other", "S-1", BORN), ("Child", "S-1", date(2016, 5, 5)), ("Child", "S-1", None)],
)
def test_a_record_that_may_be_of_another_child_is_not_shown(
    world: World, lantern_steward: User, given: str, family: str, born: date | None
) -> None:
    world.serve("S-1")
    series = make_group(world)
    show(series, lantern_steward)
    enroll(series, world, given, family, born)
    assert EMPTY in _read(world=world)


def test_a_child_who_is_not_on_the_roster_sees_nothing(world: World, lantern_steward: User) -> None:
    series = make_group(world)
    show(series, lantern_steward)
    enroll(series, world)
    assert EMPTY in _read(world=world)


def test_an_order_on_record_hides_where_the_child_is(
    world: World, place: ProgramEnrollment
) -> None:
    code = letter(world).code
    Child.objects.update(court_order=True)
    assert EMPTY in _read(code, world)


def test_each_view_is_on_record_without_the_program(world: World, place: ProgramEnrollment) -> None:
    browser = phone(letter(world).code)
    browser.get(PAGE)
    browser.get(PAGE)
    events = AuditLine.objects.filter(event="family.timeline_opened")
    assert events.count() == 2
    assert "Reading" not in str(events.values())
    assert Client().get(PAGE).status_code == 403
    assert events.count() == 2


def test_the_steward_answers_for_own_programs_and_nobody_else(
    world: World, lantern_steward: User, browser: Callable[..., Client]
) -> None:
    series = make_group(world)
    page = browser(lantern_steward)
    answers = {"program": series.program.pk, "shown": "yes", "service": ""}
    assert "nothing was stated yet" in page.get("/family/programs/").content.decode()
    assert page.post("/family/programs/", {"program": series.program.pk}).status_code == 422
    assert page.post("/family/programs/", answers).status_code == 302
    assert page.post("/family/programs/", answers).status_code == 302
    assert ProgramAccessStatement.objects.count() == 1, "sent twice"
    assert "On family pages" in page.get("/family/programs/").content.decode()
    assert browser(world.tutor).post("/family/programs/", answers).status_code == 403
    other = browser(world.steward)
    assert "no program yet" in other.get("/family/programs/").content.decode()
    other.post("/family/programs/", answers | {"shown": "no"})
    assert ProgramAccessStatement.objects.count() == 1
    with pytest.raises(Refused):
        show(series, world.steward)
