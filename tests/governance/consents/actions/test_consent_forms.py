"""Paper: one list, many children; every mistake by row and column, nothing half saved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from tests.governance.consents.sample_consents import (
    AT,
    BORN,
    ON,
    RECORDS,
    World,
    decline_paper,
    paper,
)

from cairn.governance.consents import signature_lists as papers
from cairn.governance.consents.actions.consent_forms import record_signed_papers, undo_paper_sitting
from cairn.governance.consents.models.child import Child
from cairn.governance.consents.models.consent import Consent, Sitting
from cairn.governance.consents.protected_identity import ChildLabel, unseal_child_label
from cairn.platform.accounts.models import User
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.families import SignerRelation
from cairn.warehouse.schema.sheets import UnreadableFile

pytestmark = pytest.mark.django_db

HEAD = "local_id,signer,relation,signed_on,language,answer,records,name,birth_date"
GOOD = "S-000417,Rosa Alba,mother,9/14/2026,es,sí,attendance.*,Ana Alba,2016-05-04"
PDF = b"%PDF-1.7 an invented scan"


def _read(*lines: str) -> papers.PaperList:
    return papers.read_paper_list("list.csv", "\n".join([HEAD, *lines]).encode(), RECORDS, ON)


def test_a_list_is_read_in_the_words_that_people_write() -> None:
    found = _read(GOOD, "S-2,Leo Marsh,Legal guardian,2026-09-01,,no,,,")
    assert found.mistakes == ()
    first, second = found.papers
    assert (first.child.name, first.relation, first.agrees) == (
        "Ana Alba",
        SignerRelation.PARENT,
        True,
    )
    assert (first.language, first.records) == ("es", ("attendance.*",))
    assert (second.relation, second.agrees) == (SignerRelation.GUARDIAN, False)
    assert (second.language, second.records) == ("en", RECORDS)


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        (GOOD.replace("S-000417", ""), "local_id", "The cell is empty. Enter the ID"),
        (GOOD.replace("S-000417", "S" * 61), "local_id", "more than 60"),
        (GOOD.replace("Rosa Alba", ""), "signer", "A consent requires a signature."),
        (GOOD.replace("Rosa Alba", "R" * 121), "signer", "more than 120"),
        (GOOD.replace("mother", "neighbor"), "relation", "Enter one of: parent, guardian"),
        (GOOD.replace("9/14/2026", "9/14"), "signed_on", "Enter the date with its year"),
        (GOOD.replace("9/14/2026", "2026-02-30"), "signed_on", "Enter the date with its year"),
        (GOOD.replace("9/14/2026", ""), "signed_on", "Enter the date with its year"),
        (GOOD.replace("9/14/2026", "2027-01-01"), "signed_on", "The date is in the future."),
        (GOOD.replace("2016-05-04", "May 4"), "birth_date", "Enter the date with its year"),
        (GOOD.replace(",es,", ",fr,"), "language", "Enter en or es"),
        (GOOD.replace(",sí,", ",perhaps,"), "answer", "Enter yes or no."),
        (GOOD.replace("attendance.*", "grades.*"), "records", "The form offers: attendance.*"),
        (GOOD + ",too,many", "the row", "more cells than the header"),
    ],
)
def test_a_mistake_is_told_by_row_and_column_without_the_child(
    line: str, column: str, said: str
) -> None:
    found = _read(GOOD.replace("417", "999"), line)
    assert found.papers == ()
    (mistake,) = found.mistakes
    assert (mistake.row, mistake.column) == (3, column)
    assert said in mistake.message
    assert str(mistake).startswith(f"Row 3, {column}: ")
    assert not {"S-000417", "Rosa", "Ana"} & set(str(mistake).replace(",", " ").split())


def test_mistakes_are_told_in_the_order_of_the_rows() -> None:
    unsigned = GOOD.replace("Rosa Alba", "")
    found = _read(unsigned, GOOD + ",too many", unsigned)
    assert [m.row for m in found.mistakes] == [2, 3, 4]


def test_one_signer_signs_once_for_one_child() -> None:
    found = _read(GOOD, GOOD.replace("Rosa Alba", "Leo Marsh"), GOOD)
    assert [(m.row, m.message) for m in found.mistakes] == [
        (4, "This student and signer are in the list twice.")
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name,grade\nAna,4", "no column for: student id, signed by, relationship, date"),
        (HEAD, "no rows"),
        (HEAD + "\n" + "\n".join([GOOD] * 5_001), "more than 5000 rows"),
    ],
)
def test_what_is_no_list_is_said(content: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        papers.read_paper_list("list.csv", content.encode(), RECORDS, ON)


def test_the_sample_can_be_copied_as_it_is(world: World, browser: Callable[..., Client]) -> None:
    found = papers.read_paper_list(
        "list.csv", papers.SAMPLE_PAPER_LIST.strip().encode(), RECORDS, ON
    )
    assert found.mistakes == ()
    assert [(one.child.local_id, one.agrees) for one in found.papers] == [
        ("S-1", True),
        ("S-2", False),
    ]
    assert (
        papers.SAMPLE_PAPER_LIST.strip()
        in browser(world.tutor).get("/consents/papers/").content.decode()
    )


def test_a_mistake_names_the_column_as_the_list_does() -> None:
    lines = b"Student's ID\tParent/Guardian\tSigned as\tDate of signature\nS-1\tR A\taunt\t9/14"
    found = papers.read_paper_list("list.csv", lines, RECORDS, ON)
    assert [one.column for one in found.mistakes] == ["Signed as", "Date of signature"]


def test_an_excel_list_with_other_headings() -> None:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Papers")
    for row, cells in enumerate(
        [
            ("Student ID", "Parent name", "Relationship", "Date signed"),
            ("7", "R A", "self", "2026-09-01"),
        ]
    ):
        sheet.write_row(row, 0, cells)
    book.close()
    (one,) = papers.read_paper_list("papers.xlsx", buffer.getvalue(), RECORDS, ON).papers
    assert (one.child.local_id, one.relation) == ("7", SignerRelation.STUDENT)


def test_recording_keeps_no_name_in_the_clear(world: World) -> None:
    sitting = world.record(paper("S-000417"), decline_paper(paper("S-2")), scan=PDF)
    states = sitting.consents.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["granted", "refused"]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names from the database
            told = str(cursor.fetchall())
            assert "S-000417" not in told, table
            assert "Rosa Alba" not in told, table
    for file in Path(settings.CAIRN_DATA).rglob("*"):
        assert file.is_dir() or b"invented scan" not in file.read_bytes()


def test_a_newer_answer_of_the_same_signer_takes_the_place_of_the_older(world: World) -> None:
    (first,) = world.verified(paper())
    sitting = world.record(decline_paper(paper()))
    first.refresh_from_db()
    assert (first.state, first.superseded_by) == ("superseded", sitting.consents.get())
    assert undo_paper_sitting(sitting=sitting, by=world.tutor, at=AT) == 1
    first.refresh_from_db()
    # The program that collected the no cannot alone let data flow again.
    assert (first.state, first.superseded_by, first.verified_on) == ("granted", None, None)
    assert sitting.consents.get().state == "undone"


def test_a_yes_that_gave_way_to_a_yes_counts_as_it_did(world: World) -> None:
    (first,) = world.verified(paper())
    sitting = world.record(paper())
    undo_paper_sitting(sitting=sitting, by=world.tutor, at=AT)
    first.refresh_from_db()
    assert (first.state, first.verified_on) == ("verified", ON)


def test_a_program_changes_no_birth_date_and_no_name_of_a_districts_child(world: World) -> None:
    (given,) = world.verified(paper())
    told = replace(paper(), child=ChildLabel("S-1", "Somebody Else", date(2001, 1, 1)))
    world.record(told)
    child = unseal_child_label(given.child.key, Child.objects.get(pk=given.child_id).sealed)
    assert (child.name, child.birth_date) == ("Child S-1", BORN)
    record_signed_papers(
        form=world.form, collected_by=world.river, papers=[told], by=world.steward, at=AT
    )
    child = unseal_child_label(given.child.key, Child.objects.get(pk=given.child_id).sealed)
    assert (child.name, child.birth_date) == ("Somebody Else", date(2001, 1, 1))


def test_undo_leaves_what_was_verified_and_destroys_the_scan_with_the_last(world: World) -> None:
    kept = world.record(paper("S-1"), scan=PDF)
    world.verify(kept)
    undo_paper_sitting(sitting=kept, by=world.tutor, at=AT)
    assert Consent.objects.get().state == "verified"
    assert Sitting.objects.get().scan
    gone = world.record(paper("S-2"), scan=PDF)
    files = set(Path(settings.CAIRN_DATA, "attachments").rglob("*"))
    undo_paper_sitting(sitting=gone, by=world.tutor, at=AT)
    gone.refresh_from_db()
    assert (gone.scan, gone.scan_key) == ("", "")
    assert files


def test_a_program_records_only_under_forms_that_name_it(world: World) -> None:
    world.form.parties.clear()
    with pytest.raises(Refused, match="does not own the form and is not named"):
        world.record(paper())


def test_nobody_records_for_another_organization(world: World, person: Callable[..., User]) -> None:
    stranger = person(Role.PROGRAM_STAFF, at="hills")
    with pytest.raises(Refused):
        record_signed_papers(
            form=world.form, collected_by=world.lanterns, papers=[paper()], by=stranger, at=AT
        )
    with pytest.raises(Refused):
        undo_paper_sitting(sitting=world.record(paper()), by=stranger, at=AT)


def test_the_page_records_undoes_and_shows_the_scan(
    world: World, browser: Callable[..., Client]
) -> None:
    client = browser(world.tutor)
    sent = {"form": world.form.pk, "collected_by": world.lanterns.pk}
    scan = SimpleUploadedFile("scan.pdf", PDF)
    listed = {**sent, "pasted": f"{HEAD}\n{GOOD}", "scan": scan}
    page = client.post("/consents/papers/", listed, follow=True).content.decode()
    assert "1 answer saved." in page
    assert "Ana Alba (S-000417)" in page
    sitting = Sitting.objects.get()
    assert client.get(f"/consents/papers/{sitting.pk}/scan/").content == PDF
    address = f"/consents/papers/{sitting.pk}/undo/"
    assert "Undo this list?" in client.get(address).content.decode()
    assert "List undone." in client.post(address, follow=True).content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"pasted": f"{HEAD}\n{GOOD.replace('mother', 'x')}"}, "Row 2, relation: Enter one of"),
        ({"pasted": ""}, "Paste the list or upload a file."),
        ({"pasted": "no list"}, "no column for"),
        ({"scan": SimpleUploadedFile("scan.txt", b"words")}, "must be a PDF or an image"),
    ],
)
def test_the_page_says_what_is_wrong_and_saves_nothing(
    world: World, browser: Callable[..., Client], change: dict[str, object], said: str
) -> None:
    sent = {
        "form": world.form.pk,
        "collected_by": world.lanterns.pk,
        "pasted": f"{HEAD}\n{GOOD}",
        **change,
    }
    answer = browser(world.tutor).post("/consents/papers/", sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Sitting.objects.exists()


@pytest.mark.child_process
@pytest.mark.usefixtures("parses_nothing")
def test_a_list_may_come_as_a_file(world: World, browser: Callable[..., Client]) -> None:
    sent = {
        "form": world.form.pk,
        "collected_by": world.lanterns.pk,
        "list": SimpleUploadedFile("list.csv", f"{HEAD}\n{GOOD}".encode()),
    }
    assert browser(world.tutor).post("/consents/papers/", sent).status_code == 302
    assert Consent.objects.count() == 1
