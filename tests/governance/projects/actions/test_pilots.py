"""Lessons of a pilot and the real project made from it: allowed, refused, twice, out of order."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.governance.projects.sample_projects import World

from cairn.governance.projects.actions import proposals
from cairn.governance.projects.actions.pilots import (
    create_project_from_pilot,
    record_lesson,
    resolve_lesson,
)
from cairn.governance.projects.models.project import Lesson, Project, Version
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.law.cards.governance import pilot as cards
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import Purpose

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def _propose(world: World, *, pilot: bool) -> Project:
    version = proposals.propose_project(
        title="Do children who come to tutoring miss less school?",
        organization=world.hub,
        purpose=Purpose.PROGRAM_EVALUATION,
        flow="cairn",
        pilot=pilot,
        by=world.analyst,
        at=world.at,
    )
    world.write(version)
    return version.project


@pytest.fixture
def pilot(world: World) -> Project:
    return _propose(world, pilot=True)


@pytest.fixture
def real(world: World) -> Project:
    return _propose(world, pilot=False)


def _record(world: World, project: Project, by: User, kind: str = "finding") -> Lesson:
    return record_lesson(project=project, kind=kind, text="It works.", by=by, at=world.at)


def _events(prefix: str) -> list[str]:
    lines = AuditLine.objects.filter(event__startswith=prefix).order_by("sequence")
    return list(lines.values_list("event", flat=True))


def _codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.decision.refusals}


@pytest.mark.parametrize("kind", ["finding", "change"])
def test_a_participant_records_a_lesson(world: World, pilot: Project, kind: str) -> None:
    lesson = _record(world, pilot, world.steward, kind)
    lesson.refresh_from_db()
    assert (lesson.project, lesson.kind, lesson.text) == (pilot, kind, "It works.")
    assert (lesson.by, lesson.at, lesson.settled_on) == (world.steward, world.at, None)
    line = AuditLine.objects.get(event="lesson.kept")
    assert (line.subject_id, line.detail) == (str(lesson.pk), {"kind": kind})
    assert line.outcome == "allow"


def test_only_participants_record_a_lesson(
    world: World, pilot: Project, person: Callable[..., Any]
) -> None:
    with pytest.raises(Refused) as refused:
        _record(world, pilot, person(Role.STEWARD, at="lake"))
    assert cards.TAKES_PART.id in _codes(refused)
    assert not Lesson.objects.exists()
    assert _events("lesson") == []


def test_a_user_without_a_role_records_no_lesson(
    world: World, pilot: Project, person: Callable[..., Any]
) -> None:
    with pytest.raises(Refused):
        _record(world, pilot, person(Role.PUBLIC))
    assert not Lesson.objects.exists()


def test_a_real_project_has_no_lessons(world: World, real: Project) -> None:
    with pytest.raises(Refused) as refused:
        _record(world, real, world.analyst)
    assert _codes(refused) == {cards.IS_A_PILOT.id}
    assert not Lesson.objects.exists()


def test_an_unknown_kind_of_lesson_is_not_stored(world: World, pilot: Project) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        _record(world, pilot, world.analyst, "rumor")
    assert not Lesson.objects.exists()
    assert _events("lesson") == []


def test_the_same_lesson_twice_is_two_lessons(world: World, pilot: Project) -> None:
    """Two people may learn the same thing; none overwrites the other."""
    _record(world, pilot, world.analyst)
    _record(world, pilot, world.steward)
    assert pilot.lessons.count() == 2
    assert _events("lesson") == ["lesson.kept"] * 2


def test_the_lead_resolves_a_lesson_and_a_later_answer_replaces_it(
    world: World, pilot: Project
) -> None:
    lesson = _record(world, pilot, world.steward)
    resolve_lesson(lesson=lesson, how="Mapped anew.", by=world.analyst, at=world.at)
    lesson.refresh_from_db()
    assert (lesson.settled_how, lesson.settled_by) == ("Mapped anew.", world.analyst)
    assert lesson.settled_on == timezone.localdate(world.at)
    later = world.at + timedelta(days=1)
    resolve_lesson(lesson=lesson, how="Left as it is.", by=world.manager, at=later)
    lesson.refresh_from_db()
    assert (lesson.settled_how, lesson.settled_by) == ("Left as it is.", world.manager)
    assert lesson.settled_on == timezone.localdate(later)
    assert _events("lesson") == ["lesson.kept", "lesson.settled", "lesson.settled"]


def test_another_participant_does_not_resolve_a_lesson(world: World, pilot: Project) -> None:
    lesson = _record(world, pilot, world.steward)
    with pytest.raises(Refused):
        resolve_lesson(lesson=lesson, how="Done.", by=world.steward, at=world.at)
    lesson.refresh_from_db()
    assert (lesson.settled_on, lesson.settled_how, lesson.settled_by) == (None, "", None)
    assert _events("lesson") == ["lesson.kept"]


def test_a_resolution_says_how(world: World, pilot: Project) -> None:
    lesson = _record(world, pilot, world.steward)
    with pytest.raises(IntegrityError), transaction.atomic():
        resolve_lesson(lesson=lesson, how="", by=world.analyst, at=world.at)
    lesson.refresh_from_db()
    assert lesson.settled_on is None
    assert _events("lesson") == ["lesson.kept"]


def test_the_real_project_copies_what_was_written_and_no_approval(
    world: World, pilot: Project
) -> None:
    _record(world, pilot, world.steward)
    made = create_project_from_pilot(project=pilot, by=world.analyst, at=world.at)
    made.refresh_from_db()
    tried = Version.objects.get(project=pilot)
    assert (made.project.pilot, made.project.follows) == (False, pilot)
    assert (made.title, made.five, made.principles) == (tried.title, tried.five, tried.principles)
    assert [(q.text, q.asked_by) for q in made.questions.order_by("code")] == [
        (q.text, q.asked_by) for q in tried.questions.order_by("code")
    ]
    assert (tried.agreements, made.agreements) == (["RC-DSA-01"], [])
    assert (made.state, made.step) == ("idea", "questions")
    line = AuditLine.objects.get(event="project.made_real")
    assert line.detail == {"pilot": pilot.reference, "lessons": 1}
    assert line.subject_id == str(made.pk)


def test_no_real_project_before_something_was_tried(world: World, pilot: Project) -> None:
    with pytest.raises(Refused) as refused:
        create_project_from_pilot(project=pilot, by=world.analyst, at=world.at)
    assert _codes(refused) == {cards.TRIED.id}
    assert not Project.objects.filter(follows=pilot).exists()
    assert _events("project.made_real") == []


def test_a_real_project_is_not_made_real(world: World, real: Project) -> None:
    with pytest.raises(Refused) as refused:
        create_project_from_pilot(project=real, by=world.analyst, at=world.at)
    assert cards.IS_A_PILOT.id in _codes(refused)
    assert Project.objects.count() == 1


def test_another_organization_makes_no_project_of_the_pilot(world: World, pilot: Project) -> None:
    _record(world, pilot, world.steward)
    with pytest.raises(Refused):
        create_project_from_pilot(project=pilot, by=world.steward, at=world.at)
    assert Project.objects.count() == 1


def test_a_pilot_may_lead_to_two_projects_with_references_of_their_own(
    world: World, pilot: Project
) -> None:
    _record(world, pilot, world.steward)
    made = [
        create_project_from_pilot(project=pilot, by=world.analyst, at=world.at) for _ in range(2)
    ]
    assert len({pilot.reference, *(version.project.reference for version in made)}) == 3
    assert _events("project.made_real") == ["project.made_real"] * 2
