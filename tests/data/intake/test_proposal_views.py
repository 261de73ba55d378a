"""The pages of a file that waits: columns and codes, the preview, and who may see them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.data.intake.confirmed_uploads import confirm_preview
from tests.data.intake.conftest import AGREEMENT, AT

from cairn.data.intake.actions.proposed_files import confirm_proposed_file
from cairn.data.intake.models import Delivery, DeliveryStateConflict, ProposedFile, SavedMapping
from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.policy.vocabulary.access import Role
from cairn.warehouse.layouts import load_layouts
from cairn.warehouse.schema.column_mapping import ColumnMapping, WideLayout

pytestmark = pytest.mark.django_db

FILE = (
    b"ID,First,Last,Born,Sex,Colour\n"
    b"1,Ada,Ames,2015-03-01,Girlie,ZZCANARY\n"
    b"2,Ben,Boyd,2015-04-02,M,ZZCANARY\n"
    b"3,Cam,Cole,2015-05-02,M,ZZCANARY\n"
)


@pytest.fixture
def steward(browser: Callable[..., Client], agreement: Any) -> Client:
    return browser(Role.STEWARD, at="river")


def _upload(client: Client, content: bytes = FILE, **changed: str) -> Any:
    form = {"organization": "river", "agreement": "RV-DSA-01", "feed": "roster"}
    form |= {"period": "2026-27", "record": "student"}
    file = SimpleUploadedFile("roster.csv", content)
    return client.post(reverse("intake:upload"), {**form, **changed, "file": file})


def _text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def _fill(client: Client, address: str, **changed: str) -> dict[str, str]:
    form = client.get(address).context["form"]
    return {name: form[name].value() or "" for name in form.fields} | changed


def _find(client: Client, address: str, column: str) -> str:
    form = client.get(address).context["form"]
    return next(field.html_name for entry, field in form.column_rows if entry.name == column)


def test_a_column_and_a_code_are_mended_and_the_file_lands(steward: Client) -> None:
    address = _upload(steward).url
    page = _text(steward.get(address))
    assert "Nothing of this file was imported." in page
    assert "“Girlie”" in page
    assert "CANARY" not in page
    assert not Delivery.objects.exists()
    unanswered = steward.post(address, _fill(steward, address))
    assert unanswered.status_code == 422
    assert "Choose what this spelling means." in _text(unanswered)
    id_field = _find(steward, address, "ID")
    twice = {_find(steward, address, "Last"): "given_name", "code-1": "F"}
    chosen = _fill(steward, address, **twice)
    codes = {name: value or "F" for name, value in chosen.items() if name.startswith("code")}
    assert "both map to “First name”" in _text(steward.post(address, chosen | codes))
    mended = _fill(steward, address, **{id_field: "local_id"}) | codes
    preview = steward.post(address, mended, follow=True)
    assert "Preview of the file" in _text(preview)
    assert "Aaa" in _text(preview)
    assert "Ames" not in _text(preview)
    address_of_preview = preview.redirect_chain[-1][0]
    unseen = steward.post(address_of_preview, {"seen": "another"}, follow=True)
    assert "changed after you opened the preview" in _text(unseen)
    landed = confirm_preview(steward, address_of_preview, follow=True)
    assert "The file was uploaded." in _text(landed)
    row = Delivery.objects.get()
    assert (row.state, row.rows_kept) == ("conformed", 3)
    assert 'ID = "local_id"' in SavedMapping.objects.get().text
    assert steward.get(address).url == reverse("intake:delivery", args=[row.pk])
    again = FILE.replace(b"Ada", b"Eve")
    assert steward.get(_upload(steward, again).url).status_code == 200
    assert Delivery.objects.filter(state="conformed").count() == 1
    assert not ProposedFile.objects.filter(outcome="").exists()


def _list_folds(page: str) -> dict[str, bool]:
    """Title of each fold of the form → whether it is open."""
    folds = re.findall(r"<details class=\"stack\"( open)?><summary>(?:<h2>)?([^<(]+)", page)
    return {title.strip(): bool(is_open) for is_open, title in folds}


def test_an_error_opens_only_its_own_fold(steward: Client) -> None:
    header = "Student ID,First Name,Middle Name,Last Name,Birth Date,Gender,Grade,Race,Color\n"
    row = "{0},Ada,B,Ames,2015-03-0{0},{1},4,White,y\n"
    rows = row.format(1, "Girlie") + row.format(2, "M")
    address = _upload(steward, (header + rows).encode()).url
    folds = {"Columns to import", "Columns that are not read", "Codes that Cairn knows"}
    closed = dict.fromkeys((*folds, "Another record type"), False)
    assert _list_folds(_text(steward.get(address))) == closed
    fields = _fill(steward, address)
    codes = [name for name in fields if name.startswith("code")]
    unknown = next(name for name in codes if not fields[name])
    refused = _text(steward.post(address, fields))
    assert f'<li><a href="#id_{unknown}">Gender: Girlie</a>: Choose what this' in refused
    assert _list_folds(refused) == closed  # the code is above the folds
    cleared = fields | {unknown: "F"} | {name: "" for name in codes if name != unknown}
    refused = _text(steward.post(address, cleared))
    assert _list_folds(refused) == closed | {"Codes that Cairn knows": True}
    twice = fields | {unknown: "F", _find(steward, address, "Last Name"): "given_name"}
    refused = _text(steward.post(address, twice))
    assert _list_folds(refused) == closed | {"Columns to import": True}


def test_a_changed_layout_waits_and_is_a_task(steward: Client) -> None:
    first = _upload(steward).url
    codes = {n: v or "-" for n, v in _fill(steward, first).items() if n.startswith("code")}
    preview = steward.post(first, _fill(steward, first) | codes).url
    confirm_preview(steward, preview)
    address = _upload(steward, FILE.replace(b"Colour", b"Homeroom")).url
    page = _text(steward.get(address))
    assert "The file differs from earlier ones" in page
    assert "New columns: Homeroom." in page
    assert "file with columns to confirm" in _text(steward.get(reverse("web:home")))
    assert address in _text(steward.get(reverse("intake:deliveries")))
    asked = steward.get(reverse("intake:proposal_cancel", args=[ProposedFile.objects.first().pk]))
    assert "Cancel this file?" in _text(asked)
    canceled = steward.post(asked.request["PATH_INFO"], follow=True)
    assert "canceled and destroyed" in _text(canceled)
    assert "does not wait any more" in _text(steward.get(address, follow=True))
    late = steward.post(asked.request["PATH_INFO"], follow=True)
    assert "does not wait any more" in _text(late)


def test_another_record_type_is_proposed_anew(steward: Client) -> None:
    content = b"Student ID,State ID,Test,Test date,Score\n1,91,MAP,2026-09-20,210\n"
    address = _upload(steward, content).url
    chosen = _fill(steward, address, record="assessment")
    steward.post(address, chosen)
    page = _text(steward.get(address))
    assert "Which column is your own student ID?" in page
    assert steward.post(address, _fill(steward, address)).status_code == 422
    answered = steward.post(address, _fill(steward, address, id_column="Student ID"), follow=True)
    assert "This file cannot be imported" in _text(answered)


def test_strangers_see_nothing_of_it(steward: Client, browser: Callable[..., Client]) -> None:
    address = _upload(steward).url
    number = ProposedFile.objects.get().pk
    stranger = browser(Role.STEWARD, at="lake")
    for name in ("proposal", "proposal_preview", "proposal_cancel"):
        assert stranger.get(reverse(f"intake:{name}", args=[number])).status_code == 404
        assert stranger.post(reverse(f"intake:{name}", args=[number])).status_code == 404
    assert address not in _text(stranger.get(reverse("intake:deliveries")))
    early = steward.get(reverse("intake:proposal_preview", args=[number]))
    assert early.url == address


GRID_TERMS = """
[[data]]
record = "session_attendance"
elements = ["local_id", "program", "date", "present", "hours"]
years = ["2020-21", "2030-31"]
clause = "Exhibit A, 3"

[retention]"""

GRID = b"Participant ID,Activity,9/8,9/9,Total Days\n1,Choir,P,E,1\n2,Choir,P,,1\n3,Choir,A,P,1\n"


def test_a_grid_of_days_says_its_year_and_asks_for_its_codes(steward: Client, manager: Any) -> None:
    text = AGREEMENT.replace("[retention]", GRID_TERMS.strip())
    load_agreement(text=text, newcomers=[], by=manager, at=AT)
    given = {"feed": "choir", "record": ""}
    address = _upload(steward, GRID, **given).url
    page = _text(steward.get(address))
    assert "Days without a year are of the school year 2026-27" in page
    assert "Cells below the days" in page
    fields = _fill(steward, address)
    assert fields["day_cells"] == "present"
    assert fields[_find(steward, address, "Participant ID")] == "local_id"
    (asked,) = [name for name, value in fields.items() if name.startswith("code") and not value]
    preview = steward.post(address, fields | {asked: "no"})
    confirm_preview(steward, preview.url)
    row = Delivery.objects.get()
    assert (row.record, row.rows_kept) == ("session_attendance", 5)
    mapping = ColumnMapping.parse(SavedMapping.objects.get().text)
    assert (mapping.wide, mapping.codes) == (
        WideLayout("present", school_year="2026-27"),
        {"present": {"E": "no"}},
    )
    later = _upload(steward, GRID, **given, period="2027-28").url
    assert "Days without a year are of 2027-28 now, and were of 2026-27." in _text(
        steward.get(later)
    )
    hours = _fill(steward, later, day_cells="hours:minutes")
    steward.post(later, hours)
    proposed = ProposedFile.objects.get(outcome="")
    wide = ColumnMapping.parse(proposed.mapping).wide
    assert wide == WideLayout("hours:minutes", school_year="2027-28")


_SIDE_BY_SIDE = (
    (
        "contact",
        ["local_id", "guardian_name", "relationship", "phone"],
        (
            "Student ID,Mom First Name,Mom Last Name,Mom Cell,Dad Name,Uncle,Bus\n"
            "1,Jo,Ames,555-0101,Al Ames,Cy Ames,7\n2,Di,Boyd,,,,8\n"
        ),
        {"Uncle": "guardian_name"},
        ("The record “Mother” of each row", 0),  # names of parents are not needed for figures
    ),
    (
        "attendance",
        ["local_id", "date", "event"],
        "Student ID,Date,P1,P2,P3\n1,9/20/2026,UA,UA,\n2,9/20/2026,TX,,\n3,9/20/2026,,,\n",
        {},
        ("In how many periods must a student be absent", 2),
    ),
    (
        "course",
        ["local_id", "course_title", "term", "mark"],
        "Student ID,Course,Q1,Q2,Q3\n1,Art,A,B,\n2,Art,C,,\n",
        {"Q3": ""},
        ("The record “Q1” of each row", 3),
    ),
)


@pytest.mark.parametrize(("record", "fields", "file", "chosen", "expected"), _SIDE_BY_SIDE)
def test_records_side_by_side_are_confirmed_on_the_page(
    steward: Client,
    manager: Any,
    record: str,
    fields: list[str],
    file: str,
    chosen: dict[str, str],
    expected: tuple[str, int],
) -> None:
    names = ", ".join(f'"{name}"' for name in fields)
    terms = GRID_TERMS.replace("session_attendance", record)
    terms = re.sub(r"elements = .*", f"elements = [{names}]", terms)
    text = AGREEMENT.replace("[retention]", terms.strip())
    load_agreement(text=text, newcomers=[], by=manager, at=AT)
    address = _upload(steward, file.encode(), record="", feed=record).url
    page = _text(steward.get(address))
    assert expected[0] in page
    fields = _fill(steward, address, **{_find(steward, address, n): t for n, t in chosen.items()})
    answers = {n: "tardy" for n, value in fields.items() if n.startswith("code") and not value}
    if "absent_from" in fields:
        waiting = ProposedFile.objects.get()
        with pytest.raises(DeliveryStateConflict):
            confirm_proposed_file(
                proposed=waiting, seen=waiting.mapping_digest, by=manager, at=AT, requester=None
            )
        assert steward.post(address, fields | answers).status_code == 422
        answers["absent_from"] = "2"
    confirm_preview(steward, steward.post(address, fields | answers).url)
    row = Delivery.objects.get()
    assert (row.record, row.rows_kept) == (record, expected[1])
    mapping = ColumnMapping.parse(SavedMapping.objects.get().text)
    names = {"contact": ["Mother", "Father", "Uncle"], "course": ["Q1", "Q2"]}
    assert [group.name for group in mapping.results] == names.get(record, [])
    assert "Mother (name)" in mapping.derived or record != "contact"
    before = file.replace("2026", "2025").encode()
    again = _upload(steward, before, record="", feed=record, period="2025-26")
    assert "/waiting/" not in again.url


def test_results_in_several_columns_and_levels_are_chosen_on_the_page(
    steward: Client, manager: Any
) -> None:
    fields = [
        "local_id",
        "school_year",
        "assessment",
        "season",
        "measure",
        "score",
        "performance_level",
        "met",
    ]
    terms = GRID_TERMS.replace("session_attendance", "assessment")
    names = ", ".join(f'"{name}"' for name in fields)
    terms = re.sub(r"elements = .*", f"elements = [{names}]", terms)
    text = AGREEMENT.replace("[retention]", terms.strip())
    load_agreement(text=text, newcomers=[], by=manager, at=AT)
    rows = "".join(f"{n},{400 + n},Tier {n % 2},{420 + n},Tier 1,7\n" for n in range(4))
    header = "Student ID,Fall Score,Fall Tier,Spring Score,Spring Tier,Rank\n"
    address = _upload(steward, (header + rows).encode(), record="", feed="reading").url
    page = _text(steward.get(address))
    assert "The record “fall Overall” of each row" in page
    levels = {"level-0": "yes"}
    assert "Which assessment is it?" in page
    half = steward.post(address, _fill(steward, address, **levels))
    assert half.status_code == 422
    missing = "Say for each performance level whether it meets the standard"
    assert f'<a href="#id_level-1">Tier 0</a>: {missing}' in _text(half)
    levels |= {"level-1": "no", "assessment_title": "Reading check"}
    dropped = {_find(steward, address, "Spring Tier"): ""}
    chosen = _fill(steward, address, **levels, **dropped)
    confirm_preview(steward, steward.post(address, chosen).url)
    assert (Delivery.objects.get().state, Delivery.objects.get().rows_kept) == ("conformed", 8)
    mapping = ColumnMapping.parse(SavedMapping.objects.get().text)
    assert [*mapping.columns] == ["Student ID"]
    assert [len(group.columns) for group in mapping.results] == [2, 1]
    assert mapping.constants == {"assessment": "Reading check", "school_year": "2026-27"}
    later = _upload(steward, (header + rows).encode(), feed="reading", record="", period="2027-28")
    change = "Results without a date are of 2027-28 now, and were of 2026-27."
    assert change in _text(steward.get(later.url))
    assert mapping.levels == {"Tier 1": "yes", "Tier 0": "no"}


def test_the_assessment_of_a_known_layout_is_not_asked_for(steward: Client, manager: Any) -> None:
    terms = GRID_TERMS.replace("session_attendance", "assessment")
    elements = 'elements = ["local_id", "school_year", "assessment", "subject", "score"]'
    text = AGREEMENT.replace("[retention]", re.sub(r"elements = .*", elements, terms).strip())
    load_agreement(text=text, newcomers=[], by=manager, at=AT)
    header = ",".join(load_layouts()["iready_math"].signature) + ",Academic Year\n"
    rows = "7,Fall,480,Mid or Above Grade Level,500Q,2025-2026\n"
    address = _upload(steward, (header + rows).encode(), record="", feed="maths").url
    page = _text(steward.get(address))
    assert "Which assessment is it?" not in page
    source = "The layout of the file says so: i-Ready Diagnostic results, mathematics."
    assert source in page
    field = steward.get(address).context["form"]["assessment_title"]
    assert field.value() == "i-Ready Diagnostic"
    steward.post(address, _fill(steward, address, assessment_title="Another test"))
    changed = _text(steward.get(address))
    assert source not in changed
    assert "Which assessment is it?" in changed


ATTENDANCE = b"Student ID,Date,Attendance Code\n1,2025-09-20,absent\n2,3/2/2026,absent\n"


def test_the_period_is_proposed_from_the_dates_of_the_file(steward: Client) -> None:
    given = {"record": "attendance", "feed": "attendance"}
    address = _upload(steward, ATTENDANCE, **given).url
    page = steward.get(address)
    assert page.context["form"]["period"].value() == "2025-26"
    hint = "The dates in the file are of the school year 2025-26, and its period is 2026-27."
    assert hint in _text(page)
    assert ProposedFile.objects.get().period == "2026-27", "a person decides"
    kept = _fill(steward, address, period="2026-27")
    assert steward.post(address, kept).url.endswith("/preview/")
    assert steward.get(address).context["form"]["period"].value() == "2026-27"
    twin = _upload(steward, ATTENDANCE, **given, period="2025-26").url
    assert "period" not in steward.get(twin).context["form"].fields
    conflict = steward.post(address, _fill(steward, address, period="2025-26"))
    assert "waits for this period already" in _text(conflict)
    steward.post(reverse("intake:proposal_cancel", args=[ProposedFile.objects.first().pk]))
    preview = steward.post(address, _fill(steward, address, period="2025-26")).url
    assert "attendance, 2025-26" in _text(steward.get(preview))
    confirm_preview(steward, preview)
    assert Delivery.objects.get().period == "2025-26"


def test_the_period_of_changes_is_that_of_the_file_before(steward: Client) -> None:
    changes = {"record": "attendance", "feed": "attendance", "changes_as_of": "2026-09-30"}
    address = _upload(steward, ATTENDANCE, **changes).url
    assert "period" not in steward.get(address).context["form"].fields


def test_a_confirmed_layout_waits_where_its_dates_contradict_the_period(steward: Client) -> None:
    given = {"record": "attendance", "feed": "attendance", "period": "2025-26"}
    first = _upload(steward, ATTENDANCE, **given).url
    confirm_preview(steward, steward.post(first, _fill(steward, first)).url)
    next_year = ATTENDANCE.replace(b"2025-", b"2026-").replace(b"/2026", b"/2027")
    address = _upload(steward, next_year, **given).url
    said = "The dates in the file are of the school year 2026-27, and its period is 2025-26."
    page = _text(steward.get(address))
    assert "The file differs from earlier ones" in page
    assert page.count(said) == 1
    assert "Check which period it is. If dates are wrong" in page
    assert ProposedFile.objects.get(outcome="").proposal["changes"] == [said]
    fields = _fill(steward, address)
    assert fields["period"] == "2026-27"
    confirm_preview(steward, steward.post(address, fields).url)
    again = steward.get(_upload(steward, next_year, **given).url)
    assert "This file was already uploaded. Nothing changed." in _text(again)
    assert sorted(row.period for row in Delivery.objects.all()) == ["2025-26", "2026-27"]
    assert all(row.is_current for row in Delivery.objects.all())


def test_rows_of_several_school_years_are_confirmed_once_for_a_period(steward: Client) -> None:
    given = {"record": "attendance", "feed": "attendance", "period": "2025-26"}
    both = ATTENDANCE.replace(b"2025-09-20", b"2024-09-20")
    address = _upload(steward, both, **given).url
    page = _text(steward.get(address))
    assert "Cells of each school year: 2024-25 (1), 2025-26 (1). Check which period it is." in page
    assert _fill(steward, address)["period"] == "2025-26"
    confirm_preview(steward, steward.post(address, _fill(steward, address)).url)
    more = both + b"3,2026-02-03,absent\n"
    assert _upload(steward, more, **given).url.startswith("/intake/")
    assert Delivery.objects.get(state="conformed").rows_kept == 3
    later = {**given, "period": "2026-27"}
    more += b"4,2026-02-04,absent\n"
    assert "2025-26 (3)" in _text(steward.get(_upload(steward, more, **later).url))
