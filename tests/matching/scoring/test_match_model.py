"""What is learned without labels, and what learning must not forget."""

import numpy as np
import pyarrow as pa
import pytest

from cairn.matching.comparison.field_comparisons import COMPARISONS, GIVEN_NAME_COMPARISON
from cairn.matching.scoring.match_model import PAIR_KINDS, MatchModel, ModelVersionMismatch
from cairn.matching.scoring.pair_scoring import score_pairs
from cairn.matching.scoring.u_probabilities import build_initial_model
from cairn.matching.standardize.record_table import standardize_records


def town(children: int = 600) -> pa.Table:
    """Each child on two rosters; every third with one letter of the given name wrong."""
    chance = np.random.default_rng(7)
    letters = np.array(list("abdegiklmnoprstuv"))
    rows = []
    for number in range(children):
        given, family = ("".join(chance.choice(letters, 6)) for _ in range(2))
        born = np.datetime64("2008-01-01") + np.timedelta64(int(chance.integers(4000)), "D")
        for source in ("district", "program"):
            wrong = source == "program" and number % 3 == 0
            rows.append({
                "record_key": f"{source}{number}", "source": source,
                "given_name": given[:3] + "w" + given[4:] if wrong else given,
                "family_name": family, "birth_date": born.astype(object),
            })  # fmt: skip
    return standardize_records(pa.Table.from_pylist(rows))


@pytest.fixture(scope="module")
def model() -> MatchModel:
    """Learned from the town."""
    return score_pairs(town()).model


def test_it_learns_how_many_pairs_are_one_child(model: MatchModel) -> None:
    records = 1200
    assert model.same * records * (records - 1) / 2 == pytest.approx(600, rel=0.1)


def test_it_learns_how_often_a_name_is_misspelled(model: MatchModel) -> None:
    number, level = next(
        (n, v) for n, v in GIVEN_NAME_COMPARISON.number_levels() if v.name == "a slip"
    )
    learned = model.levels["given name"]["same"][number - 1]
    assert learned > 2 * level.same


def test_levels_are_probabilities_and_nothing_is_impossible(model: MatchModel) -> None:
    for comparison in COMPARISONS:
        for kind in PAIR_KINDS:
            shares = model.levels[comparison.name][kind]
            assert sum(shares) == pytest.approx(1)
            assert min(shares) > 0


def test_the_same_name_is_never_evidence_against_one_child(model: MatchModel) -> None:
    levels = model.levels["given name"]
    for kind in PAIR_KINDS[1:]:
        width = GIVEN_NAME_COMPARISON.levels[0].width
        assert all(levels["same"][i] > levels[kind][i] for i in range(width))


def test_a_model_comes_back_from_its_text(model: MatchModel) -> None:
    assert MatchModel.from_json(model.to_json()) == model
    with pytest.raises(ModelVersionMismatch):
        MatchModel.from_json(model.to_json().replace('"version": "', '"version": "x'))


def test_a_shelter_is_no_household_and_a_familys_number_no_childs() -> None:
    rows = [
        {"record_key": f"s{n}", "source": "s", "given_name": f"Ana{n}", "family_name": f"Soto{n}",
         "street": "1 Shelter Way", "local_id": f"F{n // 3}",
         "birth_date": np.datetime64("2010-01-01").astype(object).replace(month=1 + n % 12)}
        for n in range(90)
    ]  # fmt: skip
    for place, row in enumerate(rows):
        row["given_name"] = f"{'abc'[place % 3]}na{place}"
    known = build_initial_model(standardize_records(pa.Table.from_pylist(rows)))
    assert known.shared == {"a 1 shelter way"}
    assert known.loose_ids == {"s"}
