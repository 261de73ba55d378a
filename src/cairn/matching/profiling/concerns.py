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

    Attributes:
        severity: error, warning or note.
        code: short name of the check, the same in every version.
        file: name of the file.
        column: name of the column; empty where the whole file is concerned.
        looks: what was seen, as a whole sentence.
        advice: what to do about it, as a whole sentence; empty if nothing needs doing.
        rows: number of rows concerned; 0 where rows are not counted.
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
