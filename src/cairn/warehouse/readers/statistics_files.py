"""Read files of statistics programs: Stata, SPSS and SAS. Labels of values become their text."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any, Final

import numpy as np
import pyarrow as pa

from cairn.warehouse.readers.excel import format_cell
from cairn.warehouse.readers.sheet_builder import build_sheet, check_width
from cairn.warehouse.schema import ReadNote, Sheet, UnreadableFile

_SAS_MAGIC: Final = bytes.fromhex(
    "000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011"
)
_NEW_STATA: Final = b"<stata_dta>"
_OLD_STATA: Final = frozenset({104, 105, 108, 110, 111, 112, 113, 114, 115})
_PORTABLE_START: Final = 500
_TRANSPORT_RECORD: Final = 80
"""Bytes of a record of a transport file, which has nothing but whole ones."""


def find_statistics_format(content: bytes) -> str:
    """Return the program that wrote a file: Stata, SPSS, SPSS portable, SAS, SAS transport.

    Args:
        content: bytes of the file.

    Returns:
        The name of the format; empty for any other file.
    """
    if content.startswith(_NEW_STATA) or (
        content[:1]
        and content[0] in _OLD_STATA
        and content[1:2] in (b"\1", b"\2")
        and content[2:4] == b"\1\0"
    ):
        return "Stata"
    if content.startswith((b"$FL2@(#)", b"$FL3@(#)")):
        return "SPSS"
    if b"SPSS PORT FILE" in content[:_PORTABLE_START]:
        return "SPSS portable"
    if content.startswith(_SAS_MAGIC):
        return "SAS"
    if content.startswith(b"HEADER RECORD*******LIB"):
        return "SAS transport"
    return ""


def read_statistics_sheet(name: str, content: bytes, kind: str) -> Sheet:
    """Read the one sheet of a file of a statistics program; ``__row`` counts its rows from 1.

    Args:
        name: name of the sheet.
        content: bytes of the file.
        kind: what ``find_statistics_format`` returned.

    Returns:
        The sheet.

    Raises:
        UnreadableFile: the file is damaged or cut off, or has no rows.
    """
    if not _is_whole(content, kind):
        raise UnreadableFile(f"The {kind} file is cut off. Save it again and resend it.")
    columns, metadata = _parse_file(content, kind)
    rows = max((len(values) for values in columns.values()), default=0)
    if not rows:
        raise UnreadableFile(f"The {kind} file has no rows. Save it again with its data.")
    expected = metadata.number_rows
    if expected is not None and expected != rows:
        raise UnreadableFile(
            f"The {kind} file says that it has {expected:,} rows, but {rows:,} can be read: it is "
            "cut off. Save it again and resend it."
        )
    check_width(len(columns))
    if not all(isinstance(column, str) for column in columns):
        raise UnreadableFile(
            f"A column of the {kind} file has no name: the file is damaged. Save it again and "
            "resend it."
        )
    labels: Mapping[str, Mapping[Any, str]] = metadata.variable_value_labels
    cells = [_format_values(values, labels.get(column, {})) for column, values in columns.items()]
    notes = [ReadNote("statistics_file", f"Read as {kind}.")]
    if labeled := sum(1 for column in columns if labels.get(column)):
        message = "Columns whose codes were replaced with their labels."
        notes.append(ReadNote("value_labels", message, labeled))
    places = pa.array(np.arange(1, rows + 1))
    return build_sheet(name, list(columns), cells, places, notes)


def _is_whole(content: bytes, kind: str) -> bool:
    """Return whether a file has its end, in the formats that have a mark there."""
    if kind == "SAS transport":
        return len(content) % _TRANSPORT_RECORD == 0
    if kind == "SPSS portable":
        return content.rstrip(b"\r\n").endswith(b"Z")
    return not content.startswith(_NEW_STATA) or content.endswith(b"</stata_dta>")


def _parse_file(content: bytes, kind: str) -> tuple[dict[str, Sequence[Any]], Any]:
    # The library takes half a second to load, so it is loaded for such a file only.
    import pyreadstat  # noqa: PLC0415

    parsers: dict[str, Callable[..., Any]] = {
        "Stata": pyreadstat.read_dta,
        "SPSS": pyreadstat.read_sav,
        "SPSS portable": pyreadstat.read_por,
        "SAS": pyreadstat.read_sas7bdat,
        "SAS transport": pyreadstat.read_xport,
    }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            columns, metadata = parsers[kind](BytesIO(content), output_format="dict")
    except MemoryError:
        raise
    except Exception as error:
        raise UnreadableFile(
            f"The {kind} file is damaged, cut off or protected by a password. Save it again, or "
            "export it as CSV."
        ) from error
    return columns, metadata


def _format_values(values: Any, labels: Mapping[Any, str]) -> pa.Array:
    """Write the values of a column as text; a value with a label as its label."""
    texts: dict[Any, str | None] = {}
    cells = []
    if isinstance(values, np.ndarray):
        days = values.dtype.kind == "M"
        values = values.astype("datetime64[us]").tolist() if days else values.tolist()
    for value in values:
        if value not in texts:
            texts[value] = labels.get(value) or _format_value(value)
        cells.append(texts[value])
    return pa.array(cells, pa.string())


def _format_value(value: Any) -> str | None:
    if value is None or value != value:  # noqa: PLR0124 - not a number
        return None
    return format_cell(value)
