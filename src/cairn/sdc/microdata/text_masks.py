"""Mask parts of a text, and list the words among which a reviewer chooses.

A mask is a position and holds no word: a reviewer's decision about a text can be kept without the
text.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = [
    "MaskKind",
    "TextMask",
    "apply_masks",
    "build_chosen_masks",
    "find_masked_words",
    "list_words",
]


class MaskKind(StrEnum):
    """Name what was found; in the text its name replaces it in brackets: ``[NAME]``."""

    EMAIL = "EMAIL"
    LINK = "LINK"
    DATE = "DATE"
    PHONE = "PHONE"
    ID = "ID"
    ADDRESS = "ADDRESS"
    NAME = "NAME"
    PLACE = "PLACE"
    DETAIL = "DETAIL"


KINDS_FOUND_BY_REVIEWERS: Final = frozenset({MaskKind.PLACE, MaskKind.DETAIL})
"""A town, a shop, a story that everyone knows: no machine here finds these."""

MASK_PATTERN: Final = re.compile(r"(\[(?:" + "|".join(MaskKind) + r")\])")
_MASK_GAP: Final = re.compile(r"[\s-]*")
_NON_SPACE: Final = re.compile(r"\S+")
_TRIMMED: Final = re.compile(r"^[^\w]*(.*?)[^\w]*$", re.DOTALL)


class UnfitMasksError(ValueError):
    """Reject masks that overlap, or a choice of words that do not exist."""


@dataclass(frozen=True, slots=True, order=True)
class TextMask:
    """Replace the characters from ``start`` up to ``end`` by the stand-in of ``kind``."""

    start: int
    end: int
    kind: MaskKind


@dataclass(frozen=True, slots=True)
class TextWord:
    """Hold one word of a text.

    Args:
        start: its first character.
        end: the character after its last.
        mask: the number of the mask that it is a part of, if any.
    """

    start: int
    end: int
    mask: int | None = None


def apply_masks(text: str, masks: Iterable[TextMask]) -> str:
    """Replace everything that is masked by a stand-in.

    Args:
        text: the text.
        masks: the masks.

    Returns:
        The masked text.

    Raises:
        UnfitMasksError: masks overlap, or lie outside the text.
    """
    pieces, position = [], 0
    for mask in sorted(masks):
        if not position <= mask.start < mask.end <= len(text):
            raise UnfitMasksError("Masks overlap, or are outside the text.")
        pieces += [text[position : mask.start], f"[{mask.kind}]"]
        position = mask.end
    return "".join([*pieces, text[position:]])


def list_words(text: str, masks: Sequence[TextMask]) -> tuple[TextWord, ...]:
    """List the words that a reviewer may mask or unmask, in order.

    The words of each mask, and between masks everything between spaces, without the punctuation
    around it.

    Args:
        text: the text.
        masks: the proposed masks.

    Returns:
        The words in order.
    """
    words: list[TextWord] = []
    position = 0
    for number, mask in sorted(enumerate(masks), key=lambda pair: pair[1]):
        words += _list_words_between(text, position, mask.start)
        words += (
            TextWord(mask.start + run.start(), mask.start + run.end(), number)
            for run in _NON_SPACE.finditer(text[mask.start : mask.end])
        )
        position = mask.end
    return (*words, *_list_words_between(text, position, len(text)))


def _list_words_between(text: str, start: int, end: int) -> Iterator[TextWord]:
    for run in _NON_SPACE.finditer(text[start:end]):
        inside = _TRIMMED.match(run.group())
        if inside is not None and inside[1]:
            first = start + run.start() + inside.start(1)
            yield TextWord(first, first + len(inside[1]))


def find_masked_words(words: Sequence[TextWord], masks: Iterable[TextMask]) -> frozenset[int]:
    """Find the words that masks cover, completely or in part.

    Args:
        words: of the text.
        masks: the masks.

    Returns:
        The numbers of these words.
    """
    spans = tuple(masks)
    return frozenset(
        number
        for number, word in enumerate(words)
        if any(mask.start < word.end and word.start < mask.end for mask in spans)
    )


def build_chosen_masks(
    text: str, proposed: Sequence[TextMask], numbers: Collection[int], kind: MaskKind
) -> tuple[TextMask, ...]:
    """Build the masks after a reviewer has chosen words, by their numbers in ``list_words``.

    A proposed mask with each of its words chosen stays unchanged; of another one only the words
    chosen are masked. Further words are masked as the ``kind`` that the reviewer names. Neighbors
    of one kind become one mask, so that a reader cannot count the words of a name.

    Args:
        text: the text.
        proposed: the masks that the machine proposed.
        numbers: the numbers of the chosen words.
        kind: of words that no proposed mask covers.

    Returns:
        The masks.

    Raises:
        UnfitMasksError: a chosen word is not in the text.
    """
    words = list_words(text, proposed)
    if not set(numbers) <= set(range(len(words))):
        raise UnfitMasksError("A word was chosen that is not in the text.")
    broken = {word.mask for n, word in enumerate(words) if n not in numbers}
    masks = [mask for number, mask in enumerate(proposed) if number not in broken]
    for word in (words[n] for n in sorted(numbers)):
        if word.mask is None:
            masks.append(TextMask(word.start, word.end, kind))
        elif word.mask in broken:
            masks.append(TextMask(word.start, word.end, proposed[word.mask].kind))
    return join_masks(text, masks)


def join_masks(text: str, masks: Iterable[TextMask]) -> tuple[TextMask, ...]:
    """Join masks of one kind with only spaces and hyphens between them."""
    joined_masks: list[TextMask] = []
    for mask in sorted(masks):
        last = joined_masks[-1] if joined_masks else None
        if last and last.kind is mask.kind and _MASK_GAP.fullmatch(text, last.end, mask.start):
            joined_masks[-1] = TextMask(last.start, mask.end, mask.kind)
        else:
            joined_masks.append(mask)
    return tuple(joined_masks)
