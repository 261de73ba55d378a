"""The line of every key: in the texts that partners keep, and in whatever TOML allows."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.governance.agreements.toml_format.line_numbers import (
    TomlPath,
    find_line_numbers,
    find_nearest_line,
)

EXAMPLES = sorted((Path(__file__).parents[4] / "examples").glob("*/agreements/*.toml"))
ODD = '''# "not = a key"
title = "a # in \\" it = [" # and = after
'quoted key' = 1
a."b c".d = 2
many = [ # [[not.a.table]]
    "one", # two = 2
    { x = "}" },
]
long = """
[not.a.table]
key = "no" \\"""
"""
plain = \'\'\'
[neither]
\'\'\'
[table]  # comment
key = { inside = [1, 2] }
[[rows]]
name = "first"
[rows.inner]
deep = true
[[rows]]
name = "second"
[[rows.inner.more]]
x = 1
[[rows.inner.more]]
x = 2'''


def keys(table: dict[str, Any], path: TomlPath = ()) -> Iterator[TomlPath]:
    for key, value in table.items():
        yield (*path, key)
        if isinstance(value, dict):
            yield from keys(value, (*path, key))
        elif isinstance(value, list):
            for number, row in enumerate(value):
                if isinstance(row, dict):
                    yield from keys(row, (*path, key, number))


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("title",), 2),
        (("quoted key",), 3),
        (("a", "b c", "d"), 4),
        (("many",), 5),
        (("many", 1, "x"), 5),
        (("long",), 9),
        (("plain",), 13),
        (("table",), 16),
        (("table", "key"), 17),
        (("table", "key", "inside"), 17),
        (("rows",), 18),
        (("rows", 0, "name"), 19),
        (("rows", 0, "inner", "deep"), 21),
        (("rows", 1), 22),
        (("rows", 1, "inner", "more", 0, "x"), 25),
        (("rows", 1, "inner", "more", 1, "x"), 27),
        (("nowhere",), 1),
        (("table", "nowhere"), 16),
    ],
)
def test_whatever_toml_allows(place: TomlPath, line: int) -> None:
    tomllib.loads(ODD)
    assert find_nearest_line(find_line_numbers(ODD), place) == line


def test_nothing_is_invented() -> None:
    real = set(keys(tomllib.loads(ODD)))
    named = {p for p in find_line_numbers(ODD) if isinstance(p[-1], str)}
    assert named <= real


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda f: f.stem)
def test_every_key_of_the_examples_is_on_its_line(file: Path) -> None:
    text = file.read_text("utf-8")
    where, lines = find_line_numbers(text), text.splitlines()
    for place in keys(tomllib.loads(text)):
        line = lines[find_nearest_line(where, place) - 1]
        assert str(place[-1]) in line or "{" in line or line.endswith("[")


_KEYS = st.text("abcdefghij_-", min_size=1, max_size=6)
_VALUES = st.one_of(
    st.integers().map(str),
    st.text(max_size=8).map(
        lambda t: (
            '"'
            + t.encode("unicode_escape")
            .decode()
            .replace('"', "'")
            .replace("\\x", "\\u00")
            .replace("\\'", "'")
            + '"'
        )
    ),
    st.lists(st.integers(), max_size=3).map(lambda v: "[\n" + ",\n".join(map(str, v)) + "\n]"),
    st.just('"""\na = 1\n[b]\n"""'),
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=6))
def test_keys_stand_where_they_were_written(said: dict[str, str]) -> None:
    text, line, expected = "", 1, {}
    for key, value in said.items():
        expected[key] = line
        text += f"{key} = {value}\n"
        line += value.count("\n") + 1
    found = find_line_numbers(text)
    assert {key: found[(key,)] for key in said} == expected
    assert len(found) == len(said)
