"""The workbooks that a partner of the demo keeps in its folder."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from cairn.warehouse import workbook


class Workbook(workbook.Workbook):
    """An Excel file of one sheet; it knows where it lies."""

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
