"""Find the line on which each key and table of a TOML text begins; `tomllib` does not say."""

from collections.abc import Mapping
from typing import Final

TomlPath = tuple[str | int, ...]
_OPENING_BRACKETS: Final = "[{"
_CLOSING_BRACKETS: Final = "]}"
_QUOTES: Final = ('"""', "'''", '"', "'")


def find_line_numbers(text: str) -> Mapping[TomlPath, int]:
    """Find the line of each table and each key by its path, such as ``("parties", 0, "role")``.

    A key inside an inline table has the line of the outer key.

    Args:
        text: valid TOML.

    Returns:
        Line numbers (from 1) by path.
    """
    return _Scanner(text).scan()


def find_nearest_line(line_numbers: Mapping[TomlPath, int], path: TomlPath) -> int:
    """Find the line of a path, or of the nearest table around it.

    Args:
        line_numbers: the line numbers by path.
        path: the path.

    Returns:
        The line number (from 1); 1 if no part of the path has a line.
    """
    around = (path[:length] for length in range(len(path), 0, -1))
    return next((line_numbers[step] for step in around if step in line_numbers), 1)


class _Scanner:
    """Scans the text once, from statement to statement."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._line_numbers: dict[TomlPath, int] = {}
        self._counts: dict[TomlPath, int] = {}
        self._table: TomlPath = ()

    def scan(self) -> Mapping[TomlPath, int]:
        while self._skip_to_statement():
            line = self._text.count("\n", 0, self._position) + 1
            if self._text[self._position] == "[":
                self._read_header(line)
            else:
                self._line_numbers.setdefault((*self._table, *self._read_key("=")), line)
                self._skip_value()
        return self._line_numbers

    def _skip_to_statement(self) -> bool:
        """Skip blank space and comments; return whether any text is left."""
        while self._position < len(self._text):
            if self._text[self._position] == "#":
                self._to_end_of_line()
            elif self._text[self._position].isspace():
                self._position += 1
            else:
                return True
        return False

    def _read_header(self, line: int) -> None:
        many = self._text.startswith("[[", self._position)
        self._position += 2 if many else 1
        path = self._number_repeated_tables(self._read_key("]"))
        if many:
            number = self._counts[path] = self._counts.get(path, -1) + 1
            self._line_numbers.setdefault(path, line)
            path = (*path, number)
        self._table = path
        # A table inside a table begins the outer one where that has no header of its own.
        for length in range(1, len(path) + 1):
            self._line_numbers.setdefault(path[:length], line)
        self._to_end_of_line()

    def _number_repeated_tables(self, key: TomlPath) -> TomlPath:
        """Insert the number of the newest table after each repeated table in a key."""
        path: TomlPath = ()
        for part in key[:-1]:
            path = (*path, part)
            if path in self._counts:
                path = (*path, self._counts[path])
        return (*path, *key[-1:])

    def _read_key(self, end: str) -> TomlPath:
        """Read the parts of a dotted key up to ``end``, and skip ``end``."""
        parts: list[str] = [""]
        while (character := self._text[self._position]) != end:
            if quote := self._quote_mark():
                begin = self._position + 1
                self._skip_string(quote)
                parts[-1] = self._text[begin : self._position - 1]
                continue
            if character == ".":
                parts.append("")
            elif not character.isspace():
                parts[-1] += character
            self._position += 1
        self._position += 1
        return tuple(parts)

    def _skip_value(self) -> None:
        """Skip to the end of the line on which the value ends."""
        depth = 0
        while self._position < len(self._text):
            character = self._text[self._position]
            if quote := self._quote_mark():
                self._skip_string(quote)
                continue
            if character == "#":
                self._to_end_of_line()
                continue
            if character == "\n" and not depth:
                return
            depth += (character in _OPENING_BRACKETS) - (character in _CLOSING_BRACKETS)
            self._position += 1

    def _quote_mark(self) -> str:
        """Return the quotation mark at the current position, or an empty string."""
        return next((mark for mark in _QUOTES if self._text.startswith(mark, self._position)), "")

    def _skip_string(self, quote: str) -> None:
        self._position += len(quote)
        while not self._text.startswith(quote, self._position):
            escaped = self._text[self._position] == "\\" and '"' in quote
            self._position += 2 if escaped else 1
        self._position += len(quote)

    def _to_end_of_line(self) -> None:
        end = self._text.find("\n", self._position)
        self._position = len(self._text) if end < 0 else end
