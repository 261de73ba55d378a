"""What is said about a file before it is linked: where, what it looks like, what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error stops; a warning is told and linking goes on; a note is only good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing about a file or one of its columns. Never holds a value of it.

    ``looks`` and ``advice`` are whole sentences; ``column`` is empty where the file is meant.
    ``rows`` is how many rows it is about.
    """

    severity: Severity
    code: str
    file: str
    column: str
    looks: str
    advice: str = ""
    rows: int = 0

    def __str__(self) -> str:
        place = f"{self.file}, column “{self.column}”" if self.column else self.file
        return f"{place}: {self.looks} {self.advice}".rstrip()
