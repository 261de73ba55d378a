"""Versions of one part count by their extract date, and files do what their agreement declares."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.data.intake.conftest import AGREEMENT, AT, ROSTER, STUDENTS

from cairn.data.intake.actions import change_files, held_deliveries, receipt
from cairn.data.intake.actions.receipt import ReceiptResult
from cairn.data.intake.facts import FileOrigin, Submission
from cairn.data.intake.models import Delivery, DeliveryStateConflict, ProposedFile
from cairn.data.intake.proposals.delivery_modes import (
    UndatedChanges,
    name_appended_part,
    settle_submission,
)
from cairn.data.intake.proposals.extract_dates import (
    date_submission,
    describe_missing_date,
    find_date_in_column,
    find_date_in_name,
    read_date_source,
    write_date_source,
)
from cairn.data.intake.proposals.replacement_preview import describe_replacement
from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import ColumnMapping, DateSource, MappingProblem

pytestmark = pytest.mark.django_db

VERSIONS = {day: ROSTER.replace(b"Ada", f"Ada{day}".encode()) for day in (1, 2, 3)}
Dated = Callable[..., receipt.DeliveryReceipt]


@pytest.fixture
def dated(agreement: Any, manager: Any) -> Dated:
    """Sends a version: `dated(content, day, name=…, part=…)`; day None states no date."""

    def send(content: bytes, day: int | None, **changed: Any) -> receipt.DeliveryReceipt:
        submission = Submission(
            organization=Organization.objects.get(slug="river"),
            agreement=agreement,
            channel=Channel.COMMAND,
            by=manager,
            at=AT,
            name="roster.csv",
            feed="roster",
            period="2026-27",
            extract_date=date(2026, 9, day) if day else None,
        )
        return receipt.receive_submission(
            submission=replace(submission, **changed),
            content=content,
            mapping=STUDENTS,
            by=manager,
            at=AT,
        )

    return send


def test_versions_in_any_order_end_with_the_newest_and_none_is_lost(dated: Dated) -> None:
    for order in permutations(VERSIONS):
        part = "-".join(map(str, order))
        for day in order:
            dated(VERSIONS[day], day, period=part, name=f"{part}-{day}.csv")
        rows = list(Delivery.objects.filter(period=part))
        assert [row.extract_date for row in rows if row.is_current] == [date(2026, 9, 3)]
        assert len(rows) == 3
        assert {row.state for row in rows} <= {"received", "superseded", "held"}
        for day in order:
            dated(VERSIONS[day], day, period=part, name=f"{part}-{day}.csv")
        again = list(Delivery.objects.filter(period=part))
        assert {row.pk: row.state for row in again} == {row.pk: row.state for row in rows}


def test_an_older_or_undated_version_waits_with_its_reason(dated: Dated, manager: Any) -> None:
    newest = dated(VERSIONS[3], 3).delivery
    older = dated(VERSIONS[1], 1)
    undated = dated(VERSIONS[2], None)
    assert older.result is undated.result is ReceiptResult.HELD
    said = describe_replacement(older.delivery, newest)
    assert said.startswith("The data of this file are of Sept. 1, 2026. The earlier file has those")
    assert "no extract date" in describe_replacement(undated.delivery, newest)
    confirmed = held_deliveries.accept_replacement(delivery=older.delivery, by=manager, at=AT)
    newest.refresh_from_db()
    assert (confirmed.supersedes, newest.state) == (newest, "superseded")
    assert dated(VERSIONS[2], 2).result is ReceiptResult.REPLACED
    undated.delivery.refresh_from_db()
    assert undated.delivery.extract_date == date(2026, 9, 2)


def test_the_same_rows_of_a_later_day_count_for_that_day(dated: Dated) -> None:
    first = dated(VERSIONS[1], 1).delivery
    assert dated(VERSIONS[1], 3).result is ReceiptResult.AGAIN
    first.refresh_from_db()
    assert first.data_as_of == date(2026, 9, 3)
    assert dated(VERSIONS[2], 2).result is ReceiptResult.HELD
    assert dated(VERSIONS[1], None).result is ReceiptResult.AGAIN
    assert dated(VERSIONS[1], 2).result is ReceiptResult.AGAIN
    first.refresh_from_db()
    assert first.data_as_of == date(2026, 9, 3)


def test_an_undated_file_is_followed_by_a_dated_one_that_is_certain_to_be_newer(
    dated: Dated,
) -> None:
    first = dated(VERSIONS[1], None).delivery
    waiting = dated(VERSIONS[2], 2)
    assert waiting.result is ReceiptResult.HELD
    assert "arrived after that day" in describe_replacement(waiting.delivery, first)
    Delivery.objects.filter(pk=first.pk).update(received_at=AT - timedelta(days=60))
    assert dated(VERSIONS[3], 3, name="other.csv").result is ReceiptResult.REPLACED


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("roster_2026-09-01.csv", date(2026, 9, 1)),
        ("roster20260901.csv", date(2026, 9, 1)),
        ("roster.csv", None),
        ("roster_2026-09-01_to_2026-09-03.csv", None),
        ("roster_2026-13-01.csv", None),
        ("roster_2027-09-01.csv", None),
        ("roster_2026-02-31.csv", None),
    ],
)
def test_a_name_proposes_a_day(name: str, day: date | None) -> None:
    assert find_date_in_name(name, date(2026, 10, 1)) == day


def test_a_column_proposes_a_day_that_all_rows_have() -> None:
    sheets = read_file("a.csv", b"ID,Data as of\n1,2026-09-01\n2,2026-09-01\n")
    assert find_date_in_column(sheets, date(2026, 10, 1)) == date(2026, 9, 1)
    for cell in (b"2026-09-02", b"soon"):
        changed = read_file("a.csv", b"ID,Data as of\n1,2026-09-01\n2," + cell + b"\n")
        assert find_date_in_column(changed, date(2026, 10, 1)) is None


@pytest.mark.parametrize(
    ("source", "name", "day"),
    [
        (DateSource("year-month-day"), "r_20260901.csv", "2026-09-01"),
        (DateSource("month-day-year"), "r_09-01-2026.csv", "2026-09-01"),
        (DateSource("month-day-year"), "r09012026.csv", "2026-09-01"),
        (DateSource("month-day-year"), "r_2026-09-01.csv", ""),
        (DateSource("year-month-day"), "r_2026-12-01.csv", ""),  # to come
        (DateSource(column="Ran at"), "r.csv", "2026-09-02"),
        (DateSource(column="As of"), "r.csv", ""),
        (None, "r_2026-09-01.csv", ""),
    ],
)
def test_a_file_is_dated_as_its_layout_says(
    source: DateSource | None, name: str, day: str, agreement: Any, manager: Any
) -> None:
    sheets = read_file("r.csv", b"ID,Ran at\n1,9/2/2026 06:30\n2,2026-09-02T07:00\n")
    submission = Submission(
        organization=Organization.objects.get(slug="river"),
        agreement=agreement,
        channel=Channel.COMMAND,
        by=manager,
        at=AT,
        name=name,
    )
    mapping = replace(STUDENTS, date_source=source)
    assert ColumnMapping.parse(mapping.dump()) == mapping
    dated = date_submission(submission, mapping, sheets)
    assert str(dated.extract_date or "") == day
    assert bool(describe_missing_date(dated, mapping)) is (source is not None and not day)
    stated = replace(submission, extract_date=date(2026, 8, 1))
    assert date_submission(stated, mapping, sheets) == stated
    assert read_date_source(write_date_source(source)) == source


@pytest.mark.parametrize(
    ("source", "sent_name", "modified", "day"),
    [
        (DateSource("year-month-day"), "r_20260901.csv", 2, "2026-09-01"),
        (DateSource("year-month-day"), "latest", 2, ""),
        (DateSource(header="Last-Modified"), "r_20260901.csv", 2, "2026-09-02"),
        (DateSource(header="Last-Modified"), "r_20260901.csv", 0, ""),
        (DateSource(header="Last-Modified"), "", 30, ""),  # to come
    ],
)
def test_records_of_an_address_are_dated_by_what_its_server_says(
    source: DateSource, sent_name: str, modified: int, day: str, agreement: Any, manager: Any
) -> None:
    submission = Submission(
        organization=Organization.objects.get(slug="river"),
        agreement=agreement,
        channel=Channel.COMMAND,
        by=manager,
        at=AT.replace(month=9, day=20),
        name="students_2026-08-01.json",
        origin=FileOrigin(sent_name, date(2026, 9, modified) if modified else None),
    )
    mapping = replace(STUDENTS, date_source=source)
    assert ColumnMapping.parse(mapping.dump()) == mapping
    dated = date_submission(submission, mapping, [])
    assert str(dated.extract_date or "") == day
    assert bool(describe_missing_date(dated, mapping)) is not bool(day)
    assert read_date_source(write_date_source(source)) == source


def test_a_date_source_says_one_place() -> None:
    for wrong in (
        DateSource(),
        DateSource("year-month-day", "As of"),
        DateSource("day-month"),
        DateSource(column="As of", header="Last-Modified"),
        DateSource(header="Date"),
    ):
        with pytest.raises(MappingProblem, match="date_source"):
            replace(STUDENTS, date_source=wrong)


def _declare(mode: str, manager: Any) -> Any:
    text = AGREEMENT.replace('record = "student"', f'record = "student"\nmode = "{mode}"')
    return load_agreement(text=text, newcomers=["river"], by=manager, at=AT)


@pytest.fixture
def declared(manager: Any) -> Callable[..., Submission]:
    """What a sender states under an agreement with a mode: `declared("append", part=…)`."""

    def state(mode: str, **changed: Any) -> Submission:
        agreement = _declare(mode, manager)
        submission = Submission(
            organization=Organization.objects.get(slug="river"),
            agreement=agreement,
            channel=Channel.COMMAND,
            by=manager,
            at=AT,
            name="roster.csv",
            feed="roster",
            period="2026-27",
        )
        return replace(submission, **changed)

    return state


def _settle(submission: Submission) -> Submission:
    return settle_submission(submission, STUDENTS, lambda: "")


def test_an_agreement_declares_what_each_file_does(manager: Any, declared: Any) -> None:
    day = date(2026, 9, 1)
    full = declared("full")
    assert _settle(full) == full
    with pytest.raises(DeliveryStateConflict, match="do not have only changes"):
        _settle(replace(full, changes_as_of=day))


def test_files_that_add_rows_are_parts(declared: Any) -> None:
    day = date(2026, 9, 1)
    added = declared("append", extract_date=day)
    assert _settle(added).part == "roster-2026-09-01"
    assert _settle(replace(added, part="north")).part == "north"
    assert name_appended_part("#.csv", None) != name_appended_part("@.csv", None)
    long_names = {name_appended_part(f"{'x' * 80}{end}.csv", day) for end in "ab"}
    assert len(long_names) == 2
    assert all(len(name) <= 60 for name in long_names)


def test_files_of_changes_need_their_day_and_a_whole_file_before(
    declared: Any, manager: Any
) -> None:
    day = date(2026, 9, 1)
    submission = declared("changes", extract_date=day)
    assert _settle(submission) == submission
    about = {"mapping": STUDENTS, "by": manager, "at": AT}
    receipt.receive_submission(submission=submission, content=ROSTER, **about)
    with pytest.raises(UndatedChanges, match="State the day"):
        _settle(replace(submission, extract_date=None))
    later = _settle(replace(submission, extract_date=date(2026, 9, 3)))
    assert (later.changes_as_of, later.extract_date) == (date(2026, 9, 3), None)
    stated = replace(submission, changes_as_of=date(2026, 9, 2), extract_date=None)
    assert _settle(stated) == stated
    row = ROSTER.splitlines()[0] + b"\n4,Dee,Dunn,2015-06-04,F,,\n"
    changed = change_files.receive_changes(submission=later, content=row, **about).delivery
    assert (changed.rows_in, changed.data_as_of) == (4, date(2026, 9, 3))
    whole = replace(submission, extract_date=date(2026, 9, 2))
    held = receipt.receive_submission(submission=whole, content=VERSIONS[2], **about)
    assert held.result is ReceiptResult.HELD


@pytest.fixture
def steward(browser: Callable[..., Client], agreement: Any) -> Client:
    return browser(Role.STEWARD, at="river")


def _upload(client: Client, content: bytes, name: str, **changed: str) -> Any:
    form = {"organization": "river", "agreement": "RV-DSA-01", "feed": "roster"}
    form |= {"period": "2026-27", "record": "student", **changed}
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("intake:upload"), {**form, "file": file})


def test_a_person_confirms_the_day_that_the_name_proposes(steward: Client) -> None:
    template = b"local_id,given_name,family_name,birth_date,gender\n%s,Ada,Ames,2015-03-01,F\n"
    future = _upload(steward, template % b"1", "r.csv", extract_date="2999-01-01")
    assert "This day is in the future." in future.content.decode()
    waiting = _upload(steward, template % b"1" + b"2,,,,Girlie\n", "r_2026-01-31.csv").url
    page = steward.get(waiting)
    assert "The name of the file has this day." in page.content.decode()
    assert page.context["form"]["extract_date"].value() == date(2026, 1, 31)
    chosen = {n: page.context["form"][n].value() or "-" for n in page.context["form"].fields}
    steward.post(waiting, chosen)
    assert ProposedFile.objects.get().extract_date == date(2026, 1, 31)
    _upload(steward, template % b"1", "r.csv", extract_date="2026-01-31", part="a")
    held = _upload(steward, template % b"2", "r_2026-01-01.csv", part="a").url
    assert "no extract date" in steward.get(held).content.decode()
    row = Delivery.objects.get(state="held")
    replaced = reverse("intake:replace", args=[row.pk])
    refused = steward.post(replaced, {"extract_date": "2999-01-01"}, follow=True)
    assert "in the future" in refused.content.decode()
    steward.post(replaced, {"extract_date": "2026-01-01"})
    row.refresh_from_db()
    assert (row.is_current, row.extract_date) == (True, date(2026, 1, 1))
