"""A partner gets the published tables that its agreement promises, once, when they exist."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.outputs.dashboards.sample_figures import FIGURES
from tests.outputs.releases import community as world
from tests.outputs.releases.community import AT
from tests.page_values import drop_random_values

from cairn.data.identity.models.linkage_runs import LinkedPart
from cairn.data.intake.models import Delivery
from cairn.governance.agreements.models import Agreement
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.interfaces.web.tasks import email_new_tasks
from cairn.outputs.dashboards.audiences import partner_report
from cairn.outputs.deadlines.due_dates import list_delivery_and_report_deadlines
from cairn.outputs.releases.actions import review_and_publication
from cairn.outputs.releases.figures import COUNTY_KEY, FigureCount
from cairn.outputs.releases.models import GiveBack
from cairn.outputs.releases.partner_reports import schedule
from cairn.outputs.releases.partner_reports.schedule import deliver_due_reports
from cairn.platform.audit.models import AuditLine
from cairn.platform.notifications.models import MailMessage
from cairn.platform.schedule.api import JobFindingError
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel, DeliveryState
from cairn.services.programs.models import Program
from cairn.warehouse.exporters import build_group_key

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
PROMISE = """
[[giveback]]
what = "the published tables in which its own students are counted"
within_days = 90
contents = "published tables"
"""
DAY = timedelta(days=1)


@pytest.fixture
def community(
    person: Callable[..., Any], organization: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> world.Community:
    monkeypatch.setattr(timezone, "now", lambda: AT)
    made = world.make(person, organization)
    row = Agreement.objects.get(reference="DSA-oak")
    Agreement.objects.filter(pk=row.pk).update(text=row.text + PROMISE)
    return made


def receive(community: world.Community, *, days_later: float = 0) -> Delivery:
    """The submission of Oak that the linked files of these tests came from."""
    part = LinkedPart.objects.filter(organization="oak").latest("pk")
    return Delivery.objects.create(
        organization=Organization.objects.get(slug="oak"),
        agreement_reference="DSA-oak",
        agreement_version=1,
        feed="attendance",
        period=f"{days_later}",
        record="attendance_total",
        channel=Channel.UPLOAD.value,
        file_name="attendance.csv",
        size=1,
        content_digest=str(days_later),
        fingerprint="0" * 64,
        state=DeliveryState.RECEIVED.value,
        landed=part.file if not days_later else "landed/newer",
        rows_kept=10,
        decision={},
        decision_id="x",
        received_by=community.manager,
        received_at=AT + days_later * DAY,
    )


def list_due(community: world.Community) -> list[str]:
    today = timezone.localdate()
    deadlines = list_delivery_and_report_deadlines(
        load_actor(community.manager), today, today + 200 * DAY
    )
    return [due.what for due in deadlines if due.kind == "give_back"]


def test_what_is_promised_comes_by_itself_when_it_is_published(
    community: world.Community, browser: Callable[..., Client], settings: Any
) -> None:
    settings.EMAIL_HOST = "mail.example"
    counted = receive(community)
    page = reverse("figures:report", args=["DSA-oak", "oak"])
    manager = browser(community.manager)
    steward = browser(community.stewards["oak"])
    assert deliver_due_reports(AT).endswith("0 of 1 promised.")
    assert list_due(community) == ["Report to Oak under DSA-oak"]
    text = manager.get(page).content.decode()
    assert "No published release counts the data that Oak submitted" in text
    assert "No published release counts" in manager.get(reverse("figures:reports")).content.decode()

    # A submission that no release counts, and that came before the report, is reported on later.
    release = community.published()
    uncounted = receive(community, days_later=0.05)
    expect_only_outcomes_of_the_records(counted, manager, page)
    assert deliver_due_reports(AT).startswith("Reports delivered to partners: 1")
    assert deliver_due_reports(AT).startswith("Reports delivered to partners: 0")
    row = GiveBack.objects.get()
    assert (row.delivery, row.given_by, row.opened_at) == (counted, None, None)
    assert row.figures == [release.pk]
    assert list_due(community) == ["Report to Oak under DSA-oak"]
    Delivery.objects.filter(pk=uncounted.pk).update(state=DeliveryState.WITHDRAWN.value)
    assert list_due(community) == []
    home = steward.get(reverse("web:home")).content.decode()
    assert "report on your data to read" in home
    email_new_tasks(AT)
    mailed = MailMessage.objects.filter(user=community.stewards["oak"])
    assert mailed.count() == 1

    expect_amended_report_stays(community, steward, page)
    text = steward.get(page).content.decode()
    for said in ("Chronic absence", "2025-26", ">Oak<", "all children", "Delivered on", ">O3<"):
        assert said in text, said
    assert str(world.CANARY) not in text
    row.refresh_from_db()
    assert row.opened_by == community.stewards["oak"]
    assert "report on your data" not in steward.get(reverse("web:home")).content.decode()
    assert "Opened on" in manager.get(page).content.decode()
    steward.get(page)
    events = AuditLine.objects.filter(event__startswith="release.report_")
    assert sorted(events.values_list("event", flat=True)) == [
        "release.report_delivered",
        "release.report_opened",
    ]
    read_files(steward)
    assert browser(community.stewards["elm"]).get(page).status_code == 403
    results = manager.get(reverse("figures:agreement", args=["DSA-oak"])).content.decode()
    assert "students are counted, Oak" in results

    expect_newer_submission_waits(community, steward.get, page)
    review_and_publication.withdraw_release(
        release=release, reason="An error.", by=community.manager, at=AT
    )
    text = steward.get(page).content.decode()
    assert "No published figures yet" in text
    assert "O3" not in drop_random_values(text)
    Agreement.objects.filter(reference="DSA-oak").update(terminated_on=AT.date())
    assert deliver_due_reports(AT + 2 * DAY).startswith("Reports delivered to partners: 0")


def expect_only_outcomes_of_the_records(sent: Delivery, manager: Client, page: str) -> None:
    """No outcome reads records of this type, though the release is made from the file."""
    Delivery.objects.filter(pk=sent.pk).update(record="session_attendance")
    assert deliver_due_reports(AT).endswith("0 of 1 promised.")
    assert "No published figures yet" in manager.get(page).content.decode()
    Delivery.objects.filter(pk=sent.pk).update(record=sent.record)


def expect_amended_report_stays(community: world.Community, steward: Client, page: str) -> None:
    """Under another name the report is the same; one that is promised no more can be opened."""
    agreement = Agreement.objects.filter(reference="DSA-oak")
    text = agreement.get().text
    agreement.update(text=text.replace("the published tables in", "tables in"))
    assert deliver_due_reports(AT + DAY).endswith("0 of 1 promised.")
    assert list_due(community) == []
    agreement.update(text=text.replace('contents = "published tables"', ""))
    assert deliver_due_reports(AT + DAY).startswith("Reports delivered to partners: 0")
    assert steward.head(page).status_code == 200
    assert f'href="{page}"' in steward.get(reverse("web:home")).content.decode()
    assert "Delivered on" in steward.get(page).content.decode()
    assert f'href="{page}"' not in steward.get(reverse("web:home")).content.decode()
    agreement.update(text=text)


def expect_newer_submission_waits(
    community: world.Community, get: Callable[[str], Any], page: str
) -> None:
    """A newer submission reopens the duty; an older release does not meet it, a hold neither."""
    newer = Delivery.objects.filter(pk=receive(community, days_later=0.1).pk)
    newer.update(state=DeliveryState.HELD.value)
    assert list_due(community) == []
    newer.update(state=DeliveryState.RECEIVED.value)
    assert deliver_due_reports(AT + 2 * DAY).startswith("Reports delivered to partners: 0")
    assert list_due(community) == ["Report to Oak under DSA-oak"]
    text = get(page).content.decode()
    assert "Next report due on" in text
    assert "No published release counts the data that Oak submitted" in text


def read_files(steward: Client) -> None:
    """The files name basis, day and what is suppressed, and have no suppressed number."""
    address = ["DSA-oak", "oak"]
    GiveBack.objects.update(opened_at=None, opened_by=None)
    content = steward.get(reverse("figures:report_file", args=[*address, "csv"])).content.decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert GiveBack.objects.get().opened_at == AT
    assert {row["suppressed"] for row in rows} == {"yes", "no"}
    assert all(row["as_of"] == "2026-03-02" and row["legal_basis"] for row in rows)
    assert str(world.CANARY) not in content
    book = steward.get(reverse("figures:report_file", args=[*address, "xlsx"])).content
    with ZipFile(io.BytesIO(book)) as parts:
        assert b"Legal basis" in parts.read("xl/worksheets/sheet2.xml")
    unknown = reverse("figures:report_file", args=[*address, "exe"])
    assert steward.get(unknown).status_code == 404


def test_a_report_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def deliver(report: Any, _now: Any) -> bool:
        if report.reference == "DSA-elm":
            raise OSError
        delivered.append(report.reference)
        return True

    delivered: list[str] = []
    reports = [
        SimpleNamespace(reference=f"DSA-{slug}", organization=SimpleNamespace(slug=slug))
        for slug in ("elm", "oak")
    ]
    monkeypatch.setattr(schedule.promises, "load_promised_reports", lambda _on: reports)
    monkeypatch.setattr(schedule, "_deliver_report", deliver)
    with pytest.raises(JobFindingError, match=r"DSA-elm to elm \(OSError\)"):
        deliver_due_reports(AT)
    assert delivered == ["DSA-oak"]


def test_a_report_has_the_partners_district_or_program_or_else_all_children(
    organization: Callable[..., Any], person: Callable[..., Any]
) -> None:
    Program.objects.create(
        organization=organization("library"),
        name="Readers",
        created_by=person(Role.PROGRAM_STAFF, at="library"),
        created_at=AT,
    )
    members, others = (build_group_key({"program:Readers": code}) for code in ("yes", "no"))
    figures = replace(
        FIGURES,
        years=("2025-26",),
        tables={
            "2025-26": {
                **FIGURES.tables["2025-26"],
                members: FigureCount(20, 40),
                others: FigureCount(40, 60),
            }
        },
    )

    def list_groups(name: str) -> list[tuple[str, str]]:
        partner = SimpleNamespace(name=name, slug=name.lower())
        groups = partner_report.list_partner_groups(figures, partner)  # type: ignore[arg-type]
        return [(label, beside) for _key, label, _other, beside in groups]

    assert list_groups("Elm")[:2] == [("Elm", "all children"), ("Drake", "all children")]
    assert list_groups("Library") == list_groups("Readers")
    assert list_groups("Readers") == [("Children of Readers", "all other children")]
    assert list_groups("Clinic") == [("All children, yours among them", "")]
    assert COUNTY_KEY in figures.tables["2025-26"]
