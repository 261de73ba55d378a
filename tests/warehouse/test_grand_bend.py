"""A known answer on published data: 44 chronically absent in the sample district of 960."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from cairn.matching.pipeline import link_records
from cairn.matching.standardize.record_keys import (
    add_anchors_to_clusters,
    extract_identifying_fields,
    list_distinct_records,
)
from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.engines import open_sql_engine
from cairn.warehouse.measures.outcome_counts import NOT_ON_RECORD, LoadedMart, count_outcome
from cairn.warehouse.measures.outcomes import load_outcome_catalogue
from cairn.warehouse.pipeline import mart
from cairn.warehouse.pipeline.conform import conform_landed_file
from cairn.warehouse.pipeline.landing import land_sheets
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import ColumnMapping
from cairn.warehouse.store.file_refs import FileRef
from cairn.warehouse.store.file_store import FileStore
from cairn.warehouse.store.pseudonyms import Pseudonyms

MAPPINGS = Path(__file__).parents[2] / "examples" / "grand-bend" / "mappings"
FILES = {
    "students": "Student.xml",
    "attendance": "StudentSchoolAttendance.xml",
    "calendar": "EducationOrgCalendar.xml",
    "schools": "EducationOrganization.xml",
}
SOURCE, KEY = "grand-bend-isd", b"k" * 32


def received(
    store: FileStore, folder: Path, feed: str, permit: Callable[..., Permit]
) -> tuple[FileRef, str]:
    """The conformed file of one feed, and its record type."""
    (path,) = MAPPINGS.glob(f"*/{feed}.toml")
    mapping = ColumnMapping.load(path)
    file = folder / FILES[feed]
    sheets = read_file(file.name, file.read_bytes(), skip_rows=mapping.skip_rows)
    landed = land_sheets(store, sheets, mapping, permit=permit(Action.RECEIVE, mapping.record))
    made = conform_landed_file(
        store, landed.ref, mapping, permit=permit(Action.CONFORM, mapping.record)
    )
    return made.ref, mapping.record


def test_the_known_answer(store: FileStore, real_data: Path, permit: Callable[..., Permit]) -> None:
    folder = real_data / "edfi_grandbend"
    files = dict(received(store, folder, feed, permit) for feed in FILES)
    seen = {
        ref: extract_identifying_fields(store.read(ref), source=SOURCE, key=KEY)
        for ref, record in files.items()
        if record in ("student", "attendance")
    }
    records = list_distinct_records(list(seen.values()))
    clusters = add_anchors_to_clusters(records, link_records(records))
    people = {row["record_key"]: f"p{row['cluster']}" for row in clusters.to_pylist()}
    linked = [
        mart.split_identifiers(
            store, ref, mart.build_crosswalk(seen.get(ref), people, rows=ref.rows),
            source=SOURCE, permit=permit(Action.LINK),
        )
        for ref in files
    ]  # fmt: skip
    marts = mart.build_mart(
        store, linked, permit=permit(Action.BUILD_MART, *set(files.values())),
        pseudonyms=Pseudonyms(),
    )  # fmt: skip
    counted = count_outcome(
        LoadedMart(store, marts), load_outcome_catalogue()["chronic_absence"],
        ["district", "school"], permit=permit(Action.COUNT), engine=open_sql_engine(),
    )  # fmt: skip
    assert by_school(store.read(counted)) == {
        "255901107": (17, 115), "255901001": (15, 64), "255901044": (12, 48),
        NOT_ON_RECORD: (0, 733),
    }  # fmt: skip
    assert store.manifest(counted).counts["students"] == 960
    assert store.manifest(counted).counts["without_school"] == 733
    assert store.manifest(counted).counts["without_district"] == 0


def by_school(table: pa.Table) -> dict[str, tuple[int, int]]:
    """School → chronically absent, students."""
    found: dict[str, tuple[int, int]] = {}
    for row in table.to_pylist():
        yes, everyone = found.get(row["school"], (0, 0))
        found[row["school"]] = (yes + row["n"] * (row["result"] == "yes"), everyone + row["n"])
    return found
