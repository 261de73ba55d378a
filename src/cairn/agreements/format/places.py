"""On which line of a TOML text each key and each table begins: `tomllib` does not say."""

from collections.abc import Mapping
from typing import Final

Path = tuple[str | int, ...]
_OPEN: Final = "[{"
_CLOSE: Final = "]}"
_QUOTES: Final = ('"""', "'''", '"', "'")


def places(text: str) -> Mapping[Path, int]:
    """The line of each table and each key, by its path: ``("parties", 0, "role")``.

    ``text`` must be sound TOML. What stands inside an inline table has the line of its key.
    """
    return _Scanner(text).scan()


def line_of(where: Mapping[Path, int], path: Path) -> int:
    """The line of a path, or of the nearest table around it; 1 where there is none."""
    around = (path[:length] for length in range(len(path), 0, -1))
    return next((where[step] for step in around if step in where), 1)


class _Scanner:
    """Goes over the text once, from statement to statement."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._where: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        self._table: Path = ()

    def scan(self) -> Mapping[Path, int]:
        while self._skip_to_statement():
            line = self._text.count("\n", 0, self._at) + 1
            if self._text[self._at] == "[":
                self._header(line)
            else:
                self._where.setdefault((*self._table, *self._key("=")), line)
                self._skip_value()
        return self._where

    def _skip_to_statement(self) -> bool:
        """Past blank space and comments; whether anything is left."""
        while self._at < len(self._text):
            if self._text[self._at] == "#":
                self._to_end_of_line()
            elif self._text[self._at].isspace():
                self._at += 1
            else:
                return True
        return False

    def _header(self, line: int) -> None:
        many = self._text.startswith("[[", self._at)
        self._at += 2 if many else 1
        path = self._resolved(self._key("]"))
        if many:
            number = self._counts[path] = self._counts.get(path, -1) + 1
            self._where.setdefault(path, line)
            path = (*path, number)
        self._table = path
        self._where.setdefault(path, line)
        self._to_end_of_line()

    def _resolved(self, key: Path) -> Path:
        """A key with the number of the newest table wherever there are many of one."""
        path: Path = ()
        for part in key[:-1]:
            path = (*path, part)
            if path in self._counts:
                path = (*path, self._counts[path])
        return (*path, *key[-1:])

    def _key(self, end: str) -> Path:
        """The parts of a dotted key up to ``end``, which is passed."""
        parts: list[str] = [""]
        while (here := self._text[self._at]) != end:
            if quote := self._quote():
                begin = self._at + 1
                self._skip_string(quote)
                parts[-1] = self._text[begin : self._at - 1]
                continue
            if here == ".":
                parts.append("")
            elif not here.isspace():
                parts[-1] += here
            self._at += 1
        self._at += 1
        return tuple(parts)

    def _skip_value(self) -> None:
        """To the end of the line on which the value ends."""
        depth = 0
        while self._at < len(self._text):
            here = self._text[self._at]
            if quote := self._quote():
                self._skip_string(quote)
                continue
            if here == "#":
                self._to_end_of_line()
                continue
            if here == "\n" and not depth:
                return
            depth += (here in _OPEN) - (here in _CLOSE)
            self._at += 1

    def _quote(self) -> str:
        """The quotation mark that begins here; empty where none does."""
        return next((q for q in _QUOTES if self._text.startswith(q, self._at)), "")

    def _skip_string(self, quote: str) -> None:
        self._at += len(quote)
        while not self._text.startswith(quote, self._at):
            escaped = self._text[self._at] == "\\" and '"' in quote
            self._at += 2 if escaped else 1
        self._at += len(quote)

    def _to_end_of_line(self) -> None:
        end = self._text.find("\n", self._at)
        self._at = len(self._text) if end < 0 else end
