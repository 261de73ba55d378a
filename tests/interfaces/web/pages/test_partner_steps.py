"""The steps from a new partner to its first data submission."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.governance.agreements import draft_steps

from cairn.data.intake.models import Delivery
from cairn.governance.agreements.api import list_visible_agreements
from cairn.governance.partners.api import load_actor
from cairn.interfaces.web.pages.partner_steps import (
    PartnerProgress,
    PartnerStep,
    list_partner_steps,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def _list_steps(client: Client, slug: str) -> list[PartnerStep]:
    page = client.get(reverse("web:partner", args=[slug])).context["page"]
    return list(page.steps)


def _find_next(client: Client, slug: str) -> str:
    return next(step.title for step in _list_steps(client, slug) if not step.is_done)


def test_each_step_leads_to_the_next(
    browser: Callable[..., Client], person: Callable[..., Any], organization: Callable[..., Any]
) -> None:
    writing = draft_steps.make(person, organization)
    manager = browser(writing.manager)
    writing.steward.affiliations.all().delete()
    assert _find_next(manager, "elm") == "Add its data steward"
    steward = person(Role.STEWARD, at="elm")
    steward.set_unusable_password()
    steward.save()
    assert _find_next(manager, "elm") == "Give the data steward a sign-in link"
    steward.set_password("three herons at the weir")
    steward.save()
    assert _find_next(manager, "elm") == "Write an agreement"
    draft = writing.out()
    assert _find_next(manager, "elm") == "Have counsel review it, and sign it for every party"
    assert reverse("agreements:draft", args=[draft.pk]) in _list_steps(manager, "elm")[3].url
    writing.sign(draft, writing.elm, steward)
    writing.sign(draft, writing.hub, writing.manager)
    upload = _list_steps(manager, "elm")[-1]
    assert not upload.is_done
    assert upload.url.endswith("?organization=elm&agreement=N-1")
    form = manager.get(upload.url).context["form"]
    assert form["organization"].value() == "elm"
    assert form["agreement"].value() == "N-1"
    Delivery.objects.create(
        organization=writing.elm,
        agreement_reference="N-1",
        agreement_version=1,
        feed="roster",
        file_name="roster.csv",
        size=1,
        state="conformed",
        conformed="conformed/0",
        received_by=writing.manager,
        received_at=draft_steps.now(),
    )
    assert _list_steps(manager, "elm") == []


def test_the_steps_say_that_the_user_lacks_access(
    browser: Callable[..., Client], person: Callable[..., Any], organization: Callable[..., Any]
) -> None:
    organization("elm")
    titles = [
        step.title for step in _list_steps(browser(person(Role.DATA_MANAGER, trained=False)), "elm")
    ]
    assert "Complete your own access requirements" in titles


def test_only_those_who_can_take_the_steps_see_them(
    browser: Callable[..., Client], person: Callable[..., Any], organization: Callable[..., Any]
) -> None:
    writing = draft_steps.make(person, organization)
    assert _list_steps(browser(Role.ANALYST), "elm") == []
    own = _list_steps(browser(writing.steward), "elm")
    assert own
    assert own[0].url == ""


def test_an_office_and_an_organization_that_only_receives_have_no_upload(
    browser: Callable[..., Client], person: Callable[..., Any], organization: Callable[..., Any]
) -> None:
    writing = draft_steps.make(person, organization)
    assert _list_steps(browser(writing.manager), "hub") == []
    writing.signed()
    actor, today = load_actor(writing.manager), timezone.localdate()
    college = organization("college", kind=OrganizationKind.POSTSECONDARY)
    listings = list_visible_agreements(actor, today)
    progress = PartnerProgress(college, [], listings, [], None)
    titles = [step.title for step in list_partner_steps(progress, actor, today)]
    assert "Add its data steward" in titles
    assert "Upload its first file" not in titles
