"""The steps before a person can see student records: complete, in order, each with its page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Assessment, Bar, Organization, SecurityPlan
from cairn.governance.partners.queries.access_steps import AccessStep, list_access_steps
from cairn.governance.training.models import Completion, Signature
from cairn.policy.vocabulary.access import Role, SecondFactor

pytestmark = pytest.mark.django_db


def _steps(user: Any, **facts: Any) -> dict[str, AccessStep]:
    actor = replace(load_actor(user), **facts)
    return {step.title: step for step in list_access_steps(actor, timezone.localdate())}


def test_a_newcomer_has_every_step_open(person: Callable[..., Any]) -> None:
    user = person(Role.STEWARD, at="river", trained=False)
    steps = _steps(user, second_factor=SecondFactor.ABSENT)
    assert [step.is_done for step in steps.values()] == [False] * 6
    assert [step.url for step in steps.values()] == [
        reverse("mfa_index"),
        reverse("training:confidentiality"),
        reverse("training:course", args=("mission-to-outcomes",)),
        reverse("training:course", args=("workshop",)),
        reverse("partners:security", args=("river",)),
        reverse("partners:security", args=("river",)),
    ]
    assert [step.is_own for step in steps.values()] == [True, True, True, False, True, True]
    assert steps["Complete the training modules"].detail == "0 of 4 modules complete."


def test_what_is_done_is_done_and_who_can_do_the_rest_is_named(person: Callable[..., Any]) -> None:
    staff = person(Role.PROGRAM_STAFF, at="river")
    steward = person(Role.STEWARD, at="river")
    assert all(step.is_done for step in _steps(staff).values())
    SecurityPlan.objects.all().delete()
    Assessment.objects.all().delete()
    plan = _steps(staff)["Adopt the security plan of River"]
    assert (plan.is_done, plan.is_own, plan.url) == (False, False, "")
    assert plan.detail == f"Ask {steward.name} (Data steward) to complete this step."
    steward.affiliations.update(ends=timezone.localdate() - timedelta(days=1))
    hub = person(Role.DATA_MANAGER)
    assert (
        f"Ask {hub.name} (Data manager)" in _steps(staff)["Adopt the security plan of River"].detail
    )


def test_untrained_colleagues_and_a_bar_are_steps_too(person: Callable[..., Any]) -> None:
    steward = person(Role.STEWARD, at="river")
    late = person(Role.PROGRAM_STAFF, at="river", trained=False)
    late.affiliations.update(starts=timezone.localdate() - timedelta(days=60))
    today = timezone.localdate()
    Bar.objects.create(
        organization=Organization.objects.get(slug="river"),
        until=today,
        reason="x",
        recorded_by=steward,
        recorded_at=timezone.localtime(),
    )
    open_steps = [step for step in _steps(steward).values() if not step.is_done]
    assert [step.title for step in open_steps] == [
        "Complete the training of everyone with access at River",
        "Wait until River may receive education records again",
    ]
    assert open_steps[0].url == reverse("partners:clearance", args=("river",))
    assert "34 CFR 99.67" in open_steps[1].detail


def test_a_role_that_shows_no_student_records_has_no_steps(person: Callable[..., Any]) -> None:
    assert _steps(person(Role.REVIEWER, trained=False)) == {}


def test_home_shows_the_steps_until_all_are_done(
    person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    user = person(Role.STEWARD, at="river")
    client = browser(user)
    assert b"Complete your access requirements" not in client.get(reverse("web:home")).content
    Completion.objects.filter(user=user, course="workshop").delete()
    Signature.objects.filter(user=user).delete()
    page = client.get(reverse("web:home")).content.decode()
    assert "4 of 6 complete." in page
    assert f'class="button" href="{reverse("training:confidentiality")}"' in page
