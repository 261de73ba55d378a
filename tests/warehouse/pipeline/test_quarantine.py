"""The values of a field are counted alike, whether by themselves or by their hashes."""

import pyarrow as pa
import pytest

from cairn.warehouse.pipeline import quarantine
from cairn.warehouse.pipeline.quarantine import FieldColumn


@pytest.mark.parametrize(
    "texts",
    [
        [f"s{number}" for number in range(50)],
        [None, *(f"s{number % 45}" for number in range(50)), "", None],
        ["the same", "the same", "another", "the same"],
        ["one"],
        [None],
        [],
    ],
)
def test_different_texts_are_counted_alike(
    texts: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    values = pa.array(texts, pa.string())
    expected = FieldColumn("local_id", ("ID",), values)
    monkeypatch.setattr(quarantine, "_HASHED_ROWS", 0)
    hashed = FieldColumn("local_id", ("ID",), values)
    assert hashed.distinct == expected.distinct == len(set(texts) - {None})
    assert hashed.values == values
