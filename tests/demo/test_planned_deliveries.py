"""Every delivery can be read, mapped and made into records; the bad one keeps its good rows.

This is also the test of `examples/river-county`: its mappings fit the files, its agreements
cover what the mappings name, and no column of the canaries.
"""

import re
from collections import defaultdict
from pathlib import Path
from zipfile import ZipFile, is_zipfile

from cairn.data.intake.api import ColumnMismatch, refuse_misfit
from cairn.demo.planned_deliveries import Community
from cairn.demo.sources import canaries
from cairn.warehouse.pipeline.conform import ConformResult
from cairn.warehouse.pipeline.quality import LandingResult
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import ColumnMapping
from cairn.warehouse.store.file_store import FileStore

Rows = list[dict[str, str]]
Slot = tuple[str, str, str]
UNMAPPED_CANARIES = {"Meal Status", "Disability", "SSN", "Counselor Notes", "GROSS WAGES"}


def test_good_deliveries_lose_no_row_and_no_value(
    community: Community, arrived: dict[Slot, tuple[LandingResult, ConformResult]]
) -> None:
    for delivery in community.deliveries:
        slot = (delivery.organization, delivery.feed, delivery.period)
        landed, made = arrived[slot]
        assert landed.missing == (), slot
        if delivery.expect != "flawed":
            assert landed.rows == made.report.rows_kept, slot
            assert made.report.rows_quarantined == 0, slot
            assert made.report.cells_blanked == 0, slot
            assert landed.rows > 0, slot


def test_every_row_about_a_child_has_its_truth(
    records: Rows, store: FileStore, arrived: dict[Slot, tuple[LandingResult, ConformResult]]
) -> None:
    rows = defaultdict(set)
    for record in records:
        rows[record["organization"], record["feed"], record["period"]].add(int(record["row"]))
    for slot, known in rows.items():
        table = store.read(arrived[slot][1].ref)
        assert set(table["source_row"].to_pylist()) <= known, slot


def test_the_flawed_delivery_keeps_its_good_rows(
    community: Community, arrived: dict[Slot, tuple[LandingResult, ConformResult]]
) -> None:
    (flawed,) = [d for d in community.deliveries if d.expect == "flawed"]
    report = arrived[flawed.organization, flawed.feed, flawed.period][1].report
    assert report.rows_kept > 0.9 * report.rows_in
    assert report.rows_quarantined > 0
    codes = {problem.code for problem in report.problems}
    codes |= {problem.code for column in report.columns for problem in column.problems}
    assert {"not_a_date", "date_ahead", "unknown_code", "repeated_id", "no_subject"} <= codes


def test_columns_outside_the_agreement_are_dropped_and_named(
    community: Community, arrived: dict[Slot, tuple[LandingResult, ConformResult]]
) -> None:
    dropped = set()
    for delivery in community.deliveries:
        landed, _ = arrived[delivery.organization, delivery.feed, delivery.period]
        names = {column.name for column in landed.dropped} & UNMAPPED_CANARIES
        assert bool(names) == (delivery.expect == "refused_columns")
        dropped |= names
    assert dropped == UNMAPPED_CANARIES


def test_canaries_sit_only_in_the_deliveries_that_say_so(community: Community) -> None:
    found: dict[str, set[Path]] = {marker: set() for marker in canaries.CANARIES}
    for path in sorted(community.folder.rglob("*")):
        if path.is_file():
            text = _text(path)
            for marker in canaries.CANARIES:
                if marker in text:
                    found[marker].add(path)
    planned = {
        path
        for delivery in community.deliveries
        if delivery.expect == "refused_columns"
        for path in delivery.files
    }
    assert all(len(paths) == 1 for paths in found.values())
    assert set().union(*found.values()) == planned


def test_nothing_looks_like_a_social_security_number(community: Community) -> None:
    number = re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
    for path in sorted(community.folder.rglob("*")):
        if path.is_file():
            assert not number.search(_text(path)), path.name


def test_layouts_of_the_programs_all_differ(community: Community) -> None:
    for feed in ("roster", "attendance"):
        mappings = [d.mapping for d in community.deliveries if d.feed == feed and d.mapping]
        headers = {
            tuple(ColumnMapping.load(path).columns) for path in mappings if "-sd" not in str(path)
        }
        assert len(headers) == 12


def _text(path: Path) -> str:
    if not is_zipfile(path):
        return path.read_bytes().decode("latin-1")
    with ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def test_a_saved_mapping_fits_the_files_that_it_was_made_for(community: Community) -> None:
    refused = {}
    for delivery in community.deliveries:
        assert delivery.mapping is not None
        mapping = ColumnMapping.load(delivery.mapping)
        for file in delivery.files:
            sheets = read_file(file.name, file.read_bytes(), skip_rows=mapping.skip_rows)
            try:
                refuse_misfit(delivery.feed, mapping, sheets)
            except ColumnMismatch as mismatch:
                refused[delivery.organization, delivery.feed, file.name] = str(mismatch)
    assert refused == {}
