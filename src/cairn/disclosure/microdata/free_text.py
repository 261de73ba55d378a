"""Free text: told apart from codes, and cleaned as far as a machine can.

The aid finds what has a shape (numbers, addresses, dates, two capitalized words together). It finds
no nickname and no story that everybody in town knows, so a person reads every cleaned text before
it goes anywhere.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

_WORDS, _LONG = 5, 60
_FEW, _DISTINCT = 20, 0.5
_SHAPES: Final = (
    ("e-mail", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("link", re.compile(r"\bhttps?://\S+|\bwww\.\S+")),
    ("date", re.compile(r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b")),
    ("telephone", re.compile(r"(?<!\w)(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}\b")),
    ("number", re.compile(r"\b\d{4,}\b")),
    (
        "address",
        re.compile(
            r"\b\d+\s+(?:[A-Z][a-z]+\s+){1,3}(?:St|Street|Ave|Avenue|Rd|Road|Ln|Lane|Dr|Drive)\b\.?"
        ),
    ),
    ("name", re.compile(r"\b[A-ZÀ-Þ][\wà-ÿ'\u2019-]+(?:\s+[A-ZÀ-Þ][\wà-ÿ'\u2019-]+)+")),
)


def is_free_text(values: Sequence[object]) -> bool:
    """Whether a text column holds what people wrote: sentences, or hardly any value twice."""
    said = [str(v) for v in values if v is not None and str(v).strip()]
    if any(len(v.split()) > _WORDS or len(v) > _LONG for v in said):
        return True
    return len(said) > _FEW and len(set(said)) > _DISTINCT * len(said)


def cleaned(text: str) -> tuple[str, Counter[str]]:
    """The text with a mark in place of everything that was found, and how many of each kind."""
    found: Counter[str] = Counter()
    for kind, shape in _SHAPES:
        text, times = shape.subn(f"[{kind}]", text)
        found[kind] += times
    return text, +found
