"""The engine and Python see the same pattern in every pair."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.matching import blocking
from cairn.matching.comparison.field_comparisons import compute_pattern
from cairn.matching.comparison.pair_comparers import DuckDBComparer
from cairn.matching.scoring import u_probabilities
from cairn.matching.standardize.record_table import standardize_records
from cairn.warehouse.engines import DuckDBEngine

NAMES = st.sampled_from(
    ["Ana", "Anna", "Ann", "Maria", "Ana Maria", "Bill", "William", "Garcia", "Lopez", "Lope",
     "Garcia-Lopez", "de la Cruz", "BABY BOY", "Jr", None]
)  # fmt: skip
RECORD = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["s", "t"]),
        "given_name": NAMES,
        "middle_name": NAMES,
        "family_name": NAMES,
        "birth_date": st.sampled_from(
            [date(2012, 3, 4), date(2012, 4, 3), date(2012, 1, 1), date(2011, 3, 4), None]
        ),
        "gender": st.sampled_from(["F", "M", None]),
        "local_id": st.sampled_from(["1", "12", None]),
        "state_id": st.sampled_from(["1234", "1235", "9876", None]),
        "street": st.sampled_from(["1 Oak St", "2 Elm St", None]),
        "postal_code": st.sampled_from(["22903", "22904", None]),
        "phone": st.sampled_from(["5551234567", "5557654321", None]),
        "guardian_name": st.sampled_from(["Rosa Lopez", None]),
    }
)


@pytest.mark.slow
@settings(max_examples=25)
@given(st.lists(RECORD, min_size=2, max_size=8))
def test_engine_and_python_agree(records: list[dict[str, object]]) -> None:
    said = pa.Table.from_pylist([{"record_key": f"{i}", **r} for i, r in enumerate(records)])
    standard = standardize_records(said)
    prepared = u_probabilities.build_initial_model(standard).prepare(standard)
    rows = prepared.to_pylist()
    a, b = (side.astype(np.int32) for side in np.triu_indices(len(rows), 1))
    with DuckDBEngine().connect() as connection:
        batch = DuckDBComparer(connection, prepared)
        left, right, found = batch.compare_pairs(a, b)
        assert [compute_pattern(rows[x], rows[y]) for x, y in zip(left, right, strict=True)] == (
            found.tolist()
        )
        candidates = {(int(x), int(y)) for x, y, _ in zip(*batch.compare_candidates(), strict=True)}
    keys = [set(blocking.list_blocking_keys(row)) for row in rows]
    assert candidates == {(x, y) for x, y in zip(a, b, strict=True) if keys[x] & keys[y]}
