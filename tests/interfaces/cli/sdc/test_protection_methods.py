"""`cairn protect --method` and `--compare`: what else can be done, and what each would keep."""

import csv
import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cairn = Callable[..., Any]

SCHOOLS = ("A", "B", "C")
RACES = {"u": [40, 51, 62], "v": [33, 24, 51], "w": [6, 7, 8], "x": [7, 5, 6]}
TABLE = "school,race,n\n" + "".join(
    f"{school},{race},{n}\n"
    for race, people in RACES.items()
    for school, n in zip(SCHOOLS, people, strict=True)
)
TRUE = {
    (school, race): n
    for race, people in RACES.items()
    for school, n in zip(SCHOOLS, people, strict=True)
}
BY = ("--dims", "school,race", "--count", "n")


@pytest.fixture
def cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "cells.csv"
    path.write_text(TABLE)
    return path


@pytest.fixture
def secret(cells: Path) -> Path:
    path = cells.parent / "secret"
    path.write_bytes(secrets.token_bytes(32))
    return path


def rows(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ends(text: str) -> tuple[int, int]:
    low, high = text.split("-")
    return int(low), int(high)


def test_ranges_stand_in_the_blanks_and_hold_the_truth(cairn: Cairn, cells: Path) -> None:
    said = cairn("protect", cells, *BY, "--out", "p.csv", "--method", "ranges", "--json")
    assert said.code == 0
    assert said.facts["narrowest"] >= 3
    found = rows("p.csv")
    assert {row["status"] for row in found} == {"published", "range"}
    for row in found:
        assert bool(row["n"]) != bool(row["range"])
        if row["range"] and "All" not in (row["school"], row["race"]):
            low, high = ends(row["range"])
            assert low <= TRUE[row["school"], row["race"]] <= high


def test_a_file_with_ranges_is_an_earlier_release_like_any_other(cairn: Cairn, cells: Path) -> None:
    assert cairn("protect", cells, *BY, "--out", "one.csv", "--method", "ranges").code == 0
    assert cairn("protect", cells, *BY, "--out", "plain.csv").code == 0
    again = (*BY, "--out", "two.csv", "--previous", "one.csv", "--json")
    said = cairn("protect", cells, *again)
    assert (said.code, said.facts["previous"]) == (0, {"one.csv": "the same people"})
    assert Path("two.csv").read_text() == Path("plain.csv").read_text()


def test_rates_have_ranges_of_both_numbers(cairn: Cairn, cells: Path) -> None:
    cells.write_text("race,n,d\na,30,60\nb,2,9\nc,20,45\nd,25,50\n")
    by = ("--dims", "race", "--count", "n", "--denominator", "d")
    assert cairn("protect", cells, *by, "--out", "p.csv", "--method", "ranges").code == 0
    small = next(row for row in rows("p.csv") if row["race"] == "b")
    assert (small["n"], small["denominator"], small["percentage"]) == ("", "", "")
    assert ends(small["range"])[0] <= 2 <= ends(small["range"])[1]
    assert ends(small["denominator_range"])[0] <= 9 <= ends(small["denominator_range"])[1]


def test_rounded_numbers_add_up_and_say_what_they_stand_for(cairn: Cairn, cells: Path) -> None:
    order = (*BY, "--out", "p.csv", "--method", "round", "--audit", "a.json", "--json")
    said = cairn("protect", cells, *order)
    assert (said.code, said.facts["base"], said.facts["moved_at_most"]) == (0, 5, 4)
    found = {(row["school"], row["race"]): row for row in rows("p.csv")}
    for school in SCHOOLS:
        parts = sum(int(found[school, race]["n"]) for race in RACES)
        assert int(found[school, "All"]["n"]) == parts
    for key, n in TRUE.items():
        assert abs(int(found[key]["n"]) - n) < 5
        assert ends(found[key]["range"])[0] <= n <= ends(found[key]["range"])[1]
        assert found[key]["status"] == "range"
    assert json.loads(Path("a.json").read_text())["safe"]
    said = cairn("protect", cells, *order, "--base", "3")
    assert (said.code, said.facts["base"]) == (0, 3)


def test_the_same_secret_gives_the_same_noise_in_every_table(
    cairn: Cairn, cells: Path, secret: Path
) -> None:
    noise = ("--method", "cell-key", "--secret", secret, "--json")
    said = cairn("protect", cells, *BY, "--out", "one.csv", *noise)
    assert (said.code, said.facts["moved_at_most"], said.facts["base"]) == (0, 5, None)
    order = (*BY, "--tables", "race", "--out", "two.csv", *noise)
    assert cairn("protect", cells, *order).code == 0
    one = {row["race"]: row["n"] for row in rows("one.csv") if row["school"] == "All"}
    assert one == {row["race"]: row["n"] for row in rows("two.csv")}


def test_people_carry_their_noise_from_file_to_file(
    cairn: Cairn, cells: Path, secret: Path
) -> None:
    people = [(*key, f"{'-'.join(key)}-{at}") for key, n in TRUE.items() for at in range(n)]
    cells.write_text("school,race,id\n" + "".join(",".join(p) + "\n" for p in people))
    other = cells.with_name("other.csv")
    other.write_text("id,race\n" + "".join(f"{i},{race}\n" for _, race, i in reversed(people)))
    noise = ("--method", "cell-key", "--secret", secret, "--person", "id")
    assert cairn("protect", cells, "--dims", "school,race", "--out", "one.csv", *noise).code == 0
    assert cairn("protect", other, "--dims", "race", "--out", "two.csv", *noise).code == 0
    one = {row["race"]: row["n"] for row in rows("one.csv") if row["school"] == "All"}
    assert one == {row["race"]: row["n"] for row in rows("two.csv")}
    other.write_text("id,race\n,u\n" + "x,u\n" * 30)
    said = cairn("protect", other, "--dims", "race", "--out", "three.csv", *noise)
    assert (said.code, "row 2, column id: empty" in said.error) == (2, True)


def test_a_rule_that_withholds_is_not_got_around(cairn: Cairn, cells: Path, secret: Path) -> None:
    for method in (("round",), ("cell-key", "--secret", secret)):
        order = (*BY, "--out", "p.csv", "--rule", "cms-11", "--method", *method)
        said = cairn("protect", cells, *order)
        assert said.code == 1
        assert "cms-11 suppresses all counts below 11" in said.error
        assert "CMS cell size suppression policy" in said.error
        assert not Path("p.csv").exists()
    order = (*BY, "--out", "p.csv", "--method", "ranges", "--json", "--rule")
    said = cairn("protect", cells, *order, "ed-nces-2011-603")
    assert (said.code, said.facts["written"]) == (1, None)
    assert said.facts["refused"][0]["reasons"][0]["code"] == "P35"
    assert cairn("protect", cells, *order, "cms-11").code == 0


def test_ways_are_compared_and_nothing_is_written(cairn: Cairn, cells: Path, secret: Path) -> None:
    before = {path.name for path in Path().iterdir()}
    said = cairn("protect", cells, *BY, "--compare", "--json")
    assert said.code == 0
    ways = {way["method"]: way for way in reversed(said.facts["ways"])}
    assert set(ways) == {"suppress", "ranges", "round", "cell-key"}
    assert (ways["round"]["exact"], ways["suppress"]["changed"]) == (0, 0)
    assert ways["ranges"]["exact"] == ways["suppress"]["exact"] > 0
    assert ways["cell-key"]["narrowest"] is None
    best = said.facts["merges"][0]
    assert best["values"] == ["w", "x"]
    assert best["said"] == (
        f"Merge w, x (race): {best['cells']} more cells can be shown, with {best['people']} more "
        "people in them."
    )
    merged = next(way for way in said.facts["ways"] if way["way"].startswith("merge w + x"))
    assert merged["exact"] == ways["suppress"]["exact"] + best["cells"]
    assert {path.name for path in Path().iterdir()} == before
    said = cairn("protect", cells, *BY, "--compare", "--secret", secret)
    assert said.code == 0
    assert "Merge w, x (race)" in said.out
    assert "not attacked" not in said.out


def test_a_comparison_says_which_rule_is_against_a_way(cairn: Cairn, cells: Path) -> None:
    said = cairn("protect", cells, *BY, "--compare", "--rule", "cms-11", "--json")
    why = {way["method"]: way.get("why_not", "") for way in said.facts["ways"]}
    assert "CMS cell size suppression policy" in why["round"]
    assert not why["ranges"]
    said = cairn("protect", cells, *BY, "--compare", "--rule", "cms-11")
    assert "! round all numbers to 5: cms-11 suppresses" in said.out


def test_a_comparison_and_a_file_in_one(cairn: Cairn, cells: Path) -> None:
    order = (*BY, "--compare", "--method", "suppress", "--out", "p.csv", "--json")
    said = cairn("protect", cells, *order)
    assert (said.code, said.facts["written"], bool(said.facts["ways"])) == (0, "p.csv", True)
    assert "range" not in Path("p.csv").read_text().splitlines()[0]


def test_beside_what_is_out_nothing_is_merged_or_moved(cairn: Cairn, cells: Path) -> None:
    assert cairn("protect", cells, *BY, "--out", "one.csv").code == 0
    said = cairn("protect", cells, *BY, "--compare", "--previous", "one.csv", "--json")
    assert said.facts["merges"] == []
    why = {way["method"]: way.get("why_not", "") for way in said.facts["ways"]}
    assert why["round"] == why["cell-key"] == "not possible together with earlier exact numbers."


def test_what_the_source_withheld_is_not_moved(cairn: Cairn, cells: Path) -> None:
    cells.write_text("race,n\nAll,300\na,NA\nb,NA\nc,40\nd,60\ne,90\n")
    by = ("--dims", "race", "--count", "n")
    said = cairn("protect", cells, *by, "--out", "p.csv", "--method", "round")
    assert (said.code, "needs every number" in said.error) == (2, True)
    said = cairn("protect", cells, *by, "--compare", "--json")
    why = {way["method"]: way.get("why_not", "") for way in said.facts["ways"]}
    assert "needs every number" in why["round"]


def test_a_rounded_file_is_no_earlier_release(cairn: Cairn, cells: Path) -> None:
    assert cairn("protect", cells, *BY, "--out", "one.csv", "--method", "round").code == 0
    said = cairn("protect", cells, *BY, "--out", "two.csv", "--previous", "one.csv")
    assert (said.code, "was rounded or has noise" in said.error) == (2, True)


def test_a_group_too_small_for_its_rule_is_merged_too(cairn: Cairn, cells: Path) -> None:
    order = (*BY, "--compare", "--rule", "idea-disproportionality", "--json")
    assert cairn("protect", cells, *order).code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Name the file to write"),
        (("--compare", "--out", "p.csv"), "--compare writes no file"),
        (("--compare", "--audit", "a.json"), "--compare writes no file"),
        (("--out", "p.csv", "--base", "5"), "--base works only with"),
        (("--compare", "--base", "2"), "--base: use at least 3"),
        (("--out", "p.csv", "--secret", "secret"), "--secret works only with"),
        (("--out", "p.csv", "--method", "cell-key"), "needs --secret FILE"),
        (("--compare", "--person", "n"), "--person works only with --secret"),
        (("--compare", "--secret", "secret", "--person", "id"), "--person is for files"),
        (("--compare", "--secret", "short"), "has 5 bytes"),
        (("--compare", "--secret", "none"), "cannot be read"),
        (
            ("--out", "p.csv", "--method", "round", "--previous", "cells.csv"),
            "--previous does not work with --method round",
        ),
    ],
)
def test_what_does_not_go_together_is_told(
    cairn: Cairn, cells: Path, secret: Path, arguments: tuple[str, ...], message: str
) -> None:
    cells.with_name("short").write_bytes(b"short")
    said = cairn("protect", cells, *BY, *arguments)
    assert said.code == 2
    assert message in said.error
    assert not Path("p.csv").exists()


def test_who_a_person_is_is_no_dimension(cairn: Cairn, cells: Path, secret: Path) -> None:
    order = ("--dims", "school,race", "--compare", "--secret", secret, "--person", "race")
    said = cairn("protect", cells, *order)
    assert (said.code, "race identifies single people" in said.error) == (2, True)
