"""Files of Stata, SPSS and SAS, written by an independent library."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from cairn.warehouse.readers import read_file, statistics_files
from cairn.warehouse.schema.sheets import ROW_COLUMN, UnreadableFile

_FRAME = pd.DataFrame(
    {
        "ID": [1, 2, 10_000_000],
        "GRADE": [1.0, 2.5, None],
        "NAME": ["Ana", "", "Bo"],
        "BORN": [date(2016, 1, 2), date(2017, 3, 4), None],
    }
)
_LABELS = {"GRADE": {1: "First"}}


@pytest.fixture
def written(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[str, bytes]:
    """Return the name and the bytes of the table in one format."""
    name: str = request.param
    path, labels = str(tmp_path / name), {"variable_value_labels": _LABELS}
    writers: dict[str, Any] = {
        "new.dta": lambda: pyreadstat.write_dta(_FRAME, path, **labels),
        "old.dta": lambda: pyreadstat.write_dta(_FRAME, path, version=10, **labels),
        "a.sav": lambda: pyreadstat.write_sav(_FRAME, path, **labels),
        "a.zsav": lambda: pyreadstat.write_sav(_FRAME, path, compress=True, **labels),
        "a.por": lambda: pyreadstat.write_por(_FRAME, path),
        "a.xpt": lambda: pyreadstat.write_xport(_FRAME, path),
    }
    writers[name]()
    return name, (tmp_path / name).read_bytes()


_NAMES = ("new.dta", "old.dta", "a.sav", "a.zsav", "a.por", "a.xpt")


@pytest.mark.parametrize("written", _NAMES, indirect=True)
def test_rows_are_text_and_codes_are_labels(written: tuple[str, bytes]) -> None:
    (sheet,) = read_file(*written)
    first, second, third = (
        {k: v or None for k, v in row.items()} for row in sheet.table.to_pylist()
    )
    label = "1" if written[0] in ("a.xpt", "a.por") else "First"
    assert first == {"ID": "1", "GRADE": label, "NAME": "Ana", "BORN": "2016-01-02", ROW_COLUMN: 1}
    assert (second["GRADE"], second["NAME"], second["BORN"]) == ("2.5", None, "2017-03-04")
    assert (third["ID"], third["GRADE"], third["BORN"]) == ("10000000", None, None)
    assert sheet.file_rows == 3


@pytest.mark.parametrize("written", _NAMES, indirect=True)
def test_no_row_of_a_file_that_is_cut_off_is_lost(written: tuple[str, bytes]) -> None:
    name, content = written
    refused = 0
    for size in range(200, len(content), max(1, len(content) // 40)):
        try:
            (sheet,) = read_file(name, content[:size])
        except UnreadableFile:
            refused += 1
        else:  # only labels, which come last, or padding can be missing
            assert sheet.table.num_rows == 3 or (name == "a.xpt" and size % 80 == 0)
    assert refused > 20


def test_times_keep_their_minutes(tmp_path: Path) -> None:
    frame = pd.DataFrame({"at": [datetime(2026, 1, 2, 3, 4), datetime(2026, 1, 2)]})  # noqa: DTZ001
    pyreadstat.write_dta(frame, str(tmp_path / "a.dta"))
    (sheet,) = read_file("a.dta", (tmp_path / "a.dta").read_bytes())
    assert sheet.table["at"].to_pylist() == ["2026-01-02 03:04:00", "2026-01-02"]


def test_a_sas_file_is_recognized_and_refused_when_damaged() -> None:
    content = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011") + bytes(2000)
    assert statistics_files.find_statistics_format(content) == "SAS"
    with pytest.raises(UnreadableFile, match="SAS file is damaged"):
        read_file("a.sas7bdat", content)


def test_no_rows_are_refused(tmp_path: Path) -> None:
    pyreadstat.write_dta(_FRAME.head(0), str(tmp_path / "a.dta"))
    with pytest.raises(UnreadableFile, match="no rows"):
        read_file("a.dta", (tmp_path / "a.dta").read_bytes())


def test_a_column_without_a_name_is_refused(tmp_path: Path) -> None:
    pyreadstat.write_sav(pd.DataFrame({"ID": [1]}), str(tmp_path / "a.sav"))
    content = (tmp_path / "a.sav").read_bytes()
    start = content.index(b"ID      ")
    with pytest.raises(UnreadableFile, match="has no name"):
        read_file("a.sav", content[:start] + b"\0" + content[start + 1 :])
