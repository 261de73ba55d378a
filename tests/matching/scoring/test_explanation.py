"""Why two records are one child or two, in words."""

from datetime import date

import pyarrow as pa
import pytest

from cairn.matching.comparison import field_comparisons
from cairn.matching.comparison.field_comparisons import COMPARISONS
from cairn.matching.scoring import u_probabilities
from cairn.matching.scoring.explanation import LEVEL_PHRASES, MatchExplanation, explain_pattern
from cairn.matching.standardize.record_table import standardize_records

BASE = {
    "record_key": "a", "source": "district", "given_name": "Leonor", "family_name": "Quintero",
    "birth_date": date(2012, 3, 4), "phone": "555 999 0001", "local_id": "1",
}  # fmt: skip


def explain_changes(**changes: object) -> MatchExplanation:
    """Of the base record and another that differs from it so."""
    other = {**BASE, "record_key": "b", "source": "program", **changes}
    crowd = [
        {"record_key": f"c{n}", "source": "district", "given_name": f"Ana{n}",
         "family_name": f"Soto{n}", "birth_date": date(2010, 1, 1 + n % 28)}
        for n in range(400)
    ]  # fmt: skip
    standard = standardize_records(pa.Table.from_pylist([BASE, other, *crowd]))
    model = u_probabilities.build_initial_model(standard)
    left, right = model.prepare(standard).to_pylist()[:2]
    return explain_pattern(field_comparisons.compute_pattern(left, right), model)


def test_every_level_has_its_words() -> None:
    assert {c.name: [level.name for level in c.levels] for c in COMPARISONS} == {
        fact: list(words) for fact, words in LEVEL_PHRASES.items()
    }


def test_the_waterfall_adds_up() -> None:
    found = explain_changes()
    total = found.start + sum(part.bits for part in found.evidence)
    assert total == pytest.approx(found.weight, abs=1.0)
    assert total >= found.weight


def test_one_child_is_told_from_strangers_and_from_her_twin() -> None:
    sentence = explain_changes().sentence
    assert "the same birth date" in sentence
    assert "one student and not twins: the same rare first name" in sentence
    assert sentence.endswith("More likely: the same student.")


def test_a_twin_is_called_one() -> None:
    found = explain_changes(given_name="Marisol", local_id="2")
    assert found.otherwise == "twins"
    assert "Evidence for different students: different first names" in found.sentence
    assert found.sentence.endswith("More likely: two students (twins).")


def test_a_sister_is_called_one() -> None:
    found = explain_changes(given_name="Marisol", birth_date=date(2015, 8, 9), local_id="2")
    assert found.otherwise == "siblings"
    assert "siblings" in found.sentence


def test_nothing_in_common_is_said() -> None:
    found = explain_changes(
        given_name="Otto", family_name="Zbar", birth_date=date(1999, 8, 9), phone=None
    )
    assert found.sentence.startswith("There is no evidence for the same student.")
