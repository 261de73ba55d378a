"""Two writers that choose the same next number both get one."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone
from tests.governance.projects.sample_projects import World

from cairn.governance.projects import facts
from cairn.governance.projects.actions import policies, versions
from cairn.governance.projects.models.policy import Policy
from cairn.governance.projects.models.project import Project, Version
from cairn.platform.accounts.models import User
from cairn.platform.numbering.api import create_numbered
from cairn.policy.vocabulary.projects import ProjectState

pytestmark = pytest.mark.django_db


def _read_early(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, stale: object) -> None:
    """The first writer reads the highest number before the second one's row is there."""
    compute, answers = getattr(module, name), [stale]

    def read(*args: Any) -> object:
        return answers.pop() if answers else compute(*args)

    monkeypatch.setattr(module, name, read)


def test_the_version_that_may_use_data_counts_before_a_newer_one(
    world: World, django_assert_num_queries: Any
) -> None:
    old, other = world.propose(), world.propose()
    newest = Version.objects.create(
        project=old.project,
        number=2,
        purpose=old.purpose,
        step=old.step,
        since=old.since,
        created_by=world.analyst,
        created_at=world.at,
    )
    projects = [other.project, old.project]
    with django_assert_num_queries(1):
        found = facts.find_current_versions(projects)
    assert [row.pk for row in found] == [other.pk, newest.pk]
    Version.objects.filter(pk=old.pk).update(state=ProjectState.ACTIVE.value)
    assert [row.pk for row in facts.find_current_versions(projects)] == [other.pk, old.pk]
    assert facts.find_current_version(old.project).project is old.project
    assert facts.find_authorization_ends(projects) == {
        other.project_id: None,
        old.project_id: None,
    }


def test_a_project_gets_the_next_reference_when_another_took_its_own(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = world.propose()
    _read_early(monkeypatch, versions, "compute_next_reference", first.project.reference)
    second = world.propose()
    year = world.at.year
    assert (first.project.reference, second.project.reference) == (f"P-{year}-01", f"P-{year}-02")


def test_the_next_reference_follows_the_highest_and_not_the_count(world: World) -> None:
    version, on = world.propose(), date(2030, 1, 2)
    for reference, expected in (
        ("P-2030-07", "P-2030-08"),
        ("P-2030-99", "P-2030-100"),
        ("P-2030-100", "P-2030-101"),
    ):
        Project.objects.filter(pk=version.project_id).update(reference=reference)
        assert versions.compute_next_reference(on) == expected
    assert versions.compute_next_reference(date(2031, 1, 2)) == "P-2031-01"


def test_a_policy_gets_the_next_version_when_another_took_its_own(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def adopt() -> Policy:
        return policies.adopt_policy(
            kind="charter",
            text="We meet.",
            owner="The council",
            adopted_on=date(2026, 1, 1),
            review_on=date(2027, 1, 1),
            by=world.manager,
            at=timezone.localtime(),
        )

    assert adopt().version == 1
    _read_early(monkeypatch, policies, "_compute_next_version", 1)
    assert adopt().version == 2


def test_a_row_that_can_never_be_created_is_an_error() -> None:
    User.objects.create_user("a@example.org", "A", "a long enough password")
    calls: list[int] = []

    def create() -> User:
        calls.append(1)
        return User.objects.create_user("a@example.org", "A", "a long enough password")

    with pytest.raises(IntegrityError):
        create_numbered(create)
    assert len(calls) == 5
    assert User.objects.count() == 1
