"""Name the part of a period's data that a file holds, such as a site, a school or a day.

A part is written in one spelling, so that “North High” and “north-high” are one part: two
spellings would count the same rows twice.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePath
from typing import Final

from cairn.data.intake.models import PART_LENGTH, Delivery

__all__ = [
    "UNNAMED_PART",
    "WHOLE_BESIDE_PARTS",
    "UnclearPart",
    "choose_part_names",
    "make_part_names",
    "normalize_part_name",
]

# Digits with separators between them stay together: of 2026-11-27 and 2026-12-27, "11" and "12"
# alone would mean other days next year.
_WORDS: Final = re.compile(r"\d+(?:[-_. ]\d+)+|[^\W_]+")
_DIGEST_LENGTH: Final = 8


UNNAMED_PART: Final = "rows-without-a-part"
"""The part with the rows of a file that name none of its parts; all of them are set aside."""

WHOLE_BESIDE_PARTS: Final = (
    "A file for the whole period and files for parts of it count side by side. If they hold the "
    "same rows, withdraw one of them."
)


class UnclearPart(Exception):
    """Which part a file holds cannot be known; the message says what to state."""


def normalize_part_name(text: str) -> str:
    """Write the name of a part in its one spelling: lower case, words joined by hyphens.

    Args:
        text: the name as a person typed it.

    Returns:
        At most 60 characters; empty for all of the period's data.
    """
    return re.sub(r"[\W_]+", "-", text.casefold()).strip("-")[:PART_LENGTH].strip("-")


def make_part_names(paths: Sequence[PurePath]) -> list[str]:
    """Name each of several files of one feed by what differs in their names.

    Where the names are the same, the folders count too: ``north/roster.csv`` and
    ``south/roster.csv`` are ``north`` and ``south``.

    Args:
        paths: the files, each once.

    Returns:
        A different name for each file, in the same order. A file's name does not depend on the
        order of the files.
    """
    for list_words in _WORDINGS:
        words = [list_words(path) for path in paths]
        shared = set.intersection(*map(set, words))
        for names in (
            [_join_words(word for word in one if word not in shared) for one in words],
            [_join_words(one) for one in words],
        ):
            if all(names) and len({*names}) == len(names):
                return names
    return [_add_digest(path) for path in paths]


def choose_part_names(paths: Sequence[PurePath], current: Iterable[Delivery]) -> list[str]:
    """Choose the part of each file of one feed and period where no part was named.

    A file with the name of an earlier one is the same part, so that a file sent alone again
    replaces what it replaced before. A single file is all of the period's data.

    Args:
        paths: the files, each once.
        current: the deliveries that count now for this feed and period.

    Returns:
        The name of each file's part, in the same order.

    Raises:
        UnclearPart: a single file has a new name, and the period's data came in parts so far.
    """
    current = list(current)
    file_names = [path.name for path in paths]
    parts_by_file: dict[str, set[str]] = {}
    for row in current:
        parts_by_file.setdefault(row.file_name, set()).add(row.part)
    known = {
        name: min(parts)
        for name, parts in parts_by_file.items()
        if len(parts) == 1 and file_names.count(name) == 1
    }
    made = make_part_names(paths) if len(paths) > 1 else [_name_single_file(known, paths, current)]
    names = [known.get(path.name, name) for path, name in zip(paths, made, strict=True)]
    return [
        _add_digest(path) if names.count(name) > 1 and path.name not in known else name
        for path, name in zip(paths, names, strict=True)
    ]


def _name_single_file(
    known: dict[str, str], paths: Sequence[PurePath], current: Sequence[Delivery]
) -> str:
    parts = [row.part for row in current]
    if paths[0].name in known or not parts or "" in parts:
        return ""
    raise UnclearPart(
        "The files received so far for this data set and period are parts: "
        f"{', '.join(parts)}. State which part this file is, or a new part."
    )


def _list_name_words(path: PurePath) -> list[str]:
    hyphenated = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", path.stem)
    return [normalize_part_name(word) for word in _WORDS.findall(hyphenated)]


def _list_folder_words(path: PurePath) -> list[str]:
    return [*_WORDS.findall(path.parent.name.casefold()), *_list_name_words(path)]


def _list_path_words(path: PurePath) -> list[str]:
    return [word for part in path.parts for word in _WORDS.findall(part.casefold())]


_WORDINGS: Final[tuple[Callable[[PurePath], list[str]], ...]] = (
    _list_name_words,
    _list_folder_words,
    _list_path_words,
)


def _join_words(words: Iterable[str]) -> str:
    joined = re.sub(r"[\W_]+", "-", "-".join(words)).strip("-")
    return joined if len(joined) <= PART_LENGTH else ""


def _add_digest(path: PurePath) -> str:
    digest = hashlib.sha256(str(path).encode()).hexdigest()[:_DIGEST_LENGTH]
    stem = normalize_part_name(path.stem)[: PART_LENGTH - _DIGEST_LENGTH - 1].strip("-")
    return f"{stem}-{digest}".strip("-")
