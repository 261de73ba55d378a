"""The simulator over what really goes on: deliveries, linking, releases, projects, duties."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cairn.data.intake.actions.receipt import receive_delivery
from cairn.demo.planned_deliveries import find_examples_folder
from cairn.governance.agreements.actions import signature_and_record
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.outputs.deadlines import due_dates
from cairn.outputs.deadlines.due_dates import list_delivery_and_report_deadlines
from cairn.outputs.deadlines.lapse_simulation import simulate_lapse
from cairn.outputs.releases.models import Release
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.questions.governance.expiry_impact import DependentUseKind
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel
from cairn.policy.vocabulary.releases import ReleaseState
from cairn.warehouse.schema.column_mapping import ColumnMapping

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

REFERENCE = "RC-DSA-01"


@pytest.fixture
def manager(person: Callable[..., Any]) -> Any:
    """The data manager, with Alder Creek's agreement, a delivery under it and two releases."""
    user = person(
        Role.DATA_MANAGER, at="river-county-partnership", email="dana@partnership.example"
    )
    at = timezone.localtime()
    Organization.objects.filter(slug="river-county-partnership").update(kind="backbone")
    text = (find_examples_folder() / "agreements" / f"{REFERENCE}.toml").read_text("utf-8")
    row = signature_and_record.load_agreement(
        text=text, newcomers=["alder-creek-sd"], by=user, at=at
    )
    receive_delivery(
        name="graduation.csv",
        content=b"Student,Year,Who\n1,2026,x\n",
        organization=Organization.objects.get(slug="alder-creek-sd"),
        agreement=row,
        feed="graduation",
        period="2025-26",
        channel=Channel.COMMAND,
        mapping=ColumnMapping(
            record="graduation",
            columns={"Student": "local_id", "Year": "cohort_year", "Who": "graduated"},
        ),
        by=user,
        at=at,
    )
    for state in (ReleaseState.PUBLISHED, ReleaseState.DRAFT, ReleaseState.WITHDRAWN):
        Release.objects.create(
            title=f"Figures {state.value}",
            outcomes=["chronic_absence"],
            tables=[],
            years=[],
            certificate=[],
            released="released/0" if state is ReleaseState.PUBLISHED else "",
            withdrawn_why="A mistake" if state is ReleaseState.WITHDRAWN else "",
            purpose="public_reporting",
            agreements=[REFERENCE],
            organization=Organization.objects.get(slug="river-county-partnership"),
            author=user,
            state=state.value,
            created_at=at,
        )
    return user


def test_what_stops_is_named_with_reasons_and_nothing_is_changed(
    manager: Any, browser: Callable[..., Client]
) -> None:
    client, today = browser(manager), timezone.localdate()
    lines = AuditLine.objects.count()
    tomorrow = today + timedelta(days=1)
    asked = {"agreement": REFERENCE, "on": tomorrow.isoformat()}
    page = client.get(reverse("deadlines:lapse"), asked).content.decode()
    assert "Data submission from Alder Creek School District: graduation" in page
    assert "Matching records received under RC-DSA-01" in page
    assert "New figures for Figures published" in page
    assert "Publishing Figures draft" in page
    assert "Figures withdrawn" not in page
    assert "What to do:" in page
    assert AuditLine.objects.count() == lines
    found = simulate_lapse(load_actor(manager), REFERENCE, tomorrow, today)
    assert found
    assert {s.kind for s in found.stopped} == {
        DependentUseKind.DELIVERY,
        DependentUseKind.LINK,
        DependentUseKind.RELEASE,
    }
    assert all(s.reasons for s in found.stopped)
    assert found.going_on == 0
    assert [d.owner for d in found.destroyed] == ["alder-creek-sd"]
    assert found.destroyed[0].due > tomorrow


def test_after_its_end_nothing_more_stops(manager: Any) -> None:
    who, today = load_actor(manager), timezone.localdate()
    found = simulate_lapse(who, REFERENCE, today + timedelta(days=36500), today)
    assert found
    assert found.stopped == ()
    assert simulate_lapse(who, "NOT-ON-RECORD", today, today) is None


def test_one_asks_about_agreements_that_one_may_read(
    manager: Any, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    stranger, today = person(Role.STEWARD, at="lake"), timezone.localdate()
    with pytest.raises(Refused):
        simulate_lapse(load_actor(stranger), REFERENCE, today, today)
    client = browser(stranger)
    assert REFERENCE not in client.get(reverse("deadlines:lapse")).content.decode()
    asked = {"agreement": REFERENCE, "on": today.isoformat()}
    assert client.get(reverse("deadlines:lapse"), asked).status_code == 422


def test_a_project_that_rests_on_it_stops_too(
    manager: Any, person: Callable[..., Any], organization: Callable[..., Any]
) -> None:
    from tests.governance.projects.sample_projects import World

    from cairn.policy.vocabulary.organizations import OrganizationKind

    district = Organization.objects.get(slug="alder-creek-sd")
    hub = Organization.objects.get(slug="river-county-partnership")
    world = World(
        manager=manager,
        analyst=person(Role.ANALYST, at=hub.slug),
        steward=person(Role.STEWARD, at=district.slug),
        members=[
            person(Role.COMMITTEE_MEMBER, at="council", kind=OrganizationKind.GOVERNMENT)
            for _ in range(3)
        ],
        river=district,
        hub=hub,
        at=timezone.localtime(),
    )
    world.authorize(world.to_authorization())
    today = timezone.localdate()
    found = simulate_lapse(load_actor(manager), REFERENCE, today, today)
    assert found
    assert DependentUseKind.PROJECT in {stop.kind for stop in found.stopped}


def test_deliveries_and_give_backs_are_expected_by_their_clauses(
    manager: Any, person: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from cairn.governance.agreements.facts import load_agreement_facts
    from cairn.policy.facts.agreements.agreement_terms import GiveBackTerm
    from cairn.policy.vocabulary.agreements import Frequency, ReportContents

    who, today = load_actor(manager), timezone.localdate()
    known = load_agreement_facts

    def yearly(*args: Any) -> Any:
        return tuple(
            replace(
                one,
                delivery=replace(one.delivery, frequency=Frequency.YEARLY),
                giveback=(GiveBackTerm("A table", within_days=60),),
            )
            for one in known(*args)
        )

    monkeypatch.setattr(due_dates, "load_agreement_facts", yearly)
    back, sent = sorted(
        list_delivery_and_report_deadlines(who, today, today + timedelta(days=400)),
        key=lambda one: one.on,
    )
    assert (back.kind, back.on) == ("give_back", today + timedelta(days=60))
    assert (sent.kind, sent.organization) == ("delivery", "alder-creek-sd")
    assert (sent.on - today).days in (365, 366)
    assert list_delivery_and_report_deadlines(who, today, today) == []

    # A report that Cairn makes: its page for those who may open it, and none under a pilot.
    elsewhere = person(Role.STEWARD, at="river-county-partnership")
    tables = GiveBackTerm("Tables", within_days=60, contents=ReportContents.PUBLISHED_TABLES)
    until, addresses = today + timedelta(days=100), list[str]()
    for pilot in ("", "invented students"):

        def tables_of(*args: Any, pilot: str = pilot) -> Any:
            return tuple(replace(one, giveback=(tables,), pilot=pilot) for one in known(*args))

        monkeypatch.setattr(due_dates, "load_agreement_facts", tables_of)
        for user in (manager, elsewhere):
            due = list_delivery_and_report_deadlines(load_actor(user), today, until)
            addresses += [each.address for each in due if each.kind == "give_back"]
    assert addresses == [
        reverse("figures:report", args=[REFERENCE, "alder-creek-sd"]),
        reverse("agreements:detail", args=[REFERENCE]),
    ]
