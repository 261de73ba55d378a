"""A partner's API is asked by its address: records are received once, and the secret is kept."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.data.intake.confirmed_uploads import confirm_preview
from tests.data.intake.conftest import AGREEMENT, AT
from tests.warehouse.rest_sources.rest_server import Answer, RestServer, run_rest_server

from cairn.data.intake import tasks
from cairn.data.intake.actions import watched_folders as actions
from cairn.data.intake.facts import Submission
from cairn.data.intake.models import (
    CURRENT_STATES,
    Delivery,
    DeliveryStateConflict,
    FolderFile,
    FolderFileOutcome,
    ProposedFile,
    WatchedFolder,
)
from cairn.data.intake.watched_folders import address_pull
from cairn.data.intake.watched_folders.address_pull import pull_address
from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.governance.partners.models import Organization
from cairn.platform.audit.models import AuditLine
from cairn.platform.schedule.api import JobFindingError
from cairn.policy.engine import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel
from cairn.warehouse.rest_sources import read_rest_source
from cairn.warehouse.schema import UnreadableFile
from cairn.warehouse.schema.column_mapping import ColumnMapping

pytestmark = pytest.mark.django_db

SOURCE = 'url = "https://sis.example.org/students"\nsecret_variable = "SIS_TOKEN"\n'
SECRET = "ZZCANARYTOKEN"


@pytest.fixture(scope="module")
def running() -> Iterator[RestServer]:
    with run_rest_server() as server:
        yield server


@pytest.fixture
def server(running: RestServer, roster: bytes, monkeypatch: pytest.MonkeyPatch) -> RestServer:
    """A server that answers with the roster."""
    read = partial(read_rest_source, open_connection=running.open_connection)
    monkeypatch.setattr(address_pull, "read_rest_source", read)
    running.asked.clear()
    serve(running, roster)
    return running


def serve(server: RestServer, content: bytes) -> None:
    server.answer = lambda _asked: Answer(body=content, headers={"Content-Type": "text/csv"})


def watch(by: Any, agreement: Any, organization: str = "river", **changed: Any) -> WatchedFolder:
    submission = Submission(
        organization=Organization.objects.get(slug=organization),
        agreement=agreement,
        channel=Channel.COMMAND,
        by=by,
        at=AT,
        period="2026-27",
    )
    given = {"name": "roster", "text": SOURCE, "secret": SECRET, "by": by, "at": AT, **changed}
    return actions.watch_address(submission=submission, **given)


def pull(row: WatchedFolder) -> FolderFileOutcome:
    return pull_address(row, AT, on_received=lambda _row: None).outcome


@pytest.fixture
def watched(server: RestServer, send: Callable[..., Any], manager: Any, agreement: Any) -> Any:
    """An address whose layout was confirmed with an earlier file."""
    send(period="2025-26")
    return watch(manager, agreement)


def test_the_same_records_are_received_once(watched: WatchedFolder, server: RestServer) -> None:
    for _night in range(2):
        assert pull(watched) is FolderFileOutcome.RECEIVED
    row = Delivery.objects.get(period="2026-27")
    assert (row.feed, row.state, row.file_name) == ("roster", "received", "roster.csv")
    assert FolderFile.objects.count() == 1
    assert server.asked[0].headers["Authorization"] == f"Bearer {SECRET}"


def test_the_secret_is_sealed_to_its_address_and_erased_at_the_end(
    watched: WatchedFolder, manager: Any
) -> None:
    pull(watched)
    row = WatchedFolder.objects.get()
    assert SECRET.encode() not in bytes(row.sealed_secret)
    assert row.unseal_secret() == SECRET
    stored = str([*WatchedFolder.objects.values_list(), *AuditLine.objects.values_list()])
    assert SECRET not in stored
    row.path = "https://elsewhere.example.org/"
    with pytest.raises(InvalidTag):
        row.unseal_secret()
    actions.end_folder_watch(folder=watched, by=manager, at=AT)
    assert bytes(WatchedFolder.objects.get().sealed_secret) == b""
    assert tasks.pull_watched_addresses(AT) == "Addresses asked: 0. Not accepted: 0."


def test_a_new_layout_waits_for_a_person(server: RestServer, manager: Any, agreement: Any) -> None:
    assert pull(watch(manager, agreement)) is FolderFileOutcome.WAITING
    assert ProposedFile.objects.get().file_name == "roster.csv"
    assert not Delivery.objects.exists()


def test_records_are_dated_by_what_the_server_says_once_a_person_confirmed_it(
    server: RestServer,
    roster: bytes,
    manager: Any,
    agreement: Any,
    browser: Callable[..., Client],
) -> None:
    said: dict[str, str] = {}

    def answer(_asked: Any) -> Answer:
        return Answer(body=roster, headers={"Content-Type": "text/csv", **said})

    def pull_modified(day: int, name: str = "roster.csv") -> FolderFileOutcome:
        said["Last-Modified"] = f"Tue, {day:02} Sep 2026 12:00:00 GMT"
        said["Content-Disposition"] = f'attachment; filename="{name}"'
        return pull(row)

    server.answer, row = answer, watch(manager, agreement)
    assert pull_modified(8, "roster_2026-09-07.csv") is FolderFileOutcome.WAITING
    ProposedFile.objects.update(destroy_on=timezone.localdate())  # it arrived today
    steward = browser(Role.STEWARD, at="river")
    page = reverse("intake:proposal", args=[ProposedFile.objects.get().pk])
    form = steward.get(page).context["form"]
    # Both are offered; the name comes first, as for a file.
    assert form["date_source"].value() == "name:year-month-day"
    assert form["extract_date"].value() == date(2026, 9, 7)
    assert "(Last-Modified) 2026-09-08" in steward.get(page).content.decode()
    chosen = {name: form[name].value() or "" for name in form.fields}
    chosen |= {"date_source": "header:Last-Modified", "extract_date": "2026-09-08"}
    steward.post(page, chosen)
    confirm_preview(steward, f"{page}preview/")
    roster = roster.replace(b"Ada", b"Ava")
    assert pull_modified(10) is FolderFileOutcome.RECEIVED
    roster = roster.replace(b"Ava", b"Aya")
    assert pull_modified(9) is FolderFileOutcome.WAITING
    current = Delivery.objects.get(state__in=CURRENT_STATES)
    assert current.extract_date == date(2026, 9, 10)
    said.clear()
    roster = roster.replace(b"Aya", b"Abe")
    assert pull(row) is FolderFileOutcome.WAITING
    reasons = [file.reason for file in FolderFile.objects.order_by("pk")]
    assert reasons[-1].startswith("The server did not say when the records changed")


def test_after_the_agreement_ended_the_server_is_not_asked(
    watched: WatchedFolder, server: RestServer, manager: Any
) -> None:
    text = AGREEMENT.replace("ends = 2031-06-30", "ends = 2026-09-30")
    load_agreement(text=text, newcomers=[], by=manager, at=AT)
    assert pull(watched) is FolderFileOutcome.REFUSED
    assert "RV-DSA-01 ended on 2026-09-30" in FolderFile.objects.get().reason
    assert server.asked == []


def test_a_failure_is_one_task_until_the_server_answers_again(
    watched: WatchedFolder, server: RestServer, roster: bytes, client: Client, manager: Any
) -> None:
    server.answer = lambda _asked: Answer({"said": "ZZCANARY"}, status=503)
    for _night in range(2):
        assert pull(watched) is FolderFileOutcome.REFUSED
    failure = FolderFile.objects.get()
    assert "answered with an error (503)" in failure.reason
    assert failure.handled_at is None
    client.force_login(manager)
    page = client.get(reverse("intake:watched_folders")).content.decode()
    assert "an error (503)" in page
    assert watched.path in page
    assert SECRET not in page
    serve(server, roster)
    assert tasks.pull_watched_addresses(AT) == "Addresses asked: 1. Not accepted: 0."
    failure.refresh_from_db()
    assert failure.handled_at == AT
    assert tasks.receive_watched_files(AT) == "Files moved: 0."


def test_an_address_that_fails_leaves_the_others_asked(
    watched: WatchedFolder, manager: Any, agreement: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = watch(manager, agreement, text=SOURCE.replace("students", "visits"), name="visits")
    WatchedFolder.objects.filter(pk=other.pk).update(sealed_secret=watched.sealed_secret)
    assert tasks.pull_watched_addresses(AT) == "Addresses asked: 2. Not accepted: 1."
    assert "cairn watch visits.toml" in FolderFile.objects.get(outcome="refused").reason

    asked: list[str] = []

    def fail(folder: WatchedFolder, *_at: Any, **_options: Any) -> Any:
        asked.append(folder.source_name)
        raise ValueError("ZZCANARY")

    monkeypatch.setattr(tasks, "pull_address", fail)
    with pytest.raises(JobFindingError, match=r"visits \(ValueError\)") as failure:
        tasks.pull_watched_addresses(AT)
    assert sorted(asked) == ["roster", "visits"]
    assert "ZZCANARY" not in str(failure.value)


def test_only_a_sender_may_watch_and_an_address_has_one_sender(
    server: RestServer, manager: Any, agreement: Any, person: Callable[..., Any]
) -> None:
    with pytest.raises(Refused):
        watch(person(Role.ANALYST, at="backbone"), agreement)
    with pytest.raises(UnreadableFile, match="no HTTPS address"):
        watch(manager, agreement, text='url = "http://sis.example.org"')
    row = watch(manager, agreement)
    again = watch(manager, agreement, secret="next-token", name="students")
    assert (again.pk, again.source_name) == (row.pk, "students")
    assert again.unseal_secret() == "next-token"
    assert watch(manager, agreement, secret=None).unseal_secret() == "next-token"
    assert watch(manager, agreement, secret="").unseal_secret() == ""
    Organization.objects.create(slug="other", name="Other", kind="school_district")
    WatchedFolder.objects.update(organization=Organization.objects.get(slug="other"))
    with pytest.raises(DeliveryStateConflict, match="is watched for"):
        watch(manager, agreement)


def test_the_period_of_an_address_comes_from_the_dates_of_its_records(
    server: RestServer, send: Callable[..., Any], manager: Any, agreement: Any
) -> None:
    columns = {"Student ID": "local_id", "Date": "date", "Attendance Code": "event"}
    rows = b"Student ID,Date,Attendance Code\n1,2025-09-20,absent\n"
    mapping = ColumnMapping(record="attendance", columns=columns)
    send(feed="roster", content=rows, mapping=mapping, period="2025-26")
    row = watch(manager, agreement)
    serve(server, rows + b"2,2025-09-22,absent\n")
    assert pull(row) is FolderFileOutcome.WAITING  # it is watched for 2026-27
    assert "and its period is 2026-27." in FolderFile.objects.get().reason
    WatchedFolder.objects.update(period="")
    row.refresh_from_db()
    assert pull(row) is FolderFileOutcome.RECEIVED
    assert Delivery.objects.latest("pk").period == "2025-26"
