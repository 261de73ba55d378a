"""What keeps a text from being read as an agreement: each mistake with its line and its mend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cairn.agreements.format.places import Path, line_of


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: its line, and a sentence that names the place and what to write there.

    ``table`` and ``key`` are where it is, for a page that has a form in place of lines.
    """

    line: int
    told: str
    table: Path = ()
    key: str = ""

    def __str__(self) -> str:
        return f"Line {self.line}: {self.told}"


class BadAgreement(Exception):
    """A text that cannot be read as an agreement; `mistakes` says where and what to write."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


@dataclass(slots=True)
class Notes:
    """The mistakes found so far: reading never stops at one, so that all are told at once."""

    where: Mapping[Path, int]
    found: list[Mistake] = field(default_factory=list)

    def wrong(self, table: Path, key: str, what: str) -> None:
        """Note what is wrong with a key of a table, by the table's path."""
        place = _named(table)
        told = f"“{key}”{f' in {place}' if place else ''} {what}."
        self.found.append(Mistake(line_of(self.where, (*table, key)), told, table, key))


def _named(table: Path) -> str:
    """A table as a person names it: ``parties, number 1``."""
    said = ""
    for part in table:
        if isinstance(part, int):
            said += f", number {part + 1}"
        else:
            said += f".{part}" if said else part
    return said
