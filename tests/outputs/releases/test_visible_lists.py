"""The lists of releases, extracts and deliveries hold what policy answers one by one."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.outputs.releases import community as built

from cairn.data.intake.models import Delivery
from cairn.data.intake.queries import filter_visible_deliveries, list_organizations_for_action
from cairn.governance.agreements.actions import signature_and_record
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.outputs.releases import facts
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.queries import releases
from cairn.platform.tables.api import build_list_table
from cairn.policy.questions.data.deliveries import may_view_delivery
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.questions.outputs.releases import may_view_release
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.deliveries import DeliveryState
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.policy.vocabulary.releases import ReleaseState

AT = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)
KINDS = {
    "backbone": OrganizationKind.BACKBONE,
    "oak": OrganizationKind.SCHOOL_DISTRICT,
    "elm": OrganizationKind.SCHOOL_DISTRICT,
    "ash": OrganizationKind.COMMUNITY_PROGRAM,
    "nation": OrganizationKind.TRIBAL_NATION,
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(person: Callable[..., Any]) -> list[Any]:
    """One person in every role at every organization, one untrained, and one without a role."""
    roles = [role for role in Role if role not in (Role.PUBLIC, Role.FAMILY)]
    everybody = [person(role, at=slug, kind=kind) for slug, kind in KINDS.items() for role in roles]
    return [*everybody, person(Role.STEWARD, at="oak", trained=False), person(Role.PUBLIC)]


def _load_agreements(manager: Any) -> None:
    for slug in ("oak", "elm"):
        signature_and_record.load_agreement(
            text=built.agreement(slug), newcomers=[slug], by=manager, at=AT
        )


def _create_release(manager: Any, organization: str, state: str, agreements: list[str]) -> Release:
    return Release.objects.create(
        title=f"{organization} {state}",
        outcomes=["chronic_absence"],
        tables=[],
        years=[],
        purpose="public_reporting",
        organization=Organization.objects.get(slug=organization),
        author=manager,
        state=state,
        created_at=AT,
        agreements=agreements,
        released="released/" + "0" * 64,
        withdrawn_why="A mistake" if state == ReleaseState.WITHDRAWN.value else "",
    )


def test_releases_are_narrowed_as_each_is_answered(
    person: Callable[..., Any], people: list[Any]
) -> None:
    manager = person(Role.DATA_MANAGER)
    _load_agreements(manager)
    for state in ReleaseState:
        for slug in ("backbone", "ash"):
            for agreements in ([], ["DSA-oak"], ["DSA-oak", "DSA-elm"]):
                _create_release(manager, slug, state.value, agreements)
    on, seen = timezone.localdate(), set()
    for user in people:
        actor, loader = load_actor(user), facts.ReleaseFactLoader()
        one_by_one = [
            row.pk
            for row in Release.objects.all()
            if may_view_release(loader.load_release(row), actor, on).allowed
        ]
        listed = releases.filter_visible_releases(actor, on)
        assert list(listed.values_list("pk", flat=True)) == one_by_one, user
        seen.add(len(one_by_one))
    some = len(ReleaseState)
    # Nothing; Elm's, Oak's and those of the program itself; everything.
    assert seen == {0, 2 * some, 4 * some, 3 * some, 6 * some}


def test_deliveries_are_narrowed_as_each_is_answered(
    person: Callable[..., Any], people: list[Any]
) -> None:
    manager = person(Role.DATA_MANAGER)
    for slug in KINDS:
        for state in DeliveryState:
            Delivery.objects.create(
                organization=Organization.objects.get(slug=slug),
                agreement_reference="A",
                agreement_version=1,
                feed=f"feed-{state.value}",
                channel="upload",
                file_name="x.csv",
                size=1,
                content_digest="0" * 64,
                fingerprint="0" * 64,
                state=state.value,
                conformed="conformed/" + "0" * 64,
                decision_id="x",
                received_by=manager,
                received_at=AT,
            )
    on, seen = timezone.localdate(), set()
    for user in people:
        actor = load_actor(user)
        one_by_one = [
            row.pk
            for row in Delivery.objects.select_related("organization")
            if may_view_delivery(row.organization.slug, actor, on).allowed
        ]
        listed = filter_visible_deliveries(actor, on)
        assert list(listed.values_list("pk", flat=True)) == one_by_one, user
        organizations = list_organizations_for_action(Action.RECEIVE, actor, on)
        assert organizations == [
            row
            for row in Organization.objects.all()
            if may_open_page(Action.RECEIVE, actor, organization=row.slug, on=on).allowed
        ]
        seen.add(len(one_by_one))
    assert seen == {0, len(DeliveryState), len(KINDS) * len(DeliveryState)}


@pytest.mark.parametrize("number", [5, 25])
def test_the_page_of_releases_asks_as_much_for_few_finished_ones_as_for_many(
    person: Callable[..., Any],
    browser: Callable[..., Client],
    django_assert_max_num_queries: Any,
    number: int,
) -> None:
    manager = person(Role.DATA_MANAGER)
    _load_agreements(manager)
    for _index in range(number):
        _create_release(manager, "backbone", ReleaseState.PUBLISHED.value, ["DSA-oak"])
    for user in (manager, person(Role.STEWARD, at="oak")):
        client = browser(user)
        with django_assert_max_num_queries(35):
            page = client.get("/releases/").content.decode()
        assert page.count('scope="row"') == number


def test_the_list_of_releases_is_paged(
    person: Callable[..., Any], browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_list_table, "__kwdefaults__", {"prefix": "", "rows_per_page": 2})
    manager = person(Role.DATA_MANAGER)
    for _index in range(3):
        _create_release(manager, "backbone", ReleaseState.PUBLISHED.value, [])
    client = browser(manager)
    first = client.get("/releases/").content.decode()
    assert first.count('scope="row"') == 2
    assert "Page 1 of 2" in first
    assert client.get("/releases/?page=2").content.decode().count('scope="row"') == 1


def test_the_list_of_releases_searches_filters_and_downloads(
    person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    manager = person(Role.DATA_MANAGER)
    for state in (ReleaseState.PUBLISHED, ReleaseState.WITHDRAWN):
        _create_release(manager, "backbone", state.value, [])
    client = browser(manager)
    for query in ("q=withdrawn", "state=Withdrawn"):
        page = client.get(f"/releases/?{query}").content.decode()
        assert ">backbone withdrawn</a>" in page
        assert ">backbone published</a>" not in page
    answer = client.get("/releases/?download=csv&q=withdrawn")
    assert answer["Content-Type"].startswith("text/csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Title,Status,Organization,Author,As of"
    assert len(lines) == 2
    assert lines[1].startswith("backbone withdrawn,Withdrawn,")
