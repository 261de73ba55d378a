"""`cairn receive`: files and folders, what is told, and how it ends."""

import errno
import json
import os
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pyzipper
from django.conf import settings
from tests.data.identity.encoded_deliveries import AGREEMENT
from tests.data.intake import one_roster_zip
from tests.matching.pprl.encoded_files import written
from tests.matching.rosters.roster_rows import children, csv_of

from cairn.data.intake.actions import receipt
from cairn.data.intake.models import Delivery, ProposedFile, WatchedFolder
from cairn.data.intake.watched_folders import address_pull
from cairn.governance.agreements.facts import load_agreement_fact
from cairn.governance.agreements.models import Agreement
from cairn.interfaces.cli.data import file_import
from cairn.platform.storage.api import open_file_store
from cairn.warehouse import rest_sources
from cairn.warehouse.rest_sources import RestFile, RestSource
from cairn.warehouse.store import sealed_files

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

FROM = ("--from", "grand-bend-isd", "--under", "GB-DSA-01", "--yes")
REAL = Path(os.environ.get("CAIRN_REAL_DATA", Path(__file__).parents[5] / "shared" / "data"))


def test_a_folder_is_taken_file_by_file(
    cairn: Callable[..., Any], agreed: Path, sent: Path
) -> None:
    said = cairn("receive", sent, *FROM, "--json")
    assert said.code == 0
    (one,) = said.facts["deliveries"]
    assert (one["feed"], one["record"], one["kept"]) == ("students", "student", 2)
    left = {entry["file"]: entry["reason"] for entry in said.facts["not_received"]}
    assert left.keys() == {"discipline.csv", "jobs.csv", "empty.csv"}
    assert left["jobs.csv"].endswith("does not cover employment. 1 row not read: jobs (1).")
    assert left["discipline.csv"].endswith("1 row not read: discipline (1).")
    assert "empty" in left["empty.csv"]
    for file in settings.CAIRN_DATA.rglob("*"):
        assert not file.is_file() or b"ZZCANARY" not in file.read_bytes()


def test_the_first_file_of_a_layout_is_shown_and_lands_when_the_user_agrees(
    cairn: Callable[..., Any], agreed: Path, sent: Path
) -> None:
    file, unasked = sent / "students.csv", FROM[:-1]
    said = cairn("receive", file, *unasked)
    assert said.code == 1
    assert "students.csv: nothing was imported." in said.out
    assert "known heading" in said.out
    assert "Rows: 2 in, 2 kept" in said.out
    assert "run the command again with --yes" in said.out
    assert "ZZCANARY" not in said.out
    shown = cairn("receive", file, *unasked, "--json")
    (proposal,) = shown.facts["proposals"]
    assert (proposal["record"], proposal["preview"]["kept"]) == ("student", 2)
    assert proposal["waiting"] is None
    assert not Delivery.objects.exists()
    assert cairn("receive", file, *FROM).code == 0
    more = file.read_text() + "3,Cam,Cole,2015-05-03,x\n"
    file.write_text(more)
    assert cairn("receive", file, *unasked).code == 0
    file.write_text(more.replace("First Name", "Call Name"))
    changed = cairn("receive", file, *unasked, "--feed", "students")
    assert changed.code == 1
    assert "Changed since it was confirmed: New columns: Call Name." in changed.out
    assert "The file waits on its page" in changed.out
    assert ProposedFile.objects.get(outcome="").feed == "students"


@pytest.mark.parametrize("options", [FROM, FROM[:-1]], ids=["import", "preview"])
def test_a_file_that_changes_after_its_columns_were_recognized_is_not_imported(
    cairn: Callable[..., Any],
    agreed: Path,
    sent: Path,
    options: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise rows would be read by columns that nobody looked at."""
    file, settle = sent / "students.csv", file_import._settle_proposal

    def change_and_settle(context: Any, recognized: Any) -> Any:
        file.write_text(file.read_text().replace("First Name", "Call Name"))
        return settle(context, recognized)

    monkeypatch.setattr(file_import, "_settle_proposal", change_and_settle)
    said = cairn("receive", file, *options)
    assert said.code == 1
    assert "students.csv was changed while Cairn read it." in said.out
    assert not Delivery.objects.exists()


def test_a_query_of_a_database_is_imported_like_a_file(
    cairn: Callable[..., Any], agreed: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "sis.sqlite")) as connection, connection:
        connection.execute("CREATE TABLE student (id, first_name, last_name, date_of_birth)")
        connection.execute("INSERT INTO student VALUES ('0012', 'Ada', 'Ames', '2015-03-01')")
    source = tmp_path / "students.toml"
    source.write_text(f'query = "TABLE"\nurl = "sqlite:///{tmp_path}/sis.sqlite"')
    source.write_text(source.read_text().replace("TABLE", "SELECT * FROM student"))
    assert cairn("receive", source, *FROM).code == 0
    delivery = Delivery.objects.get()
    assert (delivery.record, delivery.rows_kept, delivery.feed) == ("student", 1, "students")
    assert "already received" in cairn("receive", source, *FROM).out
    (tmp_path / "sis.sqlite").unlink()
    gone = cairn("receive", source, *FROM)
    assert (gone.code, "there is no database file" in gone.out) == (1, True)


def test_a_full_disk_is_said_and_the_next_run_completes_the_import(
    cairn: Callable[..., Any], agreed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "students.csv"
    file.write_text("Student ID,First Name,Last Name,Birth Date\n1,Ada,Ames,2015-03-01\n")
    publish, written = sealed_files.publish_file, 0

    def fill_disk(*arguments: Any) -> None:
        nonlocal written
        written += 1
        if written > limit:
            raise OSError(errno.ENOSPC, "No space left on device")
        publish(*arguments)

    monkeypatch.setattr(sealed_files, "publish_file", fill_disk)
    stopped = 0
    for limit in range(20):  # noqa: B007 - the function above reads it
        written = 0
        said = cairn("receive", file, *FROM)
        if said.code == 0:
            break
        stopped += 1
        assert (said.code, "no space left on the disk" in said.error) == (2, True)
        assert Delivery.objects.exclude(state__in=("received", "conforming")).count() == 0
    assert stopped > 2
    row = Delivery.objects.get()
    assert (row.state, row.rows_kept) == ("conformed", 1)
    # Each run discarded what the one before had left, so there is nothing to sweep.
    assert open_file_store().verify() == []


def test_an_api_is_asked_once_or_every_night(
    cairn: Callable[..., Any], agreed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    def read(stem: str, source: RestSource, secret: str) -> RestFile:
        asked.append((source.url, secret))
        row = {"id": "0012", "first_name": "Ada", "last_name": "Ames", "birth_date": "2015-03-01"}
        modified_at = datetime(2026, 1, 5, 12, tzinfo=UTC)
        return RestFile(f"{stem}.json", json.dumps([row]).encode(), "latest", modified_at)

    monkeypatch.setattr(rest_sources, "read_rest_source", read)
    monkeypatch.setattr(address_pull, "read_rest_source", read)
    source = tmp_path / "students.toml"
    source.write_text('url = "https://sis.example.org/students"\nsecret_variable = "SIS_TOKEN"')
    monkeypatch.delenv("SIS_TOKEN", raising=False)
    missing = cairn("watch", source, *FROM[:4])
    assert (missing.code, "SIS_TOKEN is not set" in missing.error) == (2, True)
    monkeypatch.setenv("SIS_TOKEN", "the-token")
    undated = cairn("receive", source, *FROM, "--date-source", "name")
    assert "“modified” for what the server of an address says" in undated.out + undated.error
    asked.clear()
    assert cairn("receive", source, *FROM, "--date-source", "modified").code == 0
    received = Delivery.objects.get()
    assert (received.rows_kept, str(received.extract_date)) == (1, "2026-01-05")
    watched = cairn("watch", source, *FROM[:4])
    assert (watched.code, "received: students.json" in watched.out) == (0, True)
    assert "every night" in watched.out
    assert "the-token" not in watched.out
    monkeypatch.delenv("SIS_TOKEN")
    assert cairn("watch", source).code == 0
    assert asked == [("https://sis.example.org/students", "the-token")] * 3
    monkeypatch.setenv("SIS_TOKEN", "a-new-token")
    source.write_bytes(source.read_bytes() + b'\nrecords = "users"  # caf\xe9')
    assert cairn("watch", source).code == 0
    assert asked[-1] == ("https://sis.example.org/students", "a-new-token")
    assert 'records = "users"' in WatchedFolder.objects.get().source
    assert Delivery.objects.count() == 1
    assert "Its secret was erased" in cairn("watch", source, "--stop").out
    assert cairn("watch", source, "--stop").code == 2
    source.write_text('url = "https://sis.example.org/students"\npages = 3')
    assert "entry “pages”" in cairn("watch", source, *FROM[:4]).error


def test_no_database_is_asked_for_a_sender_who_may_not_send(
    cairn: Callable[..., Any], agreed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Agreement.objects.update(state="terminated", terminated_on="2026-01-01")
    asked: list[str] = []
    monkeypatch.setattr(file_import, "_read_source", lambda path: asked.append(path.name))
    source = tmp_path / "students.toml"
    source.write_text('url = "sqlite://"\nquery = "SELECT 1"')
    assert cairn("receive", source, *FROM).code == 1
    assert asked == []
    assert Delivery.objects.get().state == "refused"


def test_the_id_of_an_assessment_is_asked_for(
    cairn: Callable[..., Any], agreed: Path, tmp_path: Path
) -> None:
    file = tmp_path / "scores.csv"
    file.write_text(
        "Student ID,State Student ID,Assessment,Test date,Score\n1,91,MAP,2026-09-20,210\n"
    )
    asked = cairn("receive", file, *FROM)
    assert asked.code == 1
    assert "Student ID, State Student ID. Say which: --id-column NAME." in asked.out
    told = cairn("receive", file, *FROM, "--id-column", "Student ID")
    assert told.code == 0
    assert Delivery.objects.get().state == "conformed"


def test_levels_that_nobody_decided_are_named(
    cairn: Callable[..., Any], agreed: Path, tmp_path: Path
) -> None:
    terms = tmp_path / "terms.toml"
    text = (agreed / "agreements" / "GB-DSA-01.toml").read_text()
    terms.write_text(
        text.replace('"score", "met"', '"score", "met", "performance_level"').replace(
            "GB-DSA-01", "GB-DSA-02"
        )
    )
    assert cairn("agree", terms).code == 0
    file = tmp_path / "scores.csv"
    rows = "".join(f"{n},Quiz,{n},{'High' if n > 3 else 'Low'}\n" for n in range(1, 7))
    file.write_text(f"Student ID,Assessment,Score,Level\n{rows}")
    said = cairn("receive", file, "--from", "grand-bend-isd", "--under", "GB-DSA-02")
    assert "none would count as met: High, Low. Decide it on the page" in said.out


def test_many_columns_that_are_not_read_fold(
    cairn: Callable[..., Any], agreed: Path, tmp_path: Path
) -> None:
    file = tmp_path / "wide.csv"
    others = [f"Item {number}" for number in range(40)]
    header = ",".join(["Student ID", "First Name", "Last Name", "Date of Birth", *others])
    file.write_text(f"{header}\n1,Ada,Ames,2015-03-01{',x' * 40}\n")
    said = cairn("receive", file, *FROM[:-1], "--feed", "roster")
    assert "Not read: 40 other columns, such as Item 0, Item 1" in said.out
    assert "Item 39" not in said.out
    assert "Date of birth" in said.out


def test_a_file_of_fixed_width_is_read_by_the_layout_that_comes_with_it(
    cairn: Callable[..., Any], agreed: Path, tmp_path: Path
) -> None:
    file, layout = tmp_path / "state.txt", tmp_path / "layout.csv"
    rows = (("1", "Ada", "2015-03-01"), ("2", "Ben", "2015-04-02"))
    file.write_text("".join(f"{a:<30}{b:<30}{c:<10}\n" for a, b, c in rows))
    unread = cairn("receive", file, *FROM)
    assert unread.code == 1
    assert "with --layout" in unread.out
    layout.write_text("Name,Start,Length\nStudent ID,1,30\n")
    empty = layout.with_name("no.csv")
    empty.write_text("Color\nred\n")
    assert cairn("receive", file, *FROM, "--layout", empty).code == 2
    layout.write_text("Name,Start,Length\nStudent ID,1,30\nFirst Name,31,30\nDate of birth,61,10\n")
    assert cairn("receive", file, *FROM, "--layout", layout).code == 0
    assert Delivery.objects.get().rows_kept == 2
    file.write_text(file.read_text().replace("Ben", "Bea"))
    assert cairn("receive", file, *FROM).code == 0


def test_a_shipped_layout_of_fixed_width_is_recognized(
    cairn: Callable[..., Any], agreed: Path, real_data: Path
) -> None:
    folder = real_data / "assessments" / "CogAT"
    file, layout = folder / "data" / "sample_anonymized_file.txt", folder / "layout"
    shown = cairn("receive", file, *FROM[:-1])
    assert "CogAT, data export of fixed width" in " ".join(shown.out.split())
    given = cairn("receive", file, *FROM[:-1], "--layout", layout / "cogat_fixed_width.csv")
    for said in (shown, given):
        assert "Rows: 35 in, 35 kept" in said.out


def test_how_many_absent_periods_are_a_day_is_asked_for(
    cairn: Callable[..., Any], agreed: Path, sent: Path, tmp_path: Path
) -> None:
    file = tmp_path / "periods.csv"
    file.write_text("Student ID,Date,Per1,Per2,Per3\n1,9/20/2026,UA,UA,\n2,9/20/2026,T,,\n")
    asked = cairn("receive", file, *FROM)
    assert (asked.code, Delivery.objects.count()) == (1, 0)
    assert "Say it: --absent-periods NUMBER." in asked.out
    assert cairn("receive", file, *FROM, "--absent-periods", 2).code == 0
    assert cairn("receive", file, *FROM[:4]).code == 0
    row = Delivery.objects.get()
    assert (row.record, row.rows_kept) == ("attendance", 2)
    assert "absent_from = 2" in row.mapping.text
    file.write_text(f"{file.read_text()}3,9/20/2026,T,,\n")
    changed = cairn("receive", file, *FROM[:4], "--absent-periods", 3, "--replace")
    assert (changed.code, "absent_from = 2" in Delivery.objects.get().mapping.text) == (1, True)
    assert cairn("receive", file, *FROM, "--absent-periods", 3, "--replace").code == 0
    assert "absent_from = 3" in Delivery.objects.get(state="conformed").mapping.text
    many = cairn("receive", file, *FROM, "--absent-periods", 4)
    assert (many.code, "write 1 to 3" in many.out) == (1, True)
    # The same rule for a row for each period; periods of one day stay in one file.
    rows = tmp_path / "rows.csv"
    heading = "Student ID,Date,Period,Attendance Code\n"
    rows.write_text(f"{heading}1,9/20/2026,1,UA\n1,9/20/2026,2,UA\n2,9/20/2026,1,UA\n")
    send = ("receive", rows, *FROM[:4], "--feed", "by_period")
    assert "Choose a number from 1 to 2" in cairn(*send, "--yes", "--absent-periods", 3).out
    assert "by the school ID only" in cairn(*send, "--part-column", "Period").out
    assert cairn(*send, "--yes", "--absent-periods", 2).code == 0
    rows.write_text(f"{heading}2,9/20/2026,2,UA\n")
    split = cairn(*send, "--part", "afternoon")
    assert (split.code, "must be in one file" in split.out) == (1, True)
    rows.write_text(f"{heading}2,9/21/2026,2,UA\n")
    assert cairn(*send, "--part", "next-day").code == 0
    none = cairn("receive", sent / "students.csv", *FROM, "--absent-periods", 4)
    assert (none.code, "No column of the file is a class period" in none.out) == (1, True)


def test_a_published_table_says_what_it_is(
    cairn: Callable[..., Any], agreed: Path, tmp_path: Path
) -> None:
    file = tmp_path / "poverty.csv"
    file.write_text("NAME,county,group,pov_count,total_count\nVirginia,51,race,1,2\n")
    said = cairn("receive", file, *FROM)
    assert said.code == 1
    assert "published table" in said.out
    assert "--mapping" not in said.out
    assert not Delivery.objects.exists()


def test_people_are_told_in_words(cairn: Callable[..., Any], agreed: Path, sent: Path) -> None:
    said = cairn("receive", sent, *FROM)
    assert "Records kept from these files: 2 student." in said.out
    assert "Not imported:" in said.out
    assert "1 column not imported" in said.out
    assert "ZZCANARY" not in said.out
    again = cairn("receive", sent / "students.csv", *FROM, "--feed", "students")
    assert again.code == 0
    assert "already received" in again.out


def test_rows_and_tables_that_are_no_records_are_told(
    cairn: Callable[..., Any], agreed: Path, tmp_path: Path
) -> None:
    header, child = "Student ID,First Name,Last Name,Date of Birth\n", "{},Ada{},Ames,2015-03-01\n"
    rows = "".join(child.format(number, number) for number in (1, 2))
    rows += "1.23457E+09,Zed,Zu,2015-03-02\n"
    file = tmp_path / "students.zip"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("students.csv", f"Roster\n{header}{rows}Total,,,2\nPage 1 of 1\n")
        made.writestr("colors.csv", "Color\nred\nblue\ngreen\n")
    said = cairn("receive", file, *FROM)
    assert "1 row set aside. Student ID: The ID is in scientific notation" in said.out
    assert "7 rows in the table “students”. Not records:" in said.out
    assert "1: Lines with totals, subtotals or averages. (rows 6)" in said.out
    assert "3 of 6 rows are in tables that no column mapping reads: colors (3)." in said.out
    (line,) = cairn("receive", file, *FROM, "--json").facts["deliveries"]
    assert [(reason["code"], reason["rows"]) for reason in line["set_aside_because"]] == [
        ("scientific_id", 1)
    ]
    assert [(table["sheet"], table["rows"], table["kept"]) for table in line["tables"]] == [
        ("students", 7, 2),
        ("colors", 4, 0),
    ]


def test_a_zip_with_a_password_is_opened_by_the_password_in_a_file(
    cairn: Callable[..., Any], agreed: Path, sent: Path, tmp_path: Path
) -> None:
    file, key = sent / "students.zip", tmp_path / "key.txt"
    with pyzipper.AESZipFile(file, "w", encryption=pyzipper.WZ_AES) as made:
        made.setpassword(b"old key")
        made.writestr("students.csv", (sent / "students.csv").read_bytes())
    for text, problem in (
        ("", "the first line of"),
        ("other", "The password does not open the zip file"),
    ):
        key.write_text(text)
        refused = cairn("receive", file, *FROM, "--password-file", key)
        assert refused.code == (2 if not text else 1)
        assert problem in refused.out + refused.error
    assert "The zip file has a password" in cairn("receive", file, *FROM).out
    key.write_text("old key\r\nnot the password\n")
    received = cairn("receive", file, *FROM, "--password-file", key)
    assert received.code == 0
    assert "old key" not in received.out
    assert Delivery.objects.get().rows_kept == 2


def test_a_corrected_file_replaces(cairn: Callable[..., Any], agreed: Path, sent: Path) -> None:
    cairn("receive", sent, *FROM)
    file = sent / "students.csv"
    file.write_text(file.read_text() + "3,Cam,Cole,2015-05-03,x\n")
    said = cairn("receive", file, *FROM)
    assert "replaces the earlier file" in said.out
    assert Delivery.objects.filter(state="conformed").count() == 1


def test_changes_are_applied_once_and_older_ones_wait(
    cairn: Callable[..., Any], agreed: Path, sent: Path
) -> None:
    cairn("receive", sent, *FROM)
    header = (sent / "students.csv").read_text().splitlines()[0]
    file = sent / "changes.csv"
    file.write_text(f"{header}\n3,Cam,Cole,2015-05-03,x\n")
    options = ("--feed", "students", "--changes-as-of", "2199-01-02")
    said = cairn("receive", file, *FROM, *options)
    assert said.code == 0, said.out
    assert "changes applied" in said.out
    assert "1 rows added, 0 changed, 0 deleted, 2 earlier rows kept" in said.out
    assert Delivery.objects.get(state="conformed").rows_kept == 3
    assert "already received" in cairn("receive", file, *FROM, *options).out
    file.write_text(f"{header}\n4,Dee,Dunn,2015-06-03,x\n")
    older = cairn("receive", file, *FROM, "--feed", "students", "--changes-as-of", "2199-01-01")
    assert older.code == 1
    assert "They are not applied." in older.out
    waits = cairn(
        "receive", file, *FROM[:-1], "--feed", "students", "--changes-as-of", "2199-01-01"
    )
    assert "Changes of the earlier file: 1 rows added" in waits.out
    assert ProposedFile.objects.get(outcome="").changes_as_of is not None
    assert cairn("receive", file, *FROM, "--changes-as-of", "soon").code == 2


def test_a_mapping_is_given_as_a_file(
    cairn: Callable[..., Any], agreed: Path, sent: Path, tmp_path: Path
) -> None:
    mapping = tmp_path / "Roster.toml"
    mapping.write_text(
        'record = "student"\n[columns]\n"Student ID" = "local_id"\n"First Name" = "given_name"\n'
        '"Last Name" = "family_name"\n"Lunch" = "meal_status"\n'
    )
    said = cairn("receive", sent / "students.csv", *FROM, "--mapping", mapping)
    assert "columns not imported, not covered by GB-DSA-01: Lunch" in said.out
    assert Delivery.objects.get().feed == "roster"
    named = cairn("receive", sent / "students.csv", *FROM, "--mapping", mapping, "--feed", "x")
    assert named.code == 0
    assert Delivery.objects.filter(feed="x").exists()
    broken = tmp_path / "broken.toml"
    broken.write_text("record = 1")
    said = cairn("receive", sent / "students.csv", *FROM, "--mapping", broken)
    assert said.code == 2
    assert "mapping" in said.error


def test_a_file_with_headings_alone_is_not_imported(
    cairn: Callable[..., Any], agreed: Path, sent: Path, tmp_path: Path
) -> None:
    file, mapping = sent / "students.csv", tmp_path / "roster.toml"
    file.write_text(file.read_text().partition("\n")[0] + "\n")
    mapping.write_text('record = "student"\n[columns]\n"Student ID" = "local_id"\n')
    for options in ((), ("--feed", "roster"), ("--mapping", mapping)):
        said = cairn("receive", file, *FROM, *options, "--json")
        assert said.code == 1
        (left,) = said.facts["not_received"]
        assert "column headings and no rows of data. Its columns: Student ID" in left["reason"]
    assert not Delivery.objects.exists()


def test_a_file_that_was_asked_for_and_not_received_is_a_finding(
    cairn: Callable[..., Any], agreed: Path, sent: Path
) -> None:
    said = cairn("receive", sent / "discipline.csv", *FROM)
    assert said.code == 1
    assert "Nothing was imported." in said.out


def test_a_file_that_was_named_needs_no_saved_mapping(
    cairn: Callable[..., Any], agreed: Path, sent: Path
) -> None:
    said = cairn("receive", sent / "students.csv", *FROM, "--feed", "roster", "--json")
    assert said.facts["deliveries"][0]["feed"] == "roster"


def test_a_refusal_tells_every_reason(cairn: Callable[..., Any], agreed: Path, sent: Path) -> None:
    said = cairn("receive", sent / "jobs.csv", *FROM)
    assert said.code == 1
    assert "refused" in said.out
    assert "Next:" in said.out
    assert "amend the agreement" in said.out
    assert Delivery.objects.get().state == "refused"


def test_a_file_of_no_use_says_what_to_change(
    cairn: Callable[..., Any], agreed: Path, sent: Path, tmp_path: Path
) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text('record = "student"\n[columns]\n"Nothing" = "given_name"\n')
    said = cairn("receive", sent / "students.csv", *FROM, "--mapping", mapping)
    assert said.code == 1
    assert "The file has none of the columns in the column mapping" in said.out


def test_what_cannot_be_done_as_written(
    cairn: Callable[..., Any], agreed: Path, sent: Path
) -> None:
    wrong = cairn("receive", sent, "--from", "nobody", "--under", "GB-DSA-01")
    assert wrong.code == 2
    assert "grand-bend-isd" in wrong.error
    wrong = cairn("receive", sent, "--from", "grand-bend-isd", "--under", "X")
    assert wrong.code == 2
    assert "cairn agree" in wrong.error
    assert cairn("receive", sent / "absent.csv", *FROM).code == 2
    assert cairn("receive", sent, *FROM, "--as", "nobody@example.org").code == 2


@pytest.mark.skipif(
    not (REAL / "edfi_grandbend").is_dir(),
    reason="the public sample files are not here: set CAIRN_REAL_DATA to their folder",
)
def test_grand_bend_is_received_whole(cairn: Callable[..., Any], agreed: Path) -> None:
    said = cairn("receive", REAL / "edfi_grandbend", *FROM, "--json")
    kept = Counter(one["record"] for one in said.facts["deliveries"])
    assert said.code == 0
    assert kept == {"student": 1, "attendance": 1, "calendar": 1, "school": 1, "assessment": 3}
    rows = {one["file"]: one["kept"] for one in said.facts["deliveries"]}
    assert (rows["Student.xml"], rows["StudentSchoolAttendance.xml"]) == (960, 1917)
    assert rows["StudentAssessment-SAT.xml"] == 117, rows
    mapped = cairn(
        "receive", REAL / "edfi_grandbend", *FROM, "--json", "--mapping", agreed / "mappings"
    )
    kept = {one["record"]: one["kept"] for one in mapped.facts["deliveries"]}
    assert (kept["student"], kept["attendance"]) == (960, 1917)


def test_encodings_are_received_apart_from_names_and_linked(
    cairn: Callable[..., Any], agreed: Path, tmp_path: Path
) -> None:
    law = tmp_path / "clinic.toml"
    law.write_text(
        AGREEMENT.format(number=0, slug="clinic", name="River Clinic").replace(
            "river-county-partnership", "grand-bend-partnership"
        )
    )
    assert cairn("agree", law, "--register").code == 0
    bits = written(tmp_path / "bits.parquet", children(12))
    names = tmp_path / "names.csv"
    names.write_text(csv_of(children(12)))
    clinic = ("--from", "clinic", "--under", "RC-DSA-90", "--feed", "encodings", "--json")
    said = cairn("receive", bits, *clinic)
    assert said.code == 0, said.out
    (one,) = said.facts["deliveries"]
    assert (one["feed"], one["record"], one["kept"]) == ("encodings", "encoded_child", 12)
    mixed = cairn("receive", names, *clinic)
    assert mixed.code == 1
    assert "encode it first" in mixed.facts["not_received"][0]["reason"]
    linked = cairn("link")
    assert "The records of 12 people are encoded, without names" in linked.out
    assert "All data together are about 12 to 12 different people." in " ".join(linked.out.split())


@pytest.mark.parametrize("named", [True, False])
def test_nothing_is_parsed_for_a_sender_who_may_not_send(
    cairn: Callable[..., Any],
    agreed: Path,
    sent: Path,
    monkeypatch: pytest.MonkeyPatch,
    named: bool,
) -> None:
    """The refusal of each file is on record, with its reasons."""
    Agreement.objects.update(state="terminated", terminated_on="2025-01-01")
    parsed: list[str] = []
    monkeypatch.setattr(file_import, "read_file", lambda name, _content: parsed.append(name))
    monkeypatch.setattr(file_import, "_recognize_feeds", lambda *_args, **_more: parsed.append(""))
    said = cairn("receive", sent / "students.csv" if named else sent, *FROM)
    assert said.code == 1
    assert "terminated" in said.out
    rows = Delivery.objects.all()
    files = [
        file.name for file in sent.iterdir() if file.is_file() and not file.name.startswith(".")
    ]
    assert sorted(row.file_name for row in rows) == (["students.csv"] if named else sorted(files))
    assert {row.state for row in rows} == {"refused"}
    assert parsed == []


def _states() -> list[tuple[str, str, str, int]]:
    rows = Delivery.objects.order_by("feed", "part", "pk")
    return list(rows.values_list("feed", "part", "state", "rows_kept"))


@pytest.mark.parametrize("feed", ["", "students"])
def test_a_second_different_file_does_not_replace_the_first(
    cairn: Callable[..., Any], agreed: Path, sent: Path, feed: str
) -> None:
    """The only saved mapping reads no scores: it may not read the file of scores."""
    assert cairn("receive", sent / "students.csv", *FROM).code == 0
    scores = sent / "reading_scores.csv"
    scores.write_text(
        "Student ID,First Name,Last Name,Date of Birth,Assessment,Test date,Subject,Score\n"
        "1,Ada,Ames,2015-03-01,MAP,2026-09-20,Reading,210\n"
    )
    said = cairn("receive", scores, *FROM, "--json", *(("--feed", feed) if feed else ()))
    assert _states()[-1] == ("students", "", "conformed", 2)
    if feed:
        assert said.code == 1
        (left,) = said.facts["not_received"]
        assert "Expected columns: Student ID, First Name" in left["reason"]
        assert "Subject, Score" in left["reason"]
        return
    assert said.code == 0
    (one,) = said.facts["deliveries"]
    assert (one["feed"], one["record"], one["kept"]) == ("reading-scores", "assessment", 1)


def test_columns_that_say_nothing_are_not_read_as_the_earlier_file(
    cairn: Callable[..., Any], agreed: Path, sent: Path
) -> None:
    cairn("receive", sent / "students.csv", *FROM)
    for name in ("students.csv", "other.csv"):
        (sent / name).write_text("Student ID,Color\n1,red\n")
        said = cairn("receive", sent / name, *FROM)
        assert said.code == 1
        assert "Columns in this file: Student ID, Color" in said.out
    assert _states() == [("students", "", "conformed", 2)]


def test_files_of_one_layout_are_parts(
    cairn: Callable[..., Any], agreed: Path, sent: Path, tmp_path: Path
) -> None:
    cairn("receive", sent / "students.csv", *FROM, "--period", "2024-25")
    sites = tmp_path / "sites"
    sites.mkdir()
    header = (sent / "students.csv").read_text().splitlines()[0]
    for number, site in enumerate(("East", "North", "South"), 10):
        row = f"{number},Child,{site},2015-03-0{number - 9},x"
        (sites / f"{site} students.csv").write_text(f"{header}\n{row}\n")
    now = ("--period", "2025-26")
    said = cairn("receive", sites, *FROM, *now, "--json")
    assert said.code == 0
    parts = [one["part"] for one in said.facts["deliveries"]]
    assert parts == ["east", "north", "south"]
    current = Delivery.objects.filter(state="conformed", period="2025-26")
    assert current.count() == 3
    again = cairn("receive", sites, *FROM, *now, "--json")
    assert {one["result"] for one in again.facts["deliveries"]} == {"again"}
    north = sites / "North students.csv"
    north.write_text(f"{header}\n11,Cora,North,2015-03-02,x\n")
    corrected = cairn("receive", north, *FROM, *now, "--json")
    (one,) = corrected.facts["deliveries"]
    assert (one["part"], one["result"]) == ("north", "replaced")
    assert current.count() == 3
    west = tmp_path / "West.csv"
    west.write_text(f"{header}\n14,Child,West,2015-03-05,x\n")
    unclear = cairn("receive", west, *FROM, *now)
    assert unclear.code == 1
    assert "are parts: east, north, south" in unclear.out
    assert cairn("receive", west, *FROM, *now, "--part", "West ").code == 0
    copied = cairn("receive", west, *FROM, *now, "--part", "copy", "--json")
    assert [one["part"] for one in copied.facts["deliveries"]] == ["west"]
    assert sorted(current.values_list("part", flat=True)) == ["east", "north", "south", "west"]
    assert "side by side" not in unclear.out


def test_a_whole_and_a_part_side_by_side_are_pointed_out(
    cairn: Callable[..., Any], agreed: Path, sent: Path
) -> None:
    alone = cairn("receive", sent / "students.csv", *FROM)
    assert "side by side" not in alone.out
    part = sent / "part.csv"
    part.write_text((sent / "students.csv").read_text().replace("Ada", "Dee"))
    said = cairn("receive", part, *FROM, "--feed", "students", "--part", "north")
    assert said.code == 0
    assert "count side by side" in said.out


def test_one_part_is_one_file(cairn: Callable[..., Any], agreed: Path, sent: Path) -> None:
    header = (sent / "students.csv").read_text()
    (sent / "more.csv").write_text(header.replace("Ada", "Dee"))
    two = (sent / "students.csv", sent / "more.csv", *FROM, "--feed", "students")
    said = cairn("receive", *two, "--part", "north")
    assert said.code == 1
    assert "“north” can be only one of them" in said.out
    assert cairn("receive", *two, "--part", "-").code == 2
    assert _states() == []
    doubled = (sent / "students.csv", sent / "students.csv", *FROM, "--json")
    assert [one["part"] for one in cairn("receive", *doubled).facts["deliveries"]] == [""]


def test_a_different_file_replaces_only_after_a_decision(
    cairn: Callable[..., Any], agreed: Path, sent: Path
) -> None:
    """A day's file, sent in place of the year's, may not take the year away."""
    file = sent / "students.csv"
    cairn("receive", file, *FROM)
    header = file.read_text().splitlines()[0]
    file.write_text(f"{header}\n9,Zoe,Zorn,2015-09-09,x\n")
    held = cairn("receive", file, *FROM)
    assert held.code == 1
    assert "1 row would replace 2 rows received on" in held.out
    assert "--replace" in held.out
    assert cairn("receive", file, *FROM).code == 1
    assert _states() == [("students", "", "conformed", 2), ("students", "", "held", 0)]
    taken = cairn("receive", file, *FROM, "--feed", "students", "--part", "today")
    assert taken.code == 0
    assert _states() == [("students", "", "conformed", 2), ("students", "today", "conformed", 1)]
    file.write_text(f"{header}\n8,Yan,York,2015-08-08,x\n")
    replaced = cairn("receive", file, *FROM, "--feed", "students", "--part", "today", "--replace")
    assert "replaces the earlier file" in replaced.out
    assert _states()[-1] == ("students", "today", "conformed", 1)


def test_a_file_made_from_the_template_needs_no_agreement_to_a_proposal(
    cairn: Callable[..., Any], agreed: Path, sent: Path
) -> None:
    terms = load_agreement_fact(Agreement.objects.get())
    fields = sorted(e.partition(".")[2] for e in terms.elements if e.startswith("student."))
    values = {"local_id": "1", "given_name": "Ada", "birth_date": "2015-03-01"}
    row = ",".join(values.get(name, "") for name in fields)
    file = sent / "from-template.csv"
    file.write_text(f"{','.join(fields)}\n{row}\n")
    for options in ((), ("--feed", "named")):
        received = cairn("receive", file, *FROM[:-1], *options, "--json")
        assert (received.code, received.facts["deliveries"][0]["kept"]) == (0, 1)


def test_an_older_version_is_held_and_says_why(
    cairn: Callable[..., Any], agreed: Path, sent: Path
) -> None:
    file = sent / "students.csv"
    assert cairn("receive", file, *FROM, "--as-of", "2026-03-01").code == 0
    file.write_text(file.read_text().replace("Ada", "Ava"))
    older = cairn("receive", file, *FROM, "--as-of", "2026-02-01")
    assert "which are newer" in older.out
    undated = cairn("receive", file, *FROM)
    assert "which are newer" in undated.out
    (row,) = Delivery.objects.filter(state="held")
    assert str(row.extract_date) == "2026-02-01"
    newer = cairn("receive", file, *FROM, "--as-of", "2026-04-01", "--json")
    assert newer.facts["deliveries"][0]["result"] == "replaced"


def test_a_file_with_several_parts_is_shown_part_by_part(
    cairn: Callable[..., Any], agreed: Path, sent: Path
) -> None:
    file, unasked = sent / "sites_2026-11-02.csv", FROM[:-1]
    head, rows = "student_id,First Name,Last Name,DOB,Building\n", "1,Ada,Ames,2015-03-01,North\n"
    file.write_text(head + rows + "2,Ben,Boyd,2015-04-02,South\n")
    asked = ("--feed", "sites", "--part-column", "Building", "--date-source", "name")
    shown = cairn("receive", file, *unasked, *asked)
    assert "Parts, by the column “Building”:" in shown.out
    assert "north: 1 rows, a new part." in shown.out
    landed = cairn("receive", file, *unasked, *asked, "--yes")
    assert (landed.code, landed.out.count("sites_2026-11-02.csv")) == (0, 2)
    later = file.rename(sent / "sites_2026-11-09.csv")
    later.write_text(head + rows.replace("Ada", "Ava"))
    assert cairn("receive", later, *unasked, "--feed", "sites").code == 0
    older = later.rename(sent / "sites_2026-11-05.csv")
    older.write_text(head + rows.replace("Ada", "Abe"))
    assert cairn("receive", older, *unasked, "--feed", "sites").code == 1
    found = Delivery.objects.filter(feed="sites", state="conformed")
    assert {row.part: str(row.extract_date) for row in found} == {
        "north": "2026-11-09",
        "south": "2026-11-02",
    }
    one = cairn("receive", later.parent / "students.csv", *unasked, "--part-column", "Campus")
    assert "The file has no column “Campus”, which --part-column names." in one.out
    named = cairn("receive", sent / "students.csv", *unasked, "--date-source", "Day")
    assert "says the day that --date-source asks for" in named.out
    one_part = ("--feed", "sites", "--part-column", "none", "--part", "north")
    again = cairn("receive", older, *unasked, *one_part)
    assert "run the command again with --yes" in again.out


ABSENCES = "Student ID,Date,Attendance Code\n1,2025-09-20,absent\n2,2025-09-22,absent\n"


def test_the_period_comes_from_the_dates_of_the_file(
    cairn: Callable[..., Any], agreed: Path, tmp_path: Path
) -> None:
    file = tmp_path / "absences.csv"
    file.write_text(ABSENCES)
    asked = cairn("receive", file, *FROM[:4])
    assert "Data set “absences”, attendance, period 2025-26." in asked.out
    assert cairn("receive", file, *FROM).code == 0
    assert Delivery.objects.get().period == "2025-26"
    file.write_text(ABSENCES.replace("2025-", "2024-"))
    assert cairn("receive", file, *FROM[:4]).code == 0, "the layout is known"
    assert {row.period for row in Delivery.objects.all()} == {"2024-25", "2025-26"}
    file.write_text(ABSENCES.replace("2025-09-20", "2024-09-20"))
    said = "Cells of each school year: 2024-25 (1), 2025-26 (1)."
    several = cairn("receive", file, *FROM[:4])
    assert (several.code, said in several.out) == (1, True)
    assert "The sender's steward is asked to confirm it there." in several.out
    assert ProposedFile.objects.get().proposal["changes"][0].endswith(said)


def test_a_stated_period_that_the_dates_contradict_is_shown(
    cairn: Callable[..., Any], agreed: Path, tmp_path: Path
) -> None:
    file, stated = tmp_path / "absences.csv", (*FROM[:4], "--period", "2026-27")
    file.write_text(ABSENCES)
    said = "The dates in the file are of the school year 2025-26, and its period is 2026-27."
    new = cairn("receive", file, *stated)
    assert f"{said} Another period: --period." in new.out
    agreed_to = cairn("receive", file, *stated, "--yes", "--json")
    assert agreed_to.facts["notes"] == [f"absences.csv: {said}"]
    assert Delivery.objects.get().period == "2026-27"
    file.write_text(ABSENCES + "3,2025-09-22,absent\n")
    assert cairn("receive", file, *stated).code == 0, "it was agreed to for this period"
    mapping = tmp_path / "mapped.toml"
    mapping.write_text(
        'record = "attendance"\n[columns]\n"Student ID" = "local_id"\n"Date" = "date"\n'
        '"Attendance Code" = "event"\n'
    )
    given = cairn("receive", file, *stated, "--mapping", mapping)
    assert (given.code, f"{said} Nothing was imported." in given.out) == (1, True)
    assert not Delivery.objects.filter(feed="mapped").exists()
    assert cairn("receive", file, *stated, "--mapping", mapping, "--yes").code == 0
    file.write_text(ABSENCES + "3,2025-09-22,absent\n4,2025-09-22,absent\n")
    assert cairn("receive", file, *stated, "--mapping", mapping).code == 0, "agreed to before"
    file.write_text(ABSENCES.replace("2025-", "2024-"))
    assert cairn("receive", file, *FROM[:4]).code == 0
    again = cairn("receive", file, *stated)
    assert (again.code, "already received" in again.out) == (0, True)
    assert {row.period for row in Delivery.objects.filter(feed="mapped")} == {"2026-27"}


def test_the_stated_period_counts_where_the_dates_fit_no_other(
    cairn: Callable[..., Any], agreed: Path, tmp_path: Path
) -> None:
    file, stated = tmp_path / "absences.csv", (*FROM, "--period")
    file.write_text(ABSENCES.replace("2025-09-20", "2024-09-20"))
    for period in ("2024-25", "2025-26"):
        assert cairn("receive", file, *stated, period).code == 0
    assert {row.period for row in Delivery.objects.all()} == {"2024-25", "2025-26"}


def test_a_file_with_a_given_mapping_is_not_read_again_as_it_lands(
    cairn: Callable[..., Any],
    agreed: Path,
    sent: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(receipt, "read_file", refuse)
    mapping = tmp_path / "given.toml"
    mapping.write_text('record = "student"\n[columns]\n"Student ID" = "local_id"\n')
    one = cairn("receive", sent / "students.csv", *FROM, "--mapping", mapping)
    assert one.code == 0, one.error
    assert "2 student" in one.out


def test_enrollments_that_name_no_user_are_set_aside(
    cairn: Callable[..., Any], agreed: Path, tmp_path: Path
) -> None:
    text = (agreed / "agreements" / "GB-DSA-01.toml").read_text("utf-8")
    covered = (
        '[[data]]\nrecord = "enrollment"\nelements = ["local_id", "entry_date", "grade"]\n'
        'years = ["2021-22", "2027-28"]\nclause = "Exhibit A, 6"\nused_for = "grades"\n\n'
    )
    terms = tmp_path / "GB-DSA-02.toml"
    text = text.replace("GB-DSA-01", "GB-DSA-02").replace("[retention]", f"{covered}[retention]", 1)
    terms.write_text(text, "utf-8")
    assert cairn("agree", terms).code == 0
    file = tmp_path / "roster.zip"
    file.write_bytes(one_roster_zip.build_zip())
    said = cairn("receive", file, *FROM[:2], "--under", "GB-DSA-02", "--yes", "--json")
    facts = {line["record"]: line for line in said.facts["deliveries"]}
    assert facts.keys() == {"student", "enrollment"}
    line = facts["enrollment"]
    assert (line["rows"], line["kept"], line["set_aside"]) == (4, 2, 2)
    assert [(one["code"], one["rows"]) for one in line["set_aside_because"]] == [("no_subject", 2)]
