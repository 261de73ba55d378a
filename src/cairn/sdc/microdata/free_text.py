"""Recognize free text, and de-identify it as far as a machine can.

The aid finds what has a pattern (numbers, addresses, dates, two capitalized words together) and the
names that it is given. It does not find a nickname that it was not given, or a story that everyone
in town knows, so a person reads every cleaned text before it is used.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from cairn.sdc.microdata.text_masks import MASK_PATTERN, MaskKind, TextMask, apply_masks

__all__ = [
    "NameList",
    "build_name_list",
    "clean_free_text",
    "is_free_text",
    "propose_masks",
    "split_name_words",
]

_MOST_CODE_WORDS, _MOST_CODE_LENGTH = 5, 60
_FEWEST_TEXTS, _LEAST_DISTINCT_SHARE = 20, 0.5

FEWEST_NAME_LETTERS: Final = 2
"""A single letter is no name by itself."""

_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)

_MONTH_NUMBER: Final = r"(?:0?[1-9]|1[0-2])"
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"

_STREET: Final = (
    r"(?:st|street|ave|avenue|rd|road|ln|lane|dr|drive|blvd|boulevard|ct|court|pl|place|way|"
    r"ter|terrace|cir|circle|hwy|highway)"
)

_CAPITAL: Final = r"[A-ZÀ-Þ][\w'\u2019-]+"

_PATTERNS: Final = (
    (MaskKind.EMAIL, re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (MaskKind.LINK, re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)),
    (MaskKind.ID, re.compile(r"\b\d{3}-\d{2}-\d{4}\b")),
    (MaskKind.DATE, re.compile(r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b")),
    # A month and a day are a date without their year too (45 CFR 164.514(b)(2)(i)(C)).
    (
        MaskKind.DATE,
        re.compile(
            rf"(?<![\w/]){_MONTH_NUMBER}/{_DAY}(?![\w/])|(?<![\w/]){_DAY}/{_MONTH_NUMBER}(?![\w/])"
        ),
    ),
    (
        MaskKind.DATE,
        re.compile(
            rf"\b{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?\b|"
            rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b\.?(?:,?\s+\d{{4}}\b)?",
            re.IGNORECASE,
        ),
    ),
    (
        MaskKind.PHONE,
        re.compile(r"(?<!\w)(?:\+?1[ .-]?)?(?:\(\d{3}\)|\d{3})?[ .-]?\d{3}[ .-]\d{4}\b|\b\d{10}\b"),
    ),
    (
        MaskKind.ADDRESS,
        re.compile(
            rf"\b\d+[a-z]?\s+(?:(?:[nsew]|north|south|east|west)\.?\s+)?(?:[\w'\u2019-]+\s+){{1,3}}"
            rf"{_STREET}\b\.?(?:,?\s*(?:apt|apartment|unit|suite|lot|\#)\.?\s*\w+)?",
            re.IGNORECASE,
        ),
    ),
    (MaskKind.ADDRESS, re.compile(r"\bp\.?\s*o\.?\s*box\s+\d+\b", re.IGNORECASE)),
    (MaskKind.ID, re.compile(r"\b(?=[\w-]*\d{3})[A-Za-z]{1,5}-?\d[\w-]*\b")),
    (MaskKind.ID, re.compile(r"\b\d{4,}\b")),
    (
        MaskKind.NAME,
        re.compile(rf"\b(?:Mrs?|Ms|Miss|Mx|Dr|Sra?|Srta|Coach|Pastor|Principal)\b\.?\s+{_CAPITAL}"),
    ),
    (MaskKind.NAME, re.compile(rf"\b{_CAPITAL}(?:\s+{_CAPITAL})+")),
)

_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_REPEATED_NAME: Final = re.compile(r"\[NAME\](?:[\s-]+\[NAME\])+")


def is_free_text(values: Sequence[object]) -> bool:
    """Tell whether a text column holds what people wrote: sentences, or hardly any value twice.

    Args:
        values: of the column.

    Returns:
        Whether the column is free text.
    """
    texts = [str(v) for v in values if v is not None and str(v).strip()]
    if any(len(v.split()) > _MOST_CODE_WORDS or len(v) > _MOST_CODE_LENGTH for v in texts):
        return True
    return len(texts) > _FEWEST_TEXTS and len(set(texts)) > _LEAST_DISTINCT_SHARE * len(texts)


@dataclass(frozen=True, slots=True)
class NameList:
    """Hold names to look for, as single words without regard to capitals.

    Args:
        own: of the people that the texts may be about; found no matter how they are written.
        common: given names that are also words, as a rule (Grace, Mark, May); found where they
            are capitalized.
    """

    own: frozenset[str] = field(default_factory=frozenset)
    common: frozenset[str] = field(default_factory=frozenset)

    def match(self, word: str) -> bool:
        """Tell whether a word of a text is one of them, alone or as a part of a hyphenated one."""
        parts = {word, *re.split(r"['\u2019-]", word)}
        return any(
            part.casefold() in self.own or (part[:1].isupper() and part.casefold() in self.common)
            for part in parts
        )


def build_name_list(own: Iterable[str], common: Collection[str] = ()) -> NameList:
    """Build the list of words to look for from names as written in records.

    Args:
        own: names of the people that the texts may be about.
        common: given names that are also words.

    Returns:
        The words to look for.
    """
    return NameList(
        frozenset(word.casefold() for name in own for word in split_name_words(name)),
        frozenset(word.casefold() for word in common),
    )


def split_name_words(text: str) -> Iterator[str]:
    """List the words of a text, and the parts of hyphenated ones, of two letters or more.

    Args:
        text: the text.

    Returns:
        The words.
    """
    for token in _WORD.findall(text):
        for word in {token, *re.split(r"['\u2019-]", token)}:
            if len(word) >= FEWEST_NAME_LETTERS:
                yield word


def propose_masks(text: str, known_names: NameList | None = None) -> tuple[TextMask, ...]:
    """Propose a mask for everything that was found, in order: no two overlap.

    Stand-ins that the text has already are no words and stay unchanged.

    Args:
        text: the text.
        known_names: names to look for.

    Returns:
        The masks.
    """
    pieces = [
        (part.start(), part.end())
        for part in _PIECE.finditer(text)
        if not MASK_PATTERN.fullmatch(part[0])
    ]
    masks: list[TextMask] = []
    previous_count = -1
    while len(masks) != previous_count:
        previous_count = len(masks)
        for kind, pattern in _PATTERNS:
            pieces = _cut_pieces(text, pieces, kind, pattern.finditer, masks)
        name_list = known_names or NameList()
        pieces = _cut_pieces(text, pieces, MaskKind.NAME, partial(_find_names, name_list), masks)
    return tuple(sorted(masks))


def clean_free_text(
    text: str, known_names: NameList | None = None
) -> tuple[str, Counter[MaskKind]]:
    """Replace everything that was found by a stand-in, and count each kind.

    Cleaning a cleaned text changes nothing.

    Args:
        text: the text.
        known_names: names to look for.

    Returns:
        The cleaned text, and how many of each kind were found.
    """
    masks = propose_masks(text, known_names)
    counts = Counter(mask.kind for mask in masks)
    return _REPEATED_NAME.sub("[NAME]", apply_masks(text, masks)), counts


_PIECE: Final = re.compile(f"{MASK_PATTERN.pattern}|(?:(?!{MASK_PATTERN.pattern}).)+", re.DOTALL)


def _cut_pieces(
    text: str,
    pieces: Iterable[tuple[int, int]],
    kind: MaskKind,
    find: Callable[[str], Iterable[re.Match[str]]],
    masks: list[TextMask],
) -> list[tuple[int, int]]:
    """Cut the matches out of the pieces of a text, and add them to ``masks``."""
    rest: list[tuple[int, int]] = []
    for start, end in pieces:
        position = start
        for match in find(text[start:end]):
            masks.append(TextMask(start + match.start(), start + match.end(), kind))
            rest.append((position, start + match.start()))
            position = start + match.end()
        rest.append((position, end))
    return rest


def _find_names(name_list: NameList, piece: str) -> Iterator[re.Match[str]]:
    return (word for word in _WORD.finditer(piece) if name_list.match(word.group()))
