"""A known answer on published data: 44 chronically absent in the sample district of 960."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from cairn.rules.decision import Permit
from cairn.rules.vocabulary import Action
from cairn.warehouse import mart
from cairn.warehouse.conform import conform
from cairn.warehouse.count import NOT_ON_RECORD, count
from cairn.warehouse.engine import open_engine
from cairn.warehouse.identifiers import distinct, identifiers, with_anchors
from cairn.warehouse.landing import land
from cairn.warehouse.linking.linking import link
from cairn.warehouse.mapping import Mapping
from cairn.warehouse.outcomes import outcome
from cairn.warehouse.pseudonym import Pseudonyms
from cairn.warehouse.read import read_file
from cairn.warehouse.zones import FileRef, Storehouse

MAPPINGS = Path(__file__).parents[2] / "examples" / "grand-bend" / "mappings"
FILES = {
    "students": "Student.xml",
    "attendance": "StudentSchoolAttendance.xml",
    "calendar": "EducationOrgCalendar.xml",
    "schools": "EducationOrganization.xml",
}
SOURCE, KEY = "grand-bend-isd", b"k" * 32


def received(
    store: Storehouse, folder: Path, feed: str, permit: Callable[..., Permit]
) -> tuple[FileRef, str]:
    """The conformed file of one feed, and its record type."""
    (path,) = MAPPINGS.glob(f"*/{feed}.toml")
    mapping = Mapping.load(path)
    file = folder / FILES[feed]
    sheets = read_file(file.name, file.read_bytes(), skip_rows=mapping.skip_rows)
    landed = land(store, sheets, mapping, permit=permit(Action.RECEIVE, mapping.record))
    made = conform(store, landed.ref, mapping, permit=permit(Action.CONFORM, mapping.record))
    return made.ref, mapping.record


def test_the_known_answer(
    store: Storehouse, real_data: Path, permit: Callable[..., Permit]
) -> None:
    folder = real_data / "edfi_grandbend"
    files = dict(received(store, folder, feed, permit) for feed in FILES)
    seen = {
        ref: identifiers(store.read(ref), source=SOURCE, key=KEY)
        for ref, record in files.items()
        if record in ("student", "attendance")
    }
    records = distinct(list(seen.values()))
    clusters = with_anchors(records, link(records))
    people = {row["record_key"]: f"p{row['cluster']}" for row in clusters.to_pylist()}
    linked = [
        mart.part(
            store, ref, mart.crosswalk(seen.get(ref), people, rows=ref.rows),
            source=SOURCE, permit=permit(Action.LINK),
        )
        for ref in files
    ]  # fmt: skip
    marts = mart.build(
        store, linked, permit=permit(Action.BUILD_MART, *set(files.values())),
        pseudonyms=Pseudonyms(),
    )  # fmt: skip
    counted = count(
        store, marts, outcome("chronic_absence"), ["district", "school"],
        permit=permit(Action.COUNT), engine=open_engine(),
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
