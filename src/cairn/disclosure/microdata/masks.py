"""What is masked in a text: where, by which stand-in; and the words among which a person chooses.

A mask is a place and no word: what a person decided of a text can be kept without the text.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Found(StrEnum):
    """What was found; in the text its name stands in brackets: ``[NAME]``."""

    EMAIL = "EMAIL"
    LINK = "LINK"
    DATE = "DATE"
    PHONE = "PHONE"
    ID = "ID"
    ADDRESS = "ADDRESS"
    NAME = "NAME"
    PLACE = "PLACE"
    DETAIL = "DETAIL"


FOUND_BY_PEOPLE: Final = frozenset({Found.PLACE, Found.DETAIL})
"""A town, a shop, a story that everybody knows: no machine here finds these."""

MARK: Final = re.compile(r"(\[(?:" + "|".join(Found) + r")\])")
_BETWEEN: Final = re.compile(r"[\s-]*")
_RUN: Final = re.compile(r"\S+")
_EDGE: Final = re.compile(r"^[^\w]*(.*?)[^\w]*$", re.DOTALL)


class UnfitMasksError(ValueError):
    """Masks that overlap, or a choice of words that are not there."""


@dataclass(frozen=True, slots=True, order=True)
class Mask:
    """From the character ``start`` up to ``end`` the stand-in of ``kind`` is read instead."""

    start: int
    end: int
    kind: Found


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text, from ``start`` up to ``end``; ``mask`` is the number of the mask that
    it is a part of, if any."""

    start: int
    end: int
    mask: int | None = None


def applied(text: str, masks: Iterable[Mask]) -> str:
    """The text with a stand-in for everything that is masked. Raises ``UnfitMasksError``."""
    pieces, at = [], 0
    for mask in sorted(masks):
        if not at <= mask.start < mask.end <= len(text):
            raise UnfitMasksError("Masks overlap, or are outside the text.")
        pieces += [text[at : mask.start], f"[{mask.kind}]"]
        at = mask.end
    return "".join([*pieces, text[at:]])


def words_of(text: str, masks: Sequence[Mask]) -> tuple[Word, ...]:
    """The words that a person may mask or unmask, in order: those of each mask, and between masks
    whatever stands between spaces, without the punctuation around it."""
    found: list[Word] = []
    at = 0
    for number, mask in sorted(enumerate(masks), key=lambda one: one[1]):
        found += _between(text, at, mask.start)
        found += (
            Word(mask.start + run.start(), mask.start + run.end(), number)
            for run in _RUN.finditer(text[mask.start : mask.end])
        )
        at = mask.end
    return (*found, *_between(text, at, len(text)))


def _between(text: str, start: int, end: int) -> Iterator[Word]:
    for run in _RUN.finditer(text[start:end]):
        inside = _EDGE.match(run.group())
        if inside is not None and inside[1]:
            first = start + run.start() + inside.start(1)
            yield Word(first, first + len(inside[1]))


def picked(words: Sequence[Word], masks: Iterable[Mask]) -> frozenset[int]:
    """The numbers of the words that masks cover, wholly or in part."""
    spans = tuple(masks)
    return frozenset(
        number
        for number, word in enumerate(words)
        if any(mask.start < word.end and word.start < mask.end for mask in spans)
    )


def chosen(
    text: str, proposed: Sequence[Mask], numbers: Collection[int], kind: Found
) -> tuple[Mask, ...]:
    """The masks after a person has chosen words, by their numbers in ``words_of(text, proposed)``.

    A proposed mask of which each word is chosen stays as it is; of another one only the words
    chosen are masked. What is masked beyond the proposals is of the ``kind`` that the person says.
    Neighbors of one kind are one mask, so that nobody counts the words of a name.
    Raises ``UnfitMasksError``.
    """
    words = words_of(text, proposed)
    if not set(numbers) <= set(range(len(words))):
        raise UnfitMasksError("A word was chosen that is not in the text.")
    left = {word.mask for n, word in enumerate(words) if n not in numbers}
    found = [mask for number, mask in enumerate(proposed) if number not in left]
    for word in (words[n] for n in sorted(numbers)):
        if word.mask is None:
            found.append(Mask(word.start, word.end, kind))
        elif word.mask in left:
            found.append(Mask(word.start, word.end, proposed[word.mask].kind))
    return joined(text, found)


def joined(text: str, masks: Iterable[Mask]) -> tuple[Mask, ...]:
    """Masks of one kind with nothing but spaces and hyphens between them, as one."""
    found: list[Mask] = []
    for mask in sorted(masks):
        last = found[-1] if found else None
        if last and last.kind is mask.kind and _BETWEEN.fullmatch(text, last.end, mask.start):
            found[-1] = Mask(last.start, mask.end, mask.kind)
        else:
            found.append(mask)
    return tuple(found)
