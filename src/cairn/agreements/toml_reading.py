"""Reading one section of a TOML text: what is there, what is missing, what nobody asked for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

Word = TypeVar("Word", bound=StrEnum)
_PAIR = 2


class BadAgreement(Exception):
    """A text that cannot be read as an agreement; `mistakes` says where and what to write."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


class Section:
    """One table of the text. Reading never stops at a mistake: all of them go on one list."""

    def __init__(self, place: str, raw: Mapping[str, Any], mistakes: list[str]) -> None:
        self.place = place
        self._raw = raw
        self._mistakes = mistakes
        self._read: set[str] = set()

    def peek(self, key: str) -> object:
        """What stands at a key, without taking it as read."""
        return self._raw.get(key)

    def text(self, key: str, *, required: bool = False) -> str:
        """A string; empty when absent."""
        value = self._take(key)
        if value is None:
            if required:
                self._wrong(key, 'is missing: write it as text, "…"')
            return ""
        if not isinstance(value, str):
            self._wrong(key, 'must be text in quotation marks, "…"')
            return ""
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings that names at least one thing."""
        value = self._take(key)
        if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
            self._wrong(key, 'must be a list that names each one, ["…", "…"]')
            return ()
        return tuple(value)

    def pair(self, key: str) -> tuple[str, str]:
        """Two strings, the first and the last; empty when absent."""
        if self._raw.get(key) is None:
            return "", ""
        both = self.texts(key)
        if len(both) != _PAIR:
            self._wrong(key, 'must be the first and the last year, ["2021-22", "2025-26"]')
            return "", ""
        return both[0], both[1]

    def day(self, key: str, *, required: bool = True) -> date | None:
        """A date without a time."""
        value = self._take(key)
        if type(value) is date:
            return value
        if required or value is not None:
            self._wrong(key, "must be a date without quotation marks, 2026-07-01")
        return None

    def whole(self, key: str) -> int | None:
        """A whole number of at least one; None when absent."""
        value = self._take(key)
        if value is None:
            return None
        if type(value) is not int or value < 1:
            self._wrong(key, "must be a whole number, 1 or more")
            return None
        return value

    def flag(self, key: str, *, usual: bool) -> bool:
        """true or false."""
        value = self._take(key)
        if value is None:
            return usual
        if not isinstance(value, bool):
            self._wrong(key, "must be true or false")
            return usual
        return value

    def one_of(self, key: str, words: type[Word], usual: Word | None = None) -> Word:
        """One word of a list; the first of the list stands in after a mistake."""
        value = self._take(key)
        if value is None and usual is not None:
            return usual
        if isinstance(value, str) and value in list(words):
            return words(value)
        self._wrong(key, f"must be one of: {', '.join(words)}")
        return next(iter(words))

    def many_of(self, key: str, words: type[Word]) -> frozenset[Word]:
        """Some words of a list, at least one."""
        value = self._take(key)
        named = value if isinstance(value, list) else []
        if not named or any(word not in list(words) for word in named):
            self._wrong(key, f"must be a list of one or more of: {', '.join(words)}")
            return frozenset()
        return frozenset(words(word) for word in named)

    def section(self, key: str, *, required: bool = True) -> "Section":
        """A table inside this one; an empty one when absent."""
        value = self._take(key)
        if not isinstance(value, dict):
            if required or value is not None:
                self._wrong(key, f"is missing: begin it with [{self._named(key)}]")
            value = {}
        return Section(self._named(key), value, self._mistakes)

    def sections(self, key: str, *, required: bool = True) -> list["Section"]:
        """A list of tables."""
        value = self._take(key)
        rows = value if isinstance(value, list) else []
        if (required and not rows) or not all(isinstance(row, dict) for row in rows):
            self._wrong(key, f"needs at least one table that begins with [[{self._named(key)}]]")
            return []
        return [
            Section(f"{self._named(key)}, number {number}", row, self._mistakes)
            for number, row in enumerate(rows, start=1)
        ]

    def nothing_else(self, known: Iterable[str] = ()) -> None:
        """Anything that was not read is a mistake: a misspelled limit must not be overlooked."""
        for key in sorted(set(self._raw) - self._read):
            among = ", ".join(sorted({*known, *self._read}))
            self._wrong(key, f"is not known here; what can stand here is: {among}")

    def _take(self, key: str) -> Any:
        self._read.add(key)
        return self._raw.get(key)

    def _named(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def _wrong(self, key: str, what: str) -> None:
        where = f" in {self.place}" if self.place else ""
        self._mistakes.append(f"“{key}”{where} {what}.")
