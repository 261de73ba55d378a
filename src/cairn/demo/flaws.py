"""The delivery that is flawed on purpose: what a screening export looks like on a bad day.

Good rows must survive. Each flaw says what Cairn should find.
"""

from collections.abc import Callable, Mapping
from random import Random

Row = list[object]
SHARE = 0.06
HEADER_AT: Mapping[str, int] = {
    "local_id": 4, "state_id": 5, "first": 6, "last": 7, "born": 9, "taken": 11, "score": 13,
    "level": 14,
}  # fmt: skip


def _put(column: str, value: object) -> Callable[[Row], list[Row]]:
    def change(row: Row) -> list[Row]:
        changed = list(row)
        changed[HEADER_AT[column]] = value
        return [changed]

    return change


def _nobody(row: Row) -> list[Row]:
    """A score that belongs to nobody: no id, no name."""
    changed = list(row)
    for column in ("local_id", "state_id", "first", "last", "born"):
        changed[HEADER_AT[column]] = ""
    return [changed]


def _twice(row: Row) -> list[Row]:
    """The same result number on two different rows."""
    other = list(row)
    other[HEADER_AT["score"]] = 200
    return [row, other]


FLAWS: Mapping[str, Callable[[Row], list[Row]]] = {
    "a birth date that does not exist": _put("born", "2/30/2020"),
    "a birth date in month 13": _put("born", "13/45/2019"),
    "a birth date in the future": _put("born", "7/4/2919"),
    "a test date that does not exist": _put("taken", "9/31/2025"),
    "a level nobody defined": _put("level", "Level 9"),
    "a score that is no number": _put("score", "see paper form"),
    "a row about nobody": _nobody,
    "a result number used twice": _twice,
    "a row cut short": lambda row: [row[:9]],
    "a row with too many cells": lambda row: [[*row, "moved?", "ask Ms. R.", "x"]],
}


def spoil(row: Row, rng: Random) -> tuple[str, list[Row]]:
    """A row as it comes out of the spoiled export; the name of its flaw, or "" for most."""
    if rng.random() >= SHARE:
        return "", [row]
    flaw = rng.choice(list(FLAWS))
    return flaw, FLAWS[flaw](row)
