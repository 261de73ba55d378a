"""A file with several parts replaces only the parts that it holds, and loses no row."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.data.intake.confirmed_uploads import confirm_preview
from tests.data.intake.conftest import AGREEMENT, AT, STUDENTS

from cairn.data.intake.actions import conformance, part_files
from cairn.data.intake.actions.receipt import DeliveryReceipt, ReceiptResult
from cairn.data.intake.delivery_parts import UNNAMED_PART
from cairn.data.intake.facts import Submission
from cairn.data.intake.models import Delivery, DeliveryStateConflict, ProposedFile
from cairn.data.intake.proposals.delivery_modes import settle_submission
from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel
from cairn.warehouse.pipeline import SheetRows
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import ReadNote

pytestmark = pytest.mark.django_db

MAPPING = replace(STUDENTS, part="Site")
HEADER = b"ID,First,Last,Born,Sex,Site\n"
NORTH = b"1,Ada,Ames,2015-03-01,F,North High\n2,Ben,Boyd,2015-04-02,M,North High\n"
SOUTH = b"3,Cam,Cole,not a date,F,South\n"
BLANK = b"7,Gil,Gray,2015-01-01,M,\n8,Hal,Hull,2015-01-02,M, - \n9,Ida,Ives,oops,F,\n"
EAST = b"4,Dee,Dunn,2015-06-04,F,East\n"
Sent = Callable[..., DeliveryReceipt]


@pytest.fixture
def sent(agreement: Any, manager: Any) -> Sent:
    """Sends a file with parts: `sent(rows, mapping=…, name=…, by=…)`."""

    def send(rows: bytes, **changed: Any) -> DeliveryReceipt:
        about = {"mapping": MAPPING, "by": manager, **changed.pop("about", {})}
        submission = Submission(
            organization=Organization.objects.get(slug="river"),
            agreement=agreement,
            channel=Channel.COMMAND,
            by=about["by"],
            at=AT,
            name="roster.csv",
            feed="roster",
            period="2026-27",
        )
        return part_files.receive_whole_file(
            submission=replace(submission, **changed), content=HEADER + rows, at=AT, **about
        )

    return send


def _results(received: DeliveryReceipt) -> dict[str, str]:
    return {part.delivery.part: part.result.value for part in received.parts}


def _current() -> dict[str, int]:
    rows = Delivery.objects.filter(state__in=("received", "conformed")).order_by("part")
    return {row.part: row.rows_in for row in rows}


def test_a_file_replaces_only_the_parts_that_it_holds(sent: Sent) -> None:
    first = sent(NORTH + SOUTH)
    assert _results(first) == {"north-high": "new", "south": "new"}
    assert _results(sent(SOUTH + NORTH)) == {"north-high": "again", "south": "again"}
    changed = NORTH.replace(b"Ada", b"Ava")
    second = sent(EAST + changed)
    assert _results(second) == {"east": "new", "north-high": "replaced"}
    assert second.result is ReceiptResult.REPLACED
    assert _current() == {"east": 1, "north-high": 2, "south": 1}
    fewer = sent(b"9,Zoe,Zorn,2015-09-09,F,North High\n" + SOUTH)
    assert _results(fewer) == {"north-high": "held", "south": "again"}
    assert fewer.result is ReceiptResult.HELD
    assert _current() == {"east": 1, "north-high": 2, "south": 1}


def test_each_row_of_the_file_is_accounted_for(sent: Sent, manager: Any) -> None:
    rows = NORTH + b"5,Eve,Ebb,2015-07-05,F,North High,one,too,many\n" + SOUTH + EAST
    received = sent(rows)
    checked = [
        conformance.check_delivery(delivery=part.delivery, by=manager, at=AT)
        for part in received.parts
    ]
    counts = [sheet for row in checked for sheet in row.report["sheets"]]
    in_file = sum(sheet["rows"] for sheet in counts)
    left_out = sum(note["count"] for sheet in counts for note in sheet["left_out"])
    assert in_file == read_file("roster.csv", HEADER + rows)[0].file_rows == 6
    assert sum(sheet["kept"] + sheet["set_aside"] for sheet in counts) + left_out == in_file
    assert {row.part: (row.rows_in, row.rows_kept) for row in checked}["south"] == (1, 1)


def test_a_file_that_cannot_be_split_lands_nothing(sent: Sent) -> None:
    with pytest.raises(DeliveryStateConflict, match="No row names a part"):
        sent(BLANK)
    with pytest.raises(DeliveryStateConflict, match="no rows"):
        sent(b"")
    assert not Delivery.objects.exists()


def test_a_person_who_may_not_send_is_refused_once(sent: Sent, person: Any) -> None:
    stranger = person(Role.STEWARD, at="lake")
    received = sent(NORTH + SOUTH, about={"by": stranger})
    assert (received.result, received.parts) == (ReceiptResult.REFUSED, ())
    assert Delivery.objects.get().state == "refused"


def test_what_a_sender_states_must_fit_the_parts(sent: Sent, manager: Any) -> None:
    sent(NORTH)
    row = Delivery.objects.get()
    submission = Submission(
        organization=row.organization,
        agreement=load_agreement(
            text=AGREEMENT.replace('record = "student"', 'record = "student"\nmode = "append"'),
            newcomers=[],
            by=manager,
            at=AT,
        ),
        channel=Channel.COMMAND,
        by=manager,
        at=AT,
        feed="roster",
    )
    with pytest.raises(DeliveryStateConflict, match="hold several parts"):
        settle_submission(submission, MAPPING, lambda: "")


@pytest.fixture
def steward(browser: Callable[..., Client], agreement: Any) -> Client:
    return browser(Role.STEWARD, at="river")


def _upload(client: Client, rows: bytes, **changed: str) -> Any:
    form = {"organization": "river", "agreement": "RV-DSA-01", "feed": "roster"}
    form |= {"period": "2026-27", "record": "student", **changed}
    file = SimpleUploadedFile("roster.csv", HEADER + rows)
    return client.post(reverse("intake:upload"), {**form, "file": file})


def _choose(client: Client, address: str, **changed: str) -> Any:
    form = client.get(address).context["form"]
    chosen = {name: form[name].value() or "" for name in form.fields}
    return client.post(address, chosen | changed, follow=True)


def test_a_person_chooses_the_column_and_sees_what_each_part_replaces(steward: Client) -> None:
    address = _upload(steward, NORTH + SOUTH.replace(b"not a date", b"2015-05-05")).url
    preview = _choose(steward, address, part_column="Site")
    text = " ".join(preview.content.decode().split())
    assert "<strong>north-high</strong>: 2 rows of a new part." in text
    landed = confirm_preview(steward, preview.redirect_chain[-1][0], follow=True)
    assert "New parts: north-high, south." in landed.content.decode()
    again = _upload(steward, NORTH.replace(b"Ada", b"Ava") + EAST)
    assert again.status_code == 302
    assert "/waiting/" not in again.url  # the layout was confirmed with its part column
    assert _current() == {"east": 1, "north-high": 2, "south": 1}
    swapped = NORTH.replace(b"North High", b"West").replace(b"Ada", b"Aya")
    waiting = _upload(steward, swapped).url
    assert "None of them was received before" in steward.get(waiting).content.decode()
    stated = _upload(steward, NORTH, part="south").content.decode()
    assert "Files of this data set hold several parts" in stated


def test_a_column_with_the_parts_so_far_is_suggested(steward: Client, sent: Sent) -> None:
    sent(NORTH + SOUTH, feed="sites")
    renamed = HEADER.replace(b"Sex", b"Gender")
    form = {"organization": "river", "agreement": "RV-DSA-01", "feed": "sites"}
    file = SimpleUploadedFile("new.csv", renamed + NORTH + EAST)
    sending = {**form, "period": "2026-27", "record": "student", "file": file}
    address = steward.post(reverse("intake:upload"), sending).url
    assert steward.get(address).context["form"]["part_column"].value() == "Site"
    preview = _choose(steward, address).content.decode()
    assert "2 rows replace 2." in preview
    assert "south (1)" in " ".join(preview.split())
    assert _choose(steward, address, part_column="").status_code == 200
    assert ProposedFile.objects.get().mapping.count("part =") == 0


def test_a_process_that_dies_between_two_parts_goes_on_when_the_file_is_sent_again(
    sent: Sent,
) -> None:
    def die(row: Delivery) -> None:
        if row.part == "south":
            raise SystemExit

    with pytest.raises(SystemExit):
        sent(NORTH + SOUTH, about={"on_received": die})
    assert _current() == {"north-high": 2}
    assert _results(sent(NORTH + SOUTH)) == {"north-high": "again", "south": "new"}


def _check_all(manager: Any) -> dict[str, tuple[int, int]]:
    """Check every delivery that is due; return part -> rows in and kept of those that count."""
    for row in Delivery.objects.filter(state="received"):
        conformance.check_delivery(delivery=row, by=manager, at=AT)
    rows = Delivery.objects.filter(state="conformed")
    for row in rows:
        assert all(SheetRows(**_parse(sheet)).unaccounted == 0 for sheet in row.report["sheets"])
    return {row.part: (row.rows_in, row.rows_kept) for row in rows}


def _parse(sheet: dict[str, Any]) -> dict[str, Any]:
    return sheet | {"left_out": tuple(ReadNote(**note) for note in sheet["left_out"])}


def _fill_in(fix: str, sites: dict[str, str]) -> SimpleUploadedFile:
    """Fill in the part of some rows of a correction file, by the student's ID."""
    text = io.StringIO()
    lines = list(csv.DictReader(io.StringIO(fix)))
    writer = csv.DictWriter(text, lines[0].keys())
    writer.writeheader()
    writer.writerows(line | {"Site": sites.get(line["ID"], "")} for line in lines)
    return SimpleUploadedFile("fixed.csv", text.getvalue().encode())


def test_rows_without_a_part_are_set_aside_and_come_back_to_their_parts(
    sent: Sent, steward: Client, manager: Any
) -> None:
    content = NORTH + SOUTH + BLANK
    received = sent(content)
    assert _results(received)[UNNAMED_PART] == "new"
    assert _check_all(manager) == {
        "north-high": (2, 2),
        "south": (1, 1),
        UNNAMED_PART: (3, 0),
    }
    in_file = read_file("roster.csv", HEADER + content)[0].file_rows
    counted = [sheet for row in Delivery.objects.all() for sheet in row.report["sheets"]]
    assert sum(SheetRows(**_parse(sheet)).rows for sheet in counted) == in_file == 7
    unnamed = Delivery.objects.get(part=UNNAMED_PART)
    page = steward.get(reverse("intake:delivery", args=[unnamed.pk])).content.decode()
    assert "does not say to which part of the file" in page
    fix = steward.get(reverse("intake:correction_csv", args=[unnamed.pk])).content.decode()
    assert fix.splitlines()[0].endswith("ID,First,Last,Born,Sex,Site")
    filled = {"7": "South", "9": "West"}
    sending = reverse("intake:correct", args=[unnamed.pk])
    preview = steward.post(sending, {"file": _fill_in(fix, filled)}).url
    shown = " ".join(steward.get(preview).content.decode().split())
    assert "<strong>south</strong>: 1 row" in shown
    landed = {row.part: row.landed for row in Delivery.objects.filter(state="conformed")}
    assert "The corrections were imported." in steward.post(preview, follow=True).content.decode()
    after = _check_all(manager)
    assert after == {"north-high": (2, 2), "south": (2, 2), "west": (1, 1), UNNAMED_PART: (1, 0)}
    assert Delivery.objects.get(state="conformed", part="north-high").landed == landed["north-high"]
    answer = steward.post(sending, {"file": _fill_in(fix, filled)}, follow=True)
    assert "already imported" in answer.content.decode()
    assert _results(sent(content)) == dict.fromkeys(("north-high", "south", UNNAMED_PART), "again")
    assert _check_all(manager) == after
    named = BLANK.replace(b",M,\n", b",M,South\n").replace(b"F,\n", b"F,West\n")
    sent(NORTH + SOUTH + named.replace(b", - ", b",West"))
    assert _check_all(manager) == {"north-high": (2, 2), "south": (2, 2), "west": (2, 2)}


def test_a_row_that_its_part_has_by_now_is_not_added_twice(
    sent: Sent, steward: Client, manager: Any
) -> None:
    sent(NORTH + SOUTH + BLANK)
    _check_all(manager)
    unnamed = Delivery.objects.get(part=UNNAMED_PART)
    fix = steward.get(reverse("intake:correction_csv", args=[unnamed.pk])).content.decode()
    sent(SOUTH + BLANK.splitlines(keepends=True)[0].replace(b",\n", b",South\n"))
    _check_all(manager)
    sending = reverse("intake:correct", args=[unnamed.pk])
    preview = steward.post(sending, {"file": _fill_in(fix, {"7": "South"})}).url
    steward.post(preview)
    assert _check_all(manager)["south"] == (2, 2)
    assert _check_all(manager)[UNNAMED_PART] == (2, 0)


def test_a_file_that_lost_its_part_column_waits(sent: Sent, steward: Client) -> None:
    sent(NORTH + SOUTH)
    address = _upload(steward, NORTH + SOUTH + BLANK).url
    assert "3 of 6 rows name no part in the column “Site”." in steward.get(address).content.decode()
    preview = _choose(steward, address).content.decode()
    assert "3 rows set aside. The row does not say" in " ".join(preview.split())
