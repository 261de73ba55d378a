"""Small groups of a special element are in no public file, page or download of a whole release."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client
from django.urls import reverse
from tests.outputs.releases import community as made

from cairn.platform.storage.api import open_file_store
from cairn.sdc.options import ReleaseMethod
from cairn.warehouse.exporters import GroupKey
from cairn.warehouse.exporters.release_files import read_release_figures
from cairn.warehouse.store.file_refs import FileRef

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

FEW = 7
"""Children with special education services of one school; with the other, 47 have them."""


@pytest.fixture
def special_community(
    db: None,
    person: Callable[..., Any],
    organization: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """Two districts that share who has special education services."""
    elements = {**made._ELEMENTS, "student": (*made._ELEMENTS["student"], "disability")}
    tables = made._tables

    def add_disability(slug: str) -> Iterator[tuple[str, pa.Table]]:
        for record, table in tables(slug):
            if record != "student":
                yield record, table
                continue
            people = table["person_id"].to_pylist()
            served = {*people[:FEW]} if slug == "elm" else {*people[:40]}
            values = ["yes" if person in served else "no" for person in people]
            yield record, table.append_column("disability", pa.array(values))

    monkeypatch.setattr(made, "_ELEMENTS", elements)
    monkeypatch.setattr(made, "_tables", add_disability)
    return made.make.__wrapped__(person, organization)


@pytest.mark.parametrize("method", ReleaseMethod)
def test_a_small_group_of_a_special_element_is_nowhere_in_a_release(
    special_community: Any, browser: Callable[..., Client], method: ReleaseMethod
) -> None:
    draft = special_community.draft(
        tables=[["district", "disability"], ["disability", "gender"]], method=method.value
    )
    release = special_community.carried(draft)
    sizes = Counter[tuple[str, str, str]]()
    for row in (
        open_file_store().read(FileRef.parse(release.counted["chronic_absence"])).to_pylist()
    ):
        for district in (row["district"], "All"):
            for gender in (row["gender"], "All"):
                for status in (row["disability"], "All"):
                    sizes[district, gender, status] += row["n"]
    small = {key for key, n in sizes.items() if 0 < n < release.minimum_cell}
    assert ("Elm", "All", "yes") in small
    cells = read_release_figures(open_file_store(), FileRef.parse(release.released)).cells
    shown_cells = Counter[bool]()
    for cell in cells:
        is_shown = cell.n is not None or cell.percent_low is not None
        shown_cells[is_shown] += 1
        assert not (is_shown and _name(cell.group) in small), cell
    # Others are shown, so the release is not simply empty.
    assert shown_cells[True] > 10
    by_key = {(_name(cell.group), cell.result): cell.n for cell in cells}
    total, oak = by_key[("All", "All", "yes"), "All"], by_key[("Oak", "All", "yes"), "All"]
    assert total is None or oak is None, "the other district follows by subtraction"
    lines = browser().get(reverse("dashboards:file", args=["chronic_absence", "csv"])).text
    rows = list(csv.DictReader(io.StringIO(lines)))
    in_file = {(row["district"], row["gender"], row["disability"]): row for row in rows}
    assert ("Elm", "All", "yes") in in_file
    for key in small & in_file.keys():
        row = in_file[key]
        assert row["withheld"] == "yes"
        assert not any(
            row.get(name)
            for name in ("children", "numerator", "percent", "percent_low", "children_high")
        )


def _name(group: GroupKey) -> tuple[str, str, str]:
    return group.get("district"), group.get("gender"), group.get("disability")
