"""Parse a figure as an agency publishes it: a number, an interval, or a sign in its place."""

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

__all__ = ["PublishedValue", "ValueKind", "parse_published_value"]


class ValueKind(StrEnum):
    """What a published figure is."""

    EXACT = "exact"
    INTERVAL = "interval"
    SUPPRESSED = "suppressed"
    MISSING = "missing"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class PublishedValue:
    """One figure as it was published.

    Attributes:
        text: the figure as the file has it.
        kind: what it is.
        low: the lowest that the figure may be; None if that is not known.
        high: the highest that the figure may be; None if that is not known.
        reason: why there is no number; empty for a number.
    """

    text: str
    kind: ValueKind
    low: float | None = None
    high: float | None = None
    reason: str = ""


_NUMBER: Final = r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:e[-+]?\d+)?"
_EXACT: Final = re.compile(_NUMBER)
_BETWEEN: Final = re.compile(rf"({_NUMBER})%?\s*(?:[-\u2013\u2014]|to)\s*({_NUMBER})")
_AT_MOST: Final = re.compile(
    rf"(?:n\s*)?(?:<=|≤|<|le|lt|less than|fewer than|under|at most)\s*({_NUMBER})"
    rf"|({_NUMBER})\s*(?:or (?:fewer|less|below)|-)"
)
_AT_LEAST: Final = re.compile(
    rf"(?:>=|≥|>|ge|gt|more than|over|at least)\s*({_NUMBER})"
    rf"|({_NUMBER})\s*(?:or (?:more|above)|\+)"
)


def parse_published_value(text: str | None) -> PublishedValue:
    """Parse one figure.

    Args:
        text: the cell. Thousands commas, a percent sign and a dollar sign are allowed.

    Returns:
        The figure: ``<10``, ``LE5`` and ``50-54`` are intervals; a sign such as ``*`` is
        suppressed, and ``NA`` is missing, as are the values by which the Census Bureau marks what
        it could not compute (``-666666666``). Bounds are never narrower than what was published.
    """
    written = (text or "").strip()
    folded = " ".join(written.casefold().split())
    if sign := _load_signs().get(folded.removesuffix(".0")):
        return PublishedValue(written, sign[0], reason=sign[1])
    plain = folded.replace("$", "").replace("%", "").strip()
    if (number := _parse_number(plain)) is not None:
        return PublishedValue(written, ValueKind.EXACT, number, number)
    low, high = _parse_bounds(plain)
    if low is None and high is None:
        reason = "Cairn does not know this sign"
        return PublishedValue(written, ValueKind.UNREAD, reason=reason)
    return PublishedValue(written, ValueKind.INTERVAL, low, high, "published as a range")


def _parse_bounds(text: str) -> tuple[float | None, float | None]:
    if match := _BETWEEN.fullmatch(text):
        low, high = _parse_number(match[1]), _parse_number(match[2])
        if low is not None and high is not None and low <= high:
            return low, high
    if match := _AT_MOST.fullmatch(text):
        return None, _parse_number(match[1] or match[2])
    if match := _AT_LEAST.fullmatch(text):
        return _parse_number(match[1] or match[2]), None
    return None, None


def _parse_number(text: str | None) -> float | None:
    """Parse a finite number; None for anything else."""
    if not text or not _EXACT.fullmatch(text) or not any(map(str.isdigit, text)):
        return None
    number = float(text.replace(",", ""))
    return number if math.isfinite(number) else None


@cache
def _load_signs() -> Mapping[str, tuple[ValueKind, str]]:
    kinds = tomllib.loads(files(__package__).joinpath("symbols.toml").read_text("utf-8"))
    return {
        sign: (ValueKind(kind), reason)
        for kind, signs in kinds.items()
        for sign, reason in signs.items()
    }
