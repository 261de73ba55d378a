"""Write delimited files and workbooks row by row, the way different systems write them."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from cairn.warehouse.exporters import ExcelWorkbook


class RowWriter(Protocol):
    """Write a file row by row, in any format."""

    path: Path

    def add(self, row: Sequence[object]) -> int:
        """Write one row; return its number as a person sees it (the first line is 1)."""

    def close(self) -> None:
        """Finish the file."""


class DelimitedWriter:
    """Write a delimited text file row by row.

    `preface` holds the lines above the header that people leave in exports. Dates are written in
    ISO form; a caller who wants another form formats them.
    """

    def __init__(
        self,
        path: Path,
        header: Sequence[str],
        *,
        delimiter: str = ",",
        encoding: str = "utf-8",
        newline: str = "\r\n",
        preface: Iterable[Sequence[str]] = (),
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("w", encoding=encoding, newline="", buffering=1 << 16)
        self._write = csv.writer(self._file, delimiter=delimiter, lineterminator=newline).writerow
        self._rows = 0
        for line in (*preface, header):
            self.add(line)

    def add(self, row: Sequence[object]) -> int:
        self._write(row)
        self._rows += 1
        return self._rows

    def close(self) -> None:
        self._file.close()


class PartnerWorkbook(ExcelWorkbook):
    """Write an Excel file of one sheet into a partner's folder, and keep its path."""

    def __init__(
        self,
        path: Path,
        header: Sequence[str],
        *,
        sheet: str,
        preface: Iterable[Sequence[str]] = (),
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        super().__init__(path, header, sheet=sheet, preface=preface)
