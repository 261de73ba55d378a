"""Free text: told apart from codes, and cleaned as far as a machine can.

The aid finds what has a shape (numbers, addresses, dates, two capitalized words together) and the
names that it is given. It finds no nickname that nobody told it and no story that everybody in town
knows, so a person reads every cleaned text before it goes anywhere.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from cairn.disclosure.microdata.masks import MARK, Found, Mask, applied

_WORDS, _LONG = 5, 60
_FEW, _DISTINCT = 20, 0.5
FEWEST_LETTERS: Final = 2
"""A single letter is nobody's name by itself."""


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
_SHAPES: Final = (
    (Found.EMAIL, re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (Found.LINK, re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)),
    (Found.ID, re.compile(r"\b\d{3}-\d{2}-\d{4}\b")),
    (Found.DATE, re.compile(r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b")),
    # A month and a day are a date without their year too (45 CFR 164.514(b)(2)(i)(C)).
    (
        Found.DATE,
        re.compile(
            rf"(?<![\w/]){_MONTH_NUMBER}/{_DAY}(?![\w/])|(?<![\w/]){_DAY}/{_MONTH_NUMBER}(?![\w/])"
        ),
    ),
    (
        Found.DATE,
        re.compile(
            rf"\b{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?\b|"
            rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b\.?(?:,?\s+\d{{4}}\b)?",
            re.IGNORECASE,
        ),
    ),
    (
        Found.PHONE,
        re.compile(r"(?<!\w)(?:\+?1[ .-]?)?(?:\(\d{3}\)|\d{3})?[ .-]?\d{3}[ .-]\d{4}\b|\b\d{10}\b"),
    ),
    (
        Found.ADDRESS,
        re.compile(
            rf"\b\d+[a-z]?\s+(?:(?:[nsew]|north|south|east|west)\.?\s+)?(?:[\w'\u2019-]+\s+){{1,3}}"
            rf"{_STREET}\b\.?(?:,?\s*(?:apt|apartment|unit|suite|lot|\#)\.?\s*\w+)?",
            re.IGNORECASE,
        ),
    ),
    (Found.ADDRESS, re.compile(r"\bp\.?\s*o\.?\s*box\s+\d+\b", re.IGNORECASE)),
    (Found.ID, re.compile(r"\b(?=[\w-]*\d{3})[A-Za-z]{1,5}-?\d[\w-]*\b")),
    (Found.ID, re.compile(r"\b\d{4,}\b")),
    (
        Found.NAME,
        re.compile(rf"\b(?:Mrs?|Ms|Miss|Mx|Dr|Sra?|Srta|Coach|Pastor|Principal)\b\.?\s+{_CAPITAL}"),
    ),
    (Found.NAME, re.compile(rf"\b{_CAPITAL}(?:\s+{_CAPITAL})+")),
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_AGAIN: Final = re.compile(r"\[NAME\](?:[\s-]+\[NAME\])+")


def is_free_text(values: Sequence[object]) -> bool:
    """Whether a text column holds what people wrote: sentences, or hardly any value twice."""
    said = [str(v) for v in values if v is not None and str(v).strip()]
    if any(len(v.split()) > _WORDS or len(v) > _LONG for v in said):
        return True
    return len(said) > _FEW and len(set(said)) > _DISTINCT * len(said)


@dataclass(frozen=True, slots=True)
class Names:
    """Names to look for, as single words without regard to capitals.

    Args:
        own: of the people whom the texts may be about; found however they are written.
        common: given names that are also words, as a rule (Grace, Mark, May); found where they
            are capitalized.
    """

    own: frozenset[str] = field(default_factory=frozenset)
    common: frozenset[str] = field(default_factory=frozenset)

    def match(self, word: str) -> bool:
        """Whether a word of a text is one of them, alone or as a part of a hyphenated one."""
        parts = {word, *re.split(r"['\u2019-]", word)}
        return any(
            part.casefold() in self.own or (part[:1].isupper() and part.casefold() in self.common)
            for part in parts
        )


def names(own: Iterable[str], common: Collection[str] = ()) -> Names:
    """Names as they stand in records → the words to look for."""
    return Names(
        frozenset(word.casefold() for name in own for word in words(name)),
        frozenset(word.casefold() for word in common),
    )


def words(text: str) -> Iterator[str]:
    """The words of a text, and the parts of hyphenated ones, of two letters or more."""
    for whole in _WORD.findall(text):
        for word in {whole, *re.split(r"['\u2019-]", whole)}:
            if len(word) >= FEWEST_LETTERS:
                yield word


def proposed(text: str, known: Names | None = None) -> tuple[Mask, ...]:
    """Everything that was found, in order: no two overlap. Stand-ins that the text has already are
    no words and stay as they are."""
    pieces = [
        (part.start(), part.end()) for part in _WHOLE.finditer(text) if not MARK.fullmatch(part[0])
    ]
    masks: list[Mask] = []
    before = -1
    while len(masks) != before:
        before = len(masks)
        for kind, shape in _SHAPES:
            pieces = _without(text, pieces, kind, shape.finditer, masks)
        named = known or Names()
        pieces = _without(text, pieces, Found.NAME, partial(_named, named), masks)
    return tuple(sorted(masks))


def cleaned(text: str, known: Names | None = None) -> tuple[str, Counter[Found]]:
    """The text with a stand-in for everything that was found, and how many of each kind.

    Cleaning what is cleaned changes nothing.
    """
    masks = proposed(text, known)
    found = Counter(mask.kind for mask in masks)
    return _AGAIN.sub("[NAME]", applied(text, masks)), found


_WHOLE: Final = re.compile(f"{MARK.pattern}|(?:(?!{MARK.pattern}).)+", re.DOTALL)


def _without(
    text: str,
    pieces: Iterable[tuple[int, int]],
    kind: Found,
    find: Callable[[str], Iterable[re.Match[str]]],
    masks: list[Mask],
) -> list[tuple[int, int]]:
    """The pieces of a text between what is found in them, which is added to ``masks``."""
    rest: list[tuple[int, int]] = []
    for start, end in pieces:
        at = start
        for match in find(text[start:end]):
            masks.append(Mask(start + match.start(), start + match.end(), kind))
            rest.append((at, start + match.start()))
            at = start + match.end()
        rest.append((at, end))
    return rest


def _named(known: Names, piece: str) -> Iterator[re.Match[str]]:
    return (word for word in _WORD.finditer(piece) if known.match(word.group()))
