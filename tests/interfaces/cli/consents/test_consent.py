"""Consents and letters from the command line."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.governance.consents import sample_consents as made

from cairn.governance.consents.models.child import Child, Statement
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.protected_identity import compute_child_key
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

HEAD = "local_id,signer,relation,signed_on,language,answer,records,name,birth_date\n"
FORM = ("--form", "river/after-school")


@pytest.fixture
def world(db: None, person: Callable[..., Any], organization: Callable[..., Any]) -> made.World:
    return made.make(person, organization)


def test_papers_go_on_record_and_are_taken_back(
    world: made.World, cairn: Callable[..., Any], tmp_path: Path
) -> None:
    papers, scan = tmp_path / "papers.csv", tmp_path / "scan.pdf"
    papers.write_text(HEAD + "S-1,Rosa Alba,parent,2026-09-01,es,,,Ana Alba,2016-05-04\n")
    scan.write_bytes(b"%PDF-1.7")
    tutor, steward = ("--as", world.tutor.email), ("--as", world.steward.email)
    where = ("--from", "lanterns", "--scan", scan)
    said = cairn("consent", "record", papers, *FORM, *where, *tutor, "--json")
    assert said.facts == {"answers": 1}
    row = Consent.objects.get()
    record = cairn("consent", "export", row.reference, *steward, "--json").facts
    assert record["record"]["record_id"] == row.reference
    assert json.loads(cairn("consent", "export", row.reference, *steward).out) == record
    back = cairn("consent", "revoke", row.reference, "-", *steward, input="Rosa Alba\n")
    assert "No new data are shared" in back.out
    empty = tmp_path / "name.txt"
    empty.write_text(" \n")
    assert cairn("consent", "revoke", row.reference, empty, *steward).code == 2
    assert cairn("consent", "revoke", "0123", empty, *steward).code == 2


def test_mistakes_are_told_by_row_and_nothing_is_saved(
    world: made.World, cairn: Callable[..., Any], tmp_path: Path
) -> None:
    papers = tmp_path / "papers.csv"
    papers.write_text(HEAD + "S-1,,parent,2026-09-01,es,,,,\n")
    tutor = ("--from", "lanterns", "--as", world.tutor.email)
    said = cairn("consent", "record", papers, *FORM, *tutor)
    assert said.code == 1
    assert "Row 2, signer: The cell is empty. A consent requires a signature." in said.error
    found = cairn("consent", "record", papers, *FORM, *tutor, "--json").facts["mistakes"]
    assert [(m["row"], m["column"]) for m in found] == [(2, "signer")]
    assert not Consent.objects.exists()
    for arguments in (
        ("--form", "river/other", "--from", "lanterns"),
        (*FORM, "--from", "nobody"),
    ):
        assert cairn("consent", "record", papers, *arguments).code == 2


def test_a_school_says_what_its_records_hold(
    world: made.World, cairn: Callable[..., Any], organization: Callable[..., Any], tmp_path: Path
) -> None:
    steward = ("--from", "river", "--as", world.steward.email)
    said = cairn("consent", "state", "withheld", "listed", *steward, "--json")
    assert said.facts == {"organization": "river", "about": "withheld", "says": "listed"}
    assert Statement.objects.first().says == "listed"
    organization("sand-creek", kind=OrganizationKind.TRIBAL_NATION)
    ids = tmp_path / "ids.txt"
    ids.write_text("S-7\nS-8, S-7\n")
    done = cairn("consent", "nations", ids, *steward, "--nation", "sand-creek", "--json")
    assert done.facts == {"children": 2}
    kept = ("--element", "address", "--element", "student.email")
    done = cairn("consent", "keep-back", "-", *steward, *kept, "--json", input="S-7\n")
    assert done.facts == {"children": 1}
    row = Child.objects.get(key=compute_child_key("river", "S-7"))
    assert row.nations == ["sand-creek"]
    assert {"student.street", "student.city", "student.email"} <= set(row.withheld)
    cairn("consent", "keep-back", "-", *steward, input="S-7\n")
    row.refresh_from_db()
    assert row.withheld == []


def test_what_a_school_cannot_say_is_told(
    world: made.World, cairn: Callable[..., Any], tmp_path: Path
) -> None:
    steward = ("--from", "river", "--as", world.steward.email)
    before = Statement.objects.count()
    for arguments in (("hair", "listed"), ("nations", "perhaps")):
        assert cairn("consent", "state", *arguments, *steward).code == 2
    assert Statement.objects.count() == before
    ids, empty = tmp_path / "ids.txt", tmp_path / "empty.txt"
    ids.write_text("S-7\n")
    empty.write_text("\n")
    assert cairn("consent", "nations", empty, *steward).code == 2
    assert cairn("consent", "nations", tmp_path / "none.txt", *steward).code == 2
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n")
    not_text = cairn("consent", "nations", picture, *steward)
    assert (not_text.code, "Save it as UTF-8" in not_text.error) == (2, True)
    assert cairn("consent", "nations", ids, *steward, "--nation", "lanterns").code == 2
    assert cairn("consent", "keep-back", ids, *steward, "--element", "student.hair").code == 2
    assert not Child.objects.filter(key=compute_child_key("river", "S-7")).exists()


def test_letters_are_one_file_whose_codes_open_the_page(
    world: made.World, cairn: Callable[..., Any], tmp_path: Path
) -> None:
    children, to = tmp_path / "children.txt", tmp_path / "letters.html"
    children.write_text("S-1, Ana Fern, es\n\nS-2\n")
    where = ("--from", "river", "--address", "https://cairn.county.example/", "--to", to)
    until = ("--until", "2099-06-30", "--as", world.steward.email)
    said = cairn("family", "letters", children, *where, *until, "--json")
    assert said.facts == {"letters": 2, "expires_on": "2099-06-30"}
    assert to.stat().st_mode & 0o077 == 0
    page = to.read_text()
    assert "https://cairn.county.example/family/" in page
    assert "A la familia de Ana Fern" in page
    assert ".letter" in page
    code = re.findall(r'class="code">([A-Z2-9-]+)<', page)[0]
    assert Client().post("/family/", {"code": code}).status_code == 302
    assert code not in said.out


@pytest.mark.parametrize(
    ("text", "address"), [("\n", "https://cairn.example"), ("S-1\n", "cairn.example")]
)
def test_letters_say_what_to_write(
    world: made.World, cairn: Callable[..., Any], tmp_path: Path, text: str, address: str
) -> None:
    children, to = tmp_path / "children.txt", tmp_path / "letters.html"
    children.write_text(text)
    where = ("--from", "river", "--address", address, "--to", to)
    said = cairn("family", "letters", children, *where, "--as", world.steward.email)
    assert said.code == 2
    assert not to.exists()
