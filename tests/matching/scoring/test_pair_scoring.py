"""A few records, row by row, are spelled and compared as an engine does with millions."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.matching import blocking
from cairn.matching.pipeline import resolve_people
from cairn.matching.scoring import u_probabilities
from cairn.matching.scoring.pair_scoring import InMemoryComparer, score_pairs
from cairn.matching.standardize.record_table import (
    IDENTIFYING_FIELDS,
    STANDARD_SCHEMA,
    standardize_records,
)
from cairn.matching.standardize.row_mappings import standardize_rows
from cairn.warehouse.schema.elements import LIFE_DATE_FIELDS

SETS = {"given_forms", "name_words", "other_words", "household"}
SAID = {
    "source": ("school", "clinic"),
    "local_id": ("7", "007", "0000", "A-7"),
    "state_id": ("123", "124"),
    "given_name": ("Bill", "José María", "BABY BOY", "O'Neil", "Ana", "Lopez"),
    "middle_name": ("R.", "Maria", ""),
    "family_name": ("De la Garza-López Jr", "Delacruz", "Lopez", "unknown"),
    "suffix": ("III", "x"),
    "preferred_name": ("Will", "Nene"),
    "birth_date": (date(2012, 3, 4), date(2012, 4, 3), date(2012, 1, 1), date(1900, 1, 1)),
    "death_date": (date(2025, 3, 9),),
    "gender": ("F", "M", "X"),
    "street": ("12 Oak Street Apt 3", "14 Oak St", "n/a"),
    "postal_code": ("21201-0001", "00000"),
    "phone": ("(410) 555-0123", "9999999999"),
    "email": ("Ana.Lopez@example.org", "nobody"),
    "guardian_name": ("Lopez, Maria", "mom"),
}
rows = st.lists(
    st.fixed_dictionaries(
        {"record_key": st.sampled_from("abcdef")},
        optional={name: st.sampled_from(values) for name, values in SAID.items()},
    ),
    min_size=1,
    max_size=8,
)


def table(said: list[dict[str, Any]]) -> pa.Table:
    kinds = {
        name: pa.date32() if name in LIFE_DATE_FIELDS else pa.string()
        for name in IDENTIFYING_FIELDS
    }
    return pa.table(
        {n: pa.array([row.get(n) for row in said], kinds[n]) for n in IDENTIFYING_FIELDS}
    )


@given(rows)
@settings(max_examples=60, deadline=None)
def test_a_row_is_spelled_as_in_a_table(said: list[dict[str, Any]]) -> None:
    found = standardize_rows(said)
    for row in standardize_records(table(said)).to_pylist():
        mine = found.pop(row["record_key"])
        assert list(mine) == STANDARD_SCHEMA.names
        assert {n: set(v) if n in SETS else v for n, v in mine.items()} == {
            n: set(v) if n in SETS else v for n, v in row.items()
        }
        assert set(blocking.list_blocking_keys(mine)) == set(blocking.list_blocking_keys(row))
    assert not found


@pytest.mark.slow
@given(rows)
@settings(max_examples=25, deadline=None)
def test_a_few_are_compared_as_by_the_engine(said: list[dict[str, Any]]) -> None:
    standard = standardize_records(table(said))
    model = u_probabilities.build_initial_model(standard)
    few = InMemoryComparer(model)
    few.add(said)
    names = standard["record_key"].to_pylist()
    mine, theirs = few.score_pairs_between(names, names), score_pairs(standard, model)
    order = np.lexsort((theirs.pairs.right, theirs.pairs.left))
    for one, other in zip(mine.pairs, theirs.pairs, strict=True):
        assert np.allclose(one, other[order])
    assert mine.twins.tolist() == theirs.twins[order].tolist()
    assert (
        resolve_people(standard, mine)[0].tolist() == resolve_people(standard, theirs)[0].tolist()
    )


def test_a_few_beside_others() -> None:
    said = [{"record_key": key, "given_name": "Ana", "family_name": "Lopez"} for key in "abc"]
    few = InMemoryComparer(u_probabilities.build_initial_model(standardize_records(table(said))))
    few.add(said)
    found = few.score_pairs_between(["b"], ["a", "c"])
    assert list(zip(found.pairs.left.tolist(), found.pairs.right.tolist(), strict=True)) == [
        (0, 1),
        (1, 2),
    ]
