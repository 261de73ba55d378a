"""Describe one problem of a file before it is linked: where it is, how it looks, what to do."""

from dataclasses import dataclass
from enum import StrEnum


class ConcernSeverity(StrEnum):
    """How serious a concern is.

    An error stops the linkage; a warning is shown and the linkage continues; a note is
    information.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class RosterConcern:
    """One concern about a file or one of its columns; it never holds a value of the file.

    ``looks`` and ``advice`` are whole sentences; ``column`` is empty where the whole file is
    concerned. ``rows`` is how many rows are concerned.
    """

    severity: ConcernSeverity
    code: str
    file: str
    column: str
    looks: str
    advice: str = ""
    rows: int = 0

    def __str__(self) -> str:
        location = f"{self.file}, column “{self.column}”" if self.column else self.file
        return f"{location}: {self.looks} {self.advice}".rstrip()
