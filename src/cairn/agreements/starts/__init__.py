"""Texts to begin with, in our own plain wording: one for each kind of document.

A party without a short name is a blank: the partner that provides data, or whoever writes.
"""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Final


@dataclass(frozen=True, slots=True)
class Start:
    """A text to begin with, by its file's name."""

    name: str
    title: str
    text: str


def _starts() -> tuple[Start, ...]:
    found = sorted(
        (file for file in files(__name__).iterdir() if file.name.endswith(".toml")),
        key=lambda file: file.name,
    )
    texts = ((file.name.removesuffix(".toml"), file.read_text("utf-8")) for file in found)
    return tuple(Start(name, str(tomllib.loads(text)["title"]), text) for name, text in texts)


STARTS: Final[tuple[Start, ...]] = _starts()
