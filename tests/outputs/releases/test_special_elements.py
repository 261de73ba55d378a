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
from cairn.policy.engine.decision import Refused
from cairn.sdc.options import ReleaseMethod
from cairn.warehouse.exporters import GroupKey
from cairn.warehouse.exporters.release_files import read_release_figures
from cairn.warehouse.store.file_refs import FileRef

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

FEW = 7
"""Children with special education services of one school; with the other, 47 have them."""


_FOSTER_LAW = 'child_welfare_authority = "{}"\nchild_welfare_condition = "state_statute"\n'
Share = Callable[..., Any]


@pytest.fixture
def share_special(
    db: None,
    person: Callable[..., Any],
    organization: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> Share:
    """Make two districts that share who has special education services, no home or foster care."""

    def share(*records: str, criteria: str = "") -> Any:
        elements = {**made._ELEMENTS, "student": (*made._ELEMENTS["student"], "disability")}
        elements |= {record: _SPECIAL_ELEMENTS[record] for record in records}
        tables, write_agreement = made._tables, made.agreement

        def add_special(slug: str) -> Iterator[tuple[str, pa.Table]]:
            for record, table in tables(slug):
                if record != "student":
                    yield record, table
                    continue
                people = table["person_id"].to_pylist()
                served = people[:FEW] if slug == "elm" else people[:40]
                values = ["yes" if person in {*served} else "no" for person in people]
                yield record, table.append_column("disability", pa.array(values))
                for name in records:
                    yield name, _build_special_rows(name, slug, served)

        def write(slug: str, **options: Any) -> str:
            text = write_agreement(slug, **options)
            return text.replace('scope = "attendance"\n', f'scope = "attendance"\n{criteria}')

        monkeypatch.setattr(made, "_ELEMENTS", elements)
        monkeypatch.setattr(made, "_tables", add_special)
        monkeypatch.setattr(made, "agreement", write)
        return made.make.__wrapped__(person, organization)

    return share


_SPECIAL_ELEMENTS = {
    "homelessness": ("local_id", "nighttime_residence", "school_year"),
    "child_welfare": ("local_id", "removal_date"),
}


def _build_special_rows(record: str, slug: str, people: list[str]) -> pa.Table:
    columns: dict[str, Any] = {"person_id": people, "source": [slug] * len(people)}
    if record == "homelessness":
        columns["nighttime_residence"] = ["doubled up"] * len(people)
        columns["school_year"] = ["2025-26"] * len(people)
    else:
        columns["removal_date"] = pa.array([made.ON] * len(people), pa.date32())
    return pa.table(columns)


@pytest.mark.parametrize(
    ("dimension", "record"),
    [("homeless", "homelessness.nighttime_residence"), ("foster", "child_welfare.removal_date")],
)
def test_without_the_element_in_an_agreement_nobody_is_counted_by_it(
    community: Any, dimension: str, record: str
) -> None:
    with pytest.raises(Refused) as refused:
        community.checked(community.draft(tables=[["district", dimension]]))
    assert record in str(refused.value.decision.refusals)


def test_foster_care_is_counted_only_under_the_law_that_allows_it(share_special: Share) -> None:
    unlawful = share_special("child_welfare")
    with pytest.raises(Refused) as refused:
        unlawful.checked(unlawful.draft(tables=[["foster"]]))
    assert "42 USC 5106a" in str(refused.value.decision.refusals)


def test_foster_care_is_counted_where_a_state_statute_names_the_recipient(
    share_special: Share,
) -> None:
    lawful = share_special("child_welfare", criteria=_FOSTER_LAW.format("State code 1-2-3"))
    release = lawful.checked(lawful.draft(tables=[["foster"]]))
    rows = open_file_store().read(FileRef.parse(release.counted["chronic_absence"])).to_pylist()
    assert sum(row["n"] for row in rows if row["foster"] == "yes") == FEW + 40


@pytest.mark.parametrize(
    ("dimension", "method"),
    [*(("disability", method) for method in ReleaseMethod), ("homeless", ReleaseMethod.BANDS)],
)
def test_a_small_group_of_a_special_element_is_nowhere_in_a_release(
    share_special: Share, browser: Callable[..., Client], dimension: str, method: ReleaseMethod
) -> None:
    special_community = share_special(*(["homelessness"] if dimension == "homeless" else []))
    draft = special_community.draft(
        tables=[["district", dimension], [dimension, "gender"]], method=method.value
    )
    release = special_community.carried(draft)
    sizes = Counter[tuple[str, str, str]]()
    for row in (
        open_file_store().read(FileRef.parse(release.counted["chronic_absence"])).to_pylist()
    ):
        for district in (row["district"], "All"):
            for gender in (row["gender"], "All"):
                for status in (row[dimension], "All"):
                    sizes[district, gender, status] += row["n"]
    small = {key for key, n in sizes.items() if 0 < n < release.minimum_cell}
    assert ("Elm", "All", "yes") in small
    cells = read_release_figures(open_file_store(), FileRef.parse(release.released)).cells
    shown_cells = Counter[bool]()
    for cell in cells:
        is_shown = cell.n is not None or cell.percent_low is not None
        shown_cells[is_shown] += 1
        assert not (is_shown and _name(cell.group, dimension) in small), cell
    # Others are shown, so the release is not simply empty.
    assert shown_cells[True] > 10
    by_key = {(_name(cell.group, dimension), cell.result): cell.n for cell in cells}
    total, oak = by_key[("All", "All", "yes"), "All"], by_key[("Oak", "All", "yes"), "All"]
    assert total is None or oak is None, "the other district follows by subtraction"
    lines = browser().get(reverse("dashboards:file", args=["chronic_absence", "csv"])).text
    rows = list(csv.DictReader(io.StringIO(lines)))
    in_file = {(row["district"], row["gender"], row[dimension]): row for row in rows}
    assert ("Elm", "All", "yes") in in_file
    for key in small & in_file.keys():
        row = in_file[key]
        assert row["withheld"] == "yes"
        assert not any(
            row.get(name)
            for name in ("children", "numerator", "percent", "percent_low", "children_high")
        )


def _name(group: GroupKey, dimension: str) -> tuple[str, str, str]:
    return group.get("district"), group.get("gender"), group.get(dimension)
