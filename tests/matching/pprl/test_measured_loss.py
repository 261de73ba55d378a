"""The figures of the loss stand once: what the how-to says is what every page says."""

import re
from pathlib import Path

import pytest

from cairn.matching.pprl.measured_loss import (
    CLEAR_TEXT_ACCURACY,
    ENCODED_ACCURACY,
    MeasuredAccuracy,
    describe_measured_loss,
)

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "link-without-names.md"
ROWS = {
    "pairs of one child that are found": "found",
    "found pairs that are correct": "right",
    "children with exactly their records": "exact",
    "children mixed with another child": "mixed_up",
    "twins counted as one child": "twins",
    "best to worst race group, pairs found": "gap",
}


@pytest.mark.parametrize("said", ROWS)
def test_the_how_to_has_the_same_figures(said: str) -> None:
    (line,) = [one for one in HOW_TO.read_text("utf-8").splitlines() if one.startswith(f"| {said}")]
    clear, encoded = (float(n) for n in re.findall(r"\d+(?:\.\d+)?", line))
    assert (getattr(CLEAR_TEXT_ACCURACY, ROWS[said]), getattr(ENCODED_ACCURACY, ROWS[said])) == (
        clear,
        encoded,
    )
    assert set(ROWS.values()) == set(MeasuredAccuracy.__slots__)


def test_in_words() -> None:
    assert "22 of 100 twins with their twin (with names: 3)" in describe_measured_loss()
