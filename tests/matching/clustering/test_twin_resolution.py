"""Twin, or one child with two names? The rosters decide where pairs cannot."""

import numpy as np
import pyarrow as pa

from cairn.matching.clustering.agglomeration import WeightedPairs
from cairn.matching.clustering.twin_resolution import measure_absence_evidence, merge_apparent_twins

NOBODY = np.zeros((2, 0), np.int64)


def people(*sources: tuple[str, int], weight: float = -0.5, twins: bool = True,
           apart: np.ndarray = NOBODY) -> bool:  # fmt: skip
    """Whether two groups, with these (source, group 0 or 1) records, become one child.

    A hundred other children of their age are in the district and the clinic.
    """
    records = [*sources]
    groups = {0: 0, 1: next(place for place, (_, group) in enumerate(sources) if group == 1)}
    person = [groups[group] for _, group in sources]
    for child in range(100):
        start = len(records)
        records += [("district", child), ("clinic", child)]
        person += [start, start]
    left = np.array([p for p, (_, g) in enumerate(sources) if g == 0 for q in sources if q[1] == 1])
    right = np.array(
        [q for _, g in sources if g == 0 for q, (_, h) in enumerate(sources) if h == 1]
    )
    table = pa.table(
        {
            "source": [source for source, _ in records],
            "birth_year": pa.array([2012] * len(records), pa.int32()),
        }
    )
    pairs = WeightedPairs(left, right, np.full(len(left), weight))
    known = measure_absence_evidence(np.array(person), table)
    found = merge_apparent_twins(
        np.array(person), pairs, np.full(len(left), twins), table, apart, known
    )
    return bool(found[groups[0]] == found[groups[1]])


def test_who_is_on_no_roster_beside_her_is_no_twin() -> None:
    assert people(("district", 0), ("clinic", 1))


def test_two_rows_of_one_roster_stay_two() -> None:
    assert not people(("district", 0), ("district", 1), ("clinic", 1))


def test_what_rosters_hardly_hold_proves_nothing() -> None:
    assert not people(("camp", 0), ("museum", 1))


def test_strong_evidence_against_is_not_overruled() -> None:
    assert not people(("district", 0), ("clinic", 1), weight=-6.0)


def test_only_would_be_twins_are_looked_at() -> None:
    assert not people(("district", 0), ("clinic", 1), twins=False)


def test_what_people_decided_holds() -> None:
    assert not people(("district", 0), ("clinic", 1), apart=np.array([[0], [1]]))


def test_nobody_is_no_trouble() -> None:
    table = pa.table({"source": pa.array([], pa.string()), "birth_year": pa.array([], pa.int32())})
    nothing = np.zeros(0, np.int64)
    pairs = WeightedPairs(nothing, nothing, np.zeros(0))
    found = merge_apparent_twins(
        nothing, pairs, np.zeros(0, bool), table, NOBODY, measure_absence_evidence(nothing, table)
    )
    assert len(found) == 0


def test_a_roster_that_was_not_measured_says_nothing() -> None:
    table = pa.table({"source": ["new", "other"], "birth_year": pa.array([2012, 2012], pa.int32())})
    pairs = WeightedPairs(np.array([0]), np.array([1]), np.array([-0.5]))
    known = {"district": {"2012": 3.3}}
    found = merge_apparent_twins(np.arange(2), pairs, np.ones(1, bool), table, NOBODY, known)
    assert found.tolist() == [0, 1]
