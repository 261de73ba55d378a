"""`cairn decide`: from plain files, without a server or a database."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.interfaces.cli.conftest import Said

from cairn.demo.planned_deliveries import find_examples_folder

Cairn = Callable[..., Said]
FOLDER = find_examples_folder("decide")
DAY = ("--on", "2026-11-24")


def _files(request: str = "view.json") -> tuple[object, ...]:
    return ("decide", "--facts", FOLDER / "facts.json", "--request", FOLDER / request, *DAY)


def test_a_list_in_part_and_a_referral_refused(cairn: Cairn) -> None:
    said = cairn(*_files(), "--json")
    assert (said.code, said.facts["outcome"]) == (0, "allow_subset")
    assert said.facts["people"]["c-01"] == "allow"
    assert said.facts["coarser"] == {"student.birth_date": "student.age_band"}
    refused = cairn(*_files("onward.json"), "--json")
    assert refused.code == 1
    assert {r["code"] for r in refused.facts["reasons"] if r["effect"] == "deny"} >= {"R16.1"}


def test_an_unknown_receiver_is_sent_nothing(cairn: Cairn, tmp_path: Path) -> None:
    """A file that says nothing of the receivers leaves unknown whether they may hold records."""
    known = json.loads((FOLDER / "facts.json").read_text("utf-8"))
    del known["receivers"]
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps(known), "utf-8")
    request = FOLDER / "onward.json"
    refused = cairn("decide", "--facts", facts, "--request", request, *DAY, "--json")
    assert "T13" in {r["code"] for r in refused.facts["reasons"] if r["effect"] == "deny"}
    named = cairn(*_files("onward.json"), "--json")
    assert "T13" not in {reason["code"] for reason in named.facts["reasons"]}


@pytest.mark.parametrize("audience", ["steward", "recipient", "family", "public"])
def test_each_audience_in_sentences(cairn: Cairn, audience: str) -> None:
    said = cairn(*_files(), "--as", audience, "--child", "c-02")
    assert said.code == 0
    told = {
        "steward": "1 of 8 children.",
        "recipient": "Some records may be left out.",
        "family": "Shared about your child: nothing.",
        "public": "This is not available to the public.",
    }
    assert told[audience] in said.out
    assert ("revoked" in said.out) is (audience == "steward")
    assert ("1 of 8" in said.out) is (audience == "steward")
    assert ("Not available: fewer than 10." in said.out) is (audience == "recipient")
    refused = cairn(*_files("onward.json"), "--as", audience, "--child", "c-01")
    assert refused.code == 1


def test_a_family_whose_child_is_in(cairn: Cairn) -> None:
    said = cairn(*_files(), "--as", "family", "--child", "c-01")
    assert "Shared about your child: absence.days, student.age_band." in said.out


@pytest.mark.parametrize("which", ["facts", "request"])
def test_the_examples_keep_to_the_printed_schema(cairn: Cairn, which: str) -> None:
    printed = json.loads(cairn("decide", "--schema", which).out)
    assert cairn("decide", "--schema", which, "--json").facts == printed
    name = "facts.json" if which == "facts" else "view.json"
    jsonschema.validate(json.loads((FOLDER / name).read_text("utf-8")), printed)


def _changed(tmp_path: Path, **changes: Any) -> Path:
    data = json.loads((FOLDER / "facts.json").read_text("utf-8")) | changes
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(data), "utf-8")
    return path


def test_a_malformed_file_names_place_and_field(cairn: Cairn, tmp_path: Path) -> None:
    path = _changed(tmp_path, people=[{"birth_date": "03-04", "shoe": 38}], colour=1)
    request = ("--request", FOLDER / "view.json")
    said = cairn("decide", "--facts", path, *request, *DAY)
    assert said.code == 2
    for place in ("people[0].id: is missing", "people[0].birth_date", "people[0].shoe", "colour"):
        assert f"{path}: {place}" in said.error
    unregistered = _changed(tmp_path, organizations=[])
    said = cairn("decide", "--facts", unregistered, *request, *DAY)
    assert (said.code, "is not registered" in said.error) == (2, True)


def test_files_that_cannot_be_read(cairn: Cairn, tmp_path: Path) -> None:
    broken, latin = tmp_path / "broken.json", tmp_path / "latin.json"
    broken.write_text('{"people": [}', "utf-8")
    latin.write_bytes(b'{"a": "\xe9"}')
    for path, told in (
        (broken, "line 1, column 13"),
        (latin, "not UTF-8"),
        (tmp_path / "none.json", "does not exist"),
    ):
        said = cairn("decide", "--facts", path, "--request", FOLDER / "view.json", *DAY)
        assert (said.code, told in said.error) == (2, True)
    assert cairn("decide").code == 2
    said = cairn(*_files()[:-2], "--on", "24 November")
    assert (said.code, "is not a date" in said.error) == (2, True)
    assert cairn(*_files()[:-2]).code in (0, 1)


def test_a_request_about_nobody(cairn: Cairn, tmp_path: Path) -> None:
    data = json.loads((FOLDER / "view.json").read_text("utf-8")) | {"people": []}
    path = tmp_path / "nobody.json"
    path.write_text(json.dumps(data), "utf-8")
    said = cairn("decide", "--facts", FOLDER / "facts.json", "--request", path, *DAY)
    assert said.code == 1
    assert "The request does not list any children." in said.out
    backwards = json.dumps(data | {"first_year": "2026-27", "last_year": "2025-26"})
    path.write_text(backwards, "utf-8")
    said = cairn("decide", "--facts", FOLDER / "facts.json", "--request", path, *DAY)
    assert (said.code, "last_year: 2025-26 is before" in said.error) == (2, True)
