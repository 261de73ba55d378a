"""Find words that may deny what the law asks, or permit a commercial use: hints for a person.

Also list the recipients that a text may name by their role.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from cairn.policy.vocabulary import Purpose

_NEGATION: Final = re.compile(r"\b(?:not|no|never|nor|neither|prohibited|without)\b")
_SENTENCE_END: Final = re.compile(r"[.;]")
_FIRST_PART_END: Final = re.compile(r"[,;.:]")


@dataclass(frozen=True, slots=True)
class PhraseTable:
    """Hold the phrases of one hint, compiled."""

    whole: tuple[re.Pattern[str], ...]
    anywhere: tuple[re.Pattern[str], ...]

    def find_phrase(self, text: str) -> str:
        """Find the first phrase of the table in a text.

        Args:
            text: a quotation, or the words of a clause.

        Returns:
            The words as the text has them, in lower case; empty if no phrase occurs.
        """
        lowered = text.lower().strip()
        first_part = _FIRST_PART_END.split(lowered, maxsplit=1)[0].strip()
        if any(phrase.fullmatch(first_part) for phrase in self.whole):
            return first_part
        for sentence in _SENTENCE_END.split(lowered):
            for phrase in self.anywhere:
                match = phrase.search(sentence)
                if match and not _NEGATION.search(sentence, 0, match.start()):
                    return match[0]
        return ""


def find_denying_phrase(text: str) -> str:
    """Find words by which a quotation may say the opposite of what the law asks.

    Args:
        text: the quotation.

    Returns:
        The words, in lower case; empty if there are none.
    """
    return _load_denying_table().find_phrase(text)


def find_commercial_phrase(purpose: Purpose, text: str) -> str:
    """Find words by which a clause may permit a commercial use.

    Args:
        purpose: the commercial use.
        text: the words of the clause.

    Returns:
        The words, in lower case; empty if there are none.
    """
    return _load_commercial_tables()[purpose].find_phrase(text)


@cache
def list_known_recipients() -> frozenset[str]:
    """List the words for recipients that an agreement knows without their names.

    They are the parties by their roles, and families.

    Returns:
        Words in lower case.
    """
    return frozenset(_load_phrases()["recipients"]["known"])


@cache
def _load_phrases() -> Mapping[str, Any]:
    source = files("cairn.policy.lint").joinpath("hint_phrases.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def _load_denying_table() -> PhraseTable:
    return _compile_table(_load_phrases()["denying"])


@cache
def _load_commercial_tables() -> Mapping[Purpose, PhraseTable]:
    tables = _load_phrases()["commercial"]
    return {Purpose(key): _compile_table(table) for key, table in tables.items()}


def _compile_table(table: Mapping[str, Iterable[str]]) -> PhraseTable:
    return PhraseTable(
        _compile_phrases(table.get("whole", ())), _compile_phrases(table.get("anywhere", ()))
    )


def _compile_phrases(phrases: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"\b{phrase}\b") for phrase in phrases)
