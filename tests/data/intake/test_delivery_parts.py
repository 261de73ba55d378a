"""The part of a period's data that a file holds, by its name and by what was sent before."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.data.intake.delivery_parts import (
    UnclearPart,
    choose_part_names,
    make_part_names,
    normalize_part_name,
)
from cairn.data.intake.models import PART_LENGTH, Delivery


def _current(*files: tuple[str, str]) -> list[Delivery]:
    return [Delivery(file_name=name, part=part) for name, part in files]


def test_a_part_has_one_spelling() -> None:
    assert normalize_part_name(" North  High ") == normalize_part_name("north_high") == "north-high"
    assert normalize_part_name("2026-11-27") == "2026-11-27"
    assert normalize_part_name("Señora") == "señora"
    assert normalize_part_name(" - ") == ""
    assert len(normalize_part_name("x" * 200)) == PART_LENGTH


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["roster-north.csv", "roster-south.csv"], ["north", "south"]),
        (["North High roster.csv", "South roster.csv"], ["north-high", "south"]),
        (["RosterNorth.csv", "RosterSouth.csv"], ["north", "south"]),
        (["att_2026-11-27.csv", "att_2026-12-27.csv"], ["2026-11-27", "2026-12-27"]),
        (["roster.csv", "roster-south.csv"], ["roster", "roster-south"]),
        (["north/roster.csv", "south/roster.csv"], ["north", "south"]),
        (["a/x/roster.csv", "b/x/roster.csv"], ["a", "b"]),
        (["a.csv", "a.xlsx"], ["csv", "xlsx"]),
    ],
)
def test_a_part_is_named_by_what_differs(paths: list[str], names: list[str]) -> None:
    assert make_part_names([Path(path) for path in paths]) == names


def test_a_name_that_cannot_be_told_apart_gets_a_mark() -> None:
    paths = [Path(f"{'x' * 80}-{site}.csv") for site in ("#", "@")]
    names = make_part_names(paths)
    assert len({*names}) == len(names)
    assert all(len(name) <= PART_LENGTH for name in names)


@given(st.lists(st.text("abAB12-_. /", min_size=1, max_size=12), min_size=2, unique=True))
def test_names_differ_and_do_not_depend_on_the_order(texts: list[str]) -> None:
    paths = list(dict.fromkeys(Path(text) for text in texts))
    names = dict(zip(paths, make_part_names(paths), strict=True)) if len(paths) > 1 else {}
    assert len({*names.values()}) == len(names)
    assert all(names.values())
    reversed_paths = paths[::-1]
    if len(paths) > 1:
        assert dict(zip(reversed_paths, make_part_names(reversed_paths), strict=True)) == names


def test_a_single_file_is_the_whole() -> None:
    assert choose_part_names([Path("students.csv")], []) == [""]
    whole = _current(("students.csv", ""))
    assert choose_part_names([Path("students new.csv")], whole) == [""]


def test_a_file_that_was_a_part_stays_that_part() -> None:
    current = _current(("north.csv", "north"), ("south.csv", "south"))
    assert choose_part_names([Path("south.csv")], current) == ["south"]
    three = [Path("north.csv"), Path("south.csv"), Path("east.csv")]
    assert choose_part_names(three, current) == ["north", "south", "east"]
    first_alone = _current(("north.csv", ""))
    assert choose_part_names(three[:2], first_alone) == ["", "south"]


def test_a_single_new_file_beside_parts_must_say_which_it_is() -> None:
    current = _current(("north.csv", "north"), ("south.csv", "south"))
    with pytest.raises(UnclearPart, match="north, south"):
        choose_part_names([Path("east.csv")], current)


def test_files_of_one_name_are_told_apart_by_their_folders() -> None:
    paths = [Path("north/s.csv"), Path("south/s.csv")]
    current = _current(("s.csv", "north"), ("s.csv", "south"))
    assert choose_part_names(paths, current) == ["north", "south"]


def test_a_made_name_that_is_taken_gets_a_mark() -> None:
    current = _current(("north.csv", "south"))
    names = choose_part_names([Path("north.csv"), Path("south.csv")], current)
    assert names[0] == "south"
    assert names[1].startswith("south-")


_FILES = st.lists(
    st.sampled_from([Path(f"{site} roster.csv") for site in ("north", "south", "east", "west")]),
    min_size=2,
    unique=True,
)


def _send(slots: dict[str, Path], files: list[Path]) -> dict[str, Path]:
    """Fill the slots of one feed and period with one command's files."""
    current = _current(*((path.name, part) for part, path in slots.items()))
    return slots | dict(zip(choose_part_names(files, current), files, strict=True))


@given(_FILES, st.randoms())
def test_parts_commute_and_a_resend_changes_nothing(files: list[Path], order: object) -> None:
    sent = _send({}, files)
    assert {*sent.values()} == {*files}
    shuffled = sorted(files, key=lambda _path: order.random())  # type: ignore[attr-defined]
    assert _send({}, shuffled) == sent
    assert _send(sent, shuffled) == sent
    for file in files:
        assert _send(sent, [file]) == sent
