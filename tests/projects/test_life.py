"""A project from a question to its closing, and every way in which it does not get there."""

import pytest
from tests.projects.world import World

from cairn.audit.models import AuditLine
from cairn.projects import facts
from cairn.rules.authorization import authorized, element_authorized
from cairn.rules.decision import Refused
from cairn.rules.vocabulary import Level, Outcome, Purpose

pytestmark = pytest.mark.django_db


def _reasons(world: World, version: object) -> dict[str, Outcome]:
    (fact,) = facts.projects()
    rules = authorized(
        fact,
        actor=str(world.analyst.pk),
        acting_for="backbone",
        purpose=Purpose.PROGRAM_EVALUATION,
        level=Level.INDIVIDUAL,
        owners=frozenset({"river"}),
    )
    return {r.code: r.effect for rule in rules for r in rule(world.at.date())}


def test_from_a_question_to_the_closing(world: World) -> None:
    version = world.to_authorization(student__grade_level="We do not share it")
    assert version.state == "approved"
    assert Outcome.DENY in _reasons(world, version).values()
    leave = world.authorize(version)
    assert set(leave.question_of) == {"daily_attendance.status"}
    assert set(_reasons(world, version).values()) == {Outcome.ALLOW}
    (fact,) = facts.projects()
    told = list(element_authorized(fact)("student.grade_level", world.at.date()))
    assert {r.code for r in told if r.effect is Outcome.DENY} == {"J30", "J15"}
    world.move_on(version)
    assert version.state == "analysis"
    world.move_on(version)
    assert version.state == "closing"
    with pytest.raises(Refused, match="reflection"):
        world.move_on(version)
    world.engage(version, "reflection")
    world.move_on(version)
    assert version.state == "closed"
    assert Outcome.DENY in _reasons(world, version).values()
    assert AuditLine.objects.filter(event="project.authorized").count() == 1
