"""Files arrive in a folder: each is received once, waits or is refused, and none is lost."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.data.intake.confirmed_uploads import confirm_preview
from tests.data.intake.conftest import AGREEMENT, AT, STUDENTS

from cairn.data.intake import tasks
from cairn.data.intake.actions import receipt
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
from cairn.data.intake.queries import list_delivery_tasks
from cairn.data.intake.watched_folders import folder_pass
from cairn.data.intake.watched_folders.folder_pass import SortedFile, sort_folder_files
from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.governance.partners.api import load_actor
from cairn.governance.partners.models import Organization
from cairn.platform.audit.models import AuditLine
from cairn.platform.schedule.api import JobFindingError
from cairn.policy.engine import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel
from cairn.warehouse.pipeline import UnusableDelivery
from cairn.warehouse.schema.column_mapping import ColumnMapping

pytestmark = pytest.mark.django_db


@dataclass
class Watched:
    """A folder that is watched, and what a partner and the worker do with it."""

    path: Path
    by: Any
    agreement: Any
    row: WatchedFolder

    def put(self, name: str, content: bytes, *, age: float = 120) -> Path:
        file = self.path / name
        file.write_bytes(content)
        moment = time.time() - age
        os.utime(file, (moment, moment))
        return file

    def look(self) -> list[SortedFile]:
        return sort_folder_files(self.row, AT, settle=0, on_received=lambda row: None)

    def list_names(self, folder: str = "") -> list[str]:
        files = (self.path / folder).iterdir() if (self.path / folder).is_dir() else ()
        return sorted(file.name for file in files if file.is_file())


def describe(path: Path, by: Any, agreement: Any, **changed: Any) -> dict[str, Any]:
    submission = Submission(
        organization=changed.pop("organization", None) or Organization.objects.get(slug="river"),
        agreement=agreement,
        channel=Channel.COMMAND,
        by=by,
        at=AT,
        **changed,
    )
    return {"submission": submission, "path": path, "by": by, "at": AT}


@pytest.fixture
def watched(tmp_path: Path, manager: Any, agreement: Any) -> Watched:
    row = actions.watch_folder(**describe(tmp_path, manager, agreement, period="2026-27"))
    return Watched(tmp_path, manager, agreement, row)


@pytest.fixture
def known(watched: Watched, send: Callable[..., Any]) -> Watched:
    """The layout of the roster was confirmed with an earlier file."""
    send(period="2025-26")
    return watched


def test_a_file_with_a_confirmed_layout_is_received_and_moved(
    known: Watched, roster: bytes
) -> None:
    known.put("october.csv", roster)
    assert [file.outcome for file in known.look()] == [FolderFileOutcome.RECEIVED]
    assert (known.list_names(), known.list_names("received")) == ([], ["october.csv"])
    row = Delivery.objects.get(period="2026-27")
    assert (row.feed, row.state, row.received_by) == ("roster", "received", known.by)
    assert known.look() == []


def test_the_same_file_is_received_once_also_after_a_kill(
    known: Watched, roster: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    known.put("october.csv", roster)

    def die(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(folder_pass, "_move_file", die)
        with pytest.raises(KeyboardInterrupt):
            known.look()
    assert known.list_names() == ["october.csv"]
    assert Delivery.objects.filter(period="2026-27").count() == 1
    known.look()
    known.put("again.csv", roster)
    known.look()
    assert known.list_names("received") == ["again.csv", "october.csv"]
    assert Delivery.objects.filter(period="2026-27").count() == 1


@pytest.mark.parametrize("step", ["record_folder_file", "receive", "text"])
def test_a_kill_at_any_step_leaves_the_file_in_its_folder(
    step: str, watched: Watched, roster: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.put("october.csv", roster)

    def die(*_arguments: Any, **_named: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if step == "receive":
            patch.setattr(folder_pass.proposed_files, "propose_file", die)
        elif step == "text":
            patch.setattr(Path, "rename", die)
        else:
            patch.setattr(folder_pass.watched_folders, step, die)
        with pytest.raises(KeyboardInterrupt):
            watched.look()
    assert watched.list_names() == ["october.csv"]
    watched.look()
    assert watched.list_names() == []
    assert (watched.path / "waiting").is_dir()
    assert ProposedFile.objects.count() == 1
    assert FolderFile.objects.count() == 1


def test_a_new_layout_waits_for_a_person(watched: Watched, roster: bytes) -> None:
    watched.put("october.csv", roster)
    assert [file.outcome for file in watched.look()] == [FolderFileOutcome.WAITING]
    waiting = ProposedFile.objects.get()
    text = (watched.path / "waiting" / "october.csv.txt").read_text()
    assert reverse("intake:proposal", args=[waiting.pk]) in text
    assert "Ada" not in text
    assert not Delivery.objects.exists()
    titles = [task.title for task in list_delivery_tasks(load_actor(watched.by), AT.date())]
    assert "file with columns to confirm" in titles


def test_a_file_that_would_replace_a_different_one_waits(known: Watched, roster: bytes) -> None:
    known.put("october.csv", roster)
    known.look()
    other = roster.replace(b"1,Ada", b"7,Ada").replace(b"2,Ben", b"8,Ben").replace(b"3,C", b"9,C")
    known.put("other.csv", other)
    assert [file.outcome for file in known.look()] == [FolderFileOutcome.WAITING]
    assert known.list_names("waiting") == ["other.csv", "other.csv.txt"]
    assert Delivery.objects.get(state="held").file_name == "other.csv"


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(watched: Watched) -> None:
    watched.put("scan.pdf", b"%PDF-1.7 ZZCANARY")
    watched.put("empty.csv", b"")
    assert {file.outcome for file in watched.look()} == {FolderFileOutcome.REFUSED}
    names = ["empty.csv", "empty.csv.txt", "scan.pdf", "scan.pdf.txt"]
    assert watched.list_names("refused") == names
    assert "ZZCANARY" not in (watched.path / "refused" / "scan.pdf.txt").read_text()
    assert "ZZCANARY" not in str(FolderFile.objects.values_list())
    titles = [task.title for task in list_delivery_tasks(load_actor(watched.by), AT.date())]
    assert "files of watched folders that were not accepted" in titles


def test_after_the_agreement_ended_files_are_refused(known: Watched, roster: bytes) -> None:
    text = AGREEMENT.replace("ends = 2031-06-30", "ends = 2026-09-30")
    load_agreement(text=text, newcomers=[], by=known.by, at=AT)
    known.put("october.csv", roster)
    assert [file.outcome for file in known.look()] == [FolderFileOutcome.REFUSED]
    reason = (known.path / "refused" / "october.csv.txt").read_text()
    assert "RV-DSA-01 ended on 2026-09-30" in reason
    assert Delivery.objects.filter(period="2026-27").get().state == "refused"


@pytest.mark.parametrize("step", ["record_folder_file", "_move_file"])
@pytest.mark.parametrize("kind", ["refused", "unusable"])
def test_a_kill_after_a_refusal_records_it_once(
    kind: str, step: str, known: Watched, roster: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = roster
    if kind == "refused":
        text = AGREEMENT.replace("ends = 2031-06-30", "ends = 2026-09-30")
        load_agreement(text=text, newcomers=[], by=known.by, at=AT)
    else:

        def cannot_land(*_arguments: Any, **_named: Any) -> None:
            raise UnusableDelivery("It cannot be used.")

        monkeypatch.setattr(receipt, "_land_file", cannot_land)
    known.put("october.csv", content)

    def die(*_arguments: Any, **_named: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(folder_pass if step == "_move_file" else actions, step, die)
        with pytest.raises(KeyboardInterrupt):
            known.look()
    refused = Delivery.objects.filter(state="refused")
    assert (known.list_names(), refused.count()) == (["october.csv"], 1)
    assert [file.outcome for file in known.look()] == [FolderFileOutcome.REFUSED]
    assert (known.list_names(), refused.count()) == ([], 1)
    events = ("delivery.refused", "delivery.unusable")
    assert AuditLine.objects.filter(event__in=events).count() == 1
    # The same file, put there again after it was moved, is refused once more.
    known.put("october.csv", content)
    known.look()
    assert refused.count() == 2


def test_only_complete_files_of_the_folder_itself_are_taken(
    known: Watched, roster: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "secret.csv"
    elsewhere.write_bytes(roster)
    (known.path / "link.csv").symlink_to(elsewhere)
    (known.path / "folder.csv").mkdir()
    names = ["a.csv.part", "b.tmp", ".c.csv", "~$d.xlsx", "e.filepart"]
    for name in names:
        known.put(name, roster)
    known.put("young.csv", roster, age=5)
    assert known.look() == []
    assert known.list_names() == sorted([*names, "young.csv", "link.csv"])


def test_a_file_that_grows_is_left_for_the_next_pass(
    known: Watched, roster: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = known.put("october.csv", roster[:60])

    def write_on(_seconds: float) -> None:
        known.put("october.csv", roster)

    monkeypatch.setattr(folder_pass.time, "sleep", write_on)
    assert known.look() == []
    assert file.exists()
    monkeypatch.setattr(folder_pass.time, "sleep", lambda _seconds: None)
    receive = folder_pass.receive_folder_file

    def receive_and_grow(*arguments: Any) -> Any:
        known.put("october.csv", roster + b"4,Dee,Dunn,2015-01-01,F,x,y\n", age=90)
        return receive(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(folder_pass, "receive_folder_file", receive_and_grow)
        assert known.look() == []
    assert file.exists()
    known.look()
    assert known.list_names() == []


def test_no_earlier_file_is_overwritten(watched: Watched) -> None:
    for content in (b"%PDF-1", b"%PDF-2"):
        watched.put("scan.pdf", content)
        watched.look()
    watched.put("x.pdf.txt", b"%PDF-3 not a reason")
    watched.look()
    watched.put("x.pdf", b"%PDF-4")
    watched.look()
    refused = watched.path / "refused"
    assert (refused / "scan.pdf").read_bytes() == b"%PDF-1"
    assert (refused / "scan-2.pdf").read_bytes() == b"%PDF-2"
    assert (refused / "x.pdf.txt").read_bytes() == b"%PDF-3 not a reason"
    assert (refused / "x-2.pdf").read_bytes() == b"%PDF-4"


def test_a_link_in_place_of_a_folder_is_not_followed(
    known: Watched, roster: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (known.path / "received").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    known.put("october.csv", roster)
    with pytest.raises(JobFindingError, match="cannot be read or written: 1"):
        tasks.receive_watched_files(AT)
    assert "october.csv" in known.list_names()


def test_the_job_looks_into_every_folder(
    known: Watched, roster: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_pass.time, "sleep", lambda _seconds: None)
    known.put("october.csv", roster)
    assert tasks.receive_watched_files(AT) == "Files moved: 1."
    actions.end_folder_watch(folder=known.row, by=known.by, at=AT)
    known.put("november.csv", roster)
    assert tasks.receive_watched_files(AT) == "Files moved: 0."
    assert known.list_names() == ["november.csv"]


def test_a_fixed_feed_and_the_month_of_arrival(
    known: Watched, manager: Any, agreement: Any, roster: bytes
) -> None:
    row = actions.watch_folder(
        **describe(known.path, manager, agreement, feed="roster", period="month")
    )
    assert row == known.row
    known.row = row
    known.put("anything.csv", roster)
    assert [file.outcome for file in known.look()] == [FolderFileOutcome.RECEIVED]
    assert Delivery.objects.get(period="2026-10").feed == "roster"
    known.put("other.csv", b"Site,Meals\n1,200\n")
    assert [file.outcome for file in known.look()] == [FolderFileOutcome.REFUSED]


def test_a_table_that_the_agreement_does_not_cover_is_refused(watched: Watched) -> None:
    watched.put("screen.csv", b"Student ID,Test,Test date,Score\n1,MAP,2026-09-20,210\n")
    (file,) = watched.look()
    assert file.outcome is FolderFileOutcome.REFUSED
    assert file.reason


def test_a_file_with_headings_alone_is_refused(known: Watched, roster: bytes) -> None:
    known.put("october.csv", roster.partition(b"\n")[0] + b"\n")
    known.put("shots.csv", b"One,Two,Three\n")
    for file in known.look():
        assert file.outcome is FolderFileOutcome.REFUSED
        assert "column headings and no rows of data" in file.reason


def test_a_file_too_large_for_memory_is_refused_unread(
    known: Watched, roster: bytes, settings: Any
) -> None:
    settings.CAIRN_WATCHED_FILE_LIMIT = 10
    known.put("october.csv", roster)
    (file,) = known.look()
    assert "too large" in file.reason
    assert known.list_names("refused") == ["october.csv", "october.csv.txt"]


def test_who_may_watch_a_folder(
    watched: Watched, person: Callable[..., Any], agreement: Any
) -> None:
    stranger = person(Role.STEWARD, at="lake")
    with pytest.raises(Refused):
        actions.watch_folder(**describe(watched.path, stranger, agreement))
    lake = Organization.objects.get(slug="lake")
    with pytest.raises(Refused):
        actions.watch_folder(**describe(watched.path, watched.by, agreement, organization=lake))
    watched.row.organization = lake
    watched.row.save()
    with pytest.raises(DeliveryStateConflict, match="is watched for"):
        actions.watch_folder(**describe(watched.path, watched.by, agreement))


def test_a_refused_file_is_a_task_until_a_person_looked_at_it(
    watched: Watched, browser: Callable[..., Client]
) -> None:
    watched.put("scan.pdf", b"%PDF-1.7")
    watched.look()
    steward, page = browser(Role.STEWARD, at="river"), reverse("intake:watched_folders")
    shown = steward.get(page).content.decode()
    assert "scan.pdf" in shown
    assert str(watched.path) in shown
    address = reverse("intake:folder_file_dismiss", args=[FolderFile.objects.get().pk])
    stranger = browser(Role.STEWARD, at="lake")
    assert stranger.post(address).status_code == 404
    assert "No folder or address is watched" in stranger.get(page).content.decode()
    assert "still in its folder" in steward.post(address, follow=True).content.decode()
    assert "Remove scan.pdf" not in steward.get(page).content.decode()
    assert FolderFile.objects.get().handled_at <= timezone.now()


PARTS = b"ID,First,Last,Born,Sex,Site\n"
NORTH = b"1,Ada,Ames,2015-03-01,F,North\n2,Ben,Boyd,2015-04-02,M,North\n"
SOUTH = b"3,Cam,Cole,2015-05-05,F,South\n"


def test_a_file_with_several_parts_lands_once_its_part_column_is_confirmed(
    watched: Watched, browser: Callable[..., Client], send: Callable[..., Any]
) -> None:
    whole = replace(STUDENTS, columns={n: t for n, t in STUDENTS.columns.items() if n != "Lunch"})
    for part, rows in (("north", NORTH), ("south", SOUTH)):
        send(part=part, content=PARTS + rows, feed="sites", mapping=whole)
    Delivery.objects.update(received_at=AT - timedelta(days=60))
    WatchedFolder.objects.update(feed="sites")
    watched.row.refresh_from_db()
    watched.put("sites_2026-09-10.csv", PARTS + NORTH + SOUTH)
    assert [file.outcome for file in watched.look()] == [FolderFileOutcome.WAITING]
    steward = browser(Role.STEWARD, at="river")
    ProposedFile.objects.update(destroy_on=timezone.localdate())  # it arrived today
    page = reverse("intake:proposal", args=[ProposedFile.objects.get().pk])
    form = steward.get(page).context["form"]
    assert form["part_column"].value() == "Site"
    chosen = {name: form[name].value() or "" for name in form.fields}
    steward.post(page, chosen | {"date_source": "name:year-month-day"})
    confirm_preview(steward, f"{page}preview/")
    watched.put("sites_2026-09-20.csv", PARTS + NORTH.replace(b"Ada", b"Ava") + SOUTH)
    assert [file.outcome for file in watched.look()] == [FolderFileOutcome.RECEIVED]
    watched.put("sites_2026-09-15.csv", PARTS + NORTH.replace(b"Ada", b"Aya") + SOUTH)
    (older,) = watched.look()
    assert older.outcome is FolderFileOutcome.WAITING
    assert older.reason.startswith("Parts: north. Nothing was replaced")
    assert older.reason.endswith("The other parts of the file were imported.")
    watched.put("sites.csv", PARTS + NORTH.replace(b"Ada", b"Abe") + SOUTH)
    (undated,) = watched.look()
    assert undated.reason.startswith("The name of the file does not have one date")
    current = Delivery.objects.filter(feed="sites", state__in=CURRENT_STATES)
    assert {row.part: str(row.extract_date) for row in current} == {
        "north": "2026-09-20",
        "south": "2026-09-20",
    }


ABSENCES = b"Student ID,Date,Attendance Code\n1,2025-09-20,absent\n2,2025-09-22,absent\n"
ABSENCE_COLUMNS = {"Student ID": "local_id", "Date": "date", "Attendance Code": "event"}


@pytest.mark.parametrize(("stated", "period"), [("", "2025-26"), ("month", "2025-09")])
def test_the_period_comes_from_the_dates_of_the_file(
    watched: Watched, send: Callable[..., Any], stated: str, period: str
) -> None:
    mapping = ColumnMapping(record="attendance", columns=ABSENCE_COLUMNS)
    send(feed="absences", content=ABSENCES[:-1], mapping=mapping, period="2024-25")
    given = describe(watched.path, watched.by, watched.agreement, period=stated, feed="absences")
    watched.row = actions.watch_folder(**given)
    watched.put("absences.csv", ABSENCES)
    assert [file.outcome for file in watched.look()] == [FolderFileOutcome.RECEIVED]
    assert Delivery.objects.latest("pk").period == period
    # The month of its arrival is that of a file with the days of several months.
    watched.put("both.csv", ABSENCES.replace(b"2025-09-20", b"2024-09-20"))
    (file,) = watched.look()
    waiting = ProposedFile.objects.get()
    assert (file.outcome, waiting.period) == (
        FolderFileOutcome.WAITING,
        "2026-10" if stated else "2026-27",
    )
    assert "Cells of each school year: 2024-25 (1), 2025-26 (1)." in file.reason
    tasks_of_steward = list_delivery_tasks(load_actor(watched.by), AT.date())
    assert any(reverse("intake:proposal", args=[waiting.pk]) in str(t) for t in tasks_of_steward)


def test_a_stated_period_is_kept_or_the_file_waits(
    watched: Watched, send: Callable[..., Any]
) -> None:
    mapping = ColumnMapping(record="attendance", columns=ABSENCE_COLUMNS)
    send(feed="absences", content=ABSENCES, mapping=mapping, period="2025-26")
    given = describe(watched.path, watched.by, watched.agreement, period="2026-27")
    watched.row = actions.watch_folder(**given)
    watched.put("absences.csv", ABSENCES + b"3,2025-10-02,absent\n")
    (file,) = watched.look()
    assert file.outcome is FolderFileOutcome.WAITING
    assert "are of the school year 2025-26, and its period is 2026-27." in file.reason
    assert Delivery.objects.count() == 1
