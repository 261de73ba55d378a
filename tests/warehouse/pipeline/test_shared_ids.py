"""One student ID for two children: neither row is used; one child spelled twice stays."""

from datetime import date

import pyarrow as pa
import pytest

from cairn.warehouse.pipeline.shared_ids import find_shared_ids, is_same_child

_BORN = date(2015, 3, 4)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ana", "Cruz", _BORN), ("Ana", "Cruz", _BORN)),
        (("Ana", "Cruz", _BORN), ("ANA ", "cruz", None)),
        (("Ana", "Cruz", _BORN), ("Anna", "Cruz", _BORN)),
        (("Ana", "Núñez", _BORN), ("Ana", "Nunez", _BORN)),
        (("Ana", "Cruz", _BORN), ("Ana", "Cruz-Lopez", _BORN)),
        (("Ana", "Cruz", _BORN), ("A.", "Cruz", _BORN)),
        (("Ana", "Cruz", _BORN), ("Cruz", "Ana", _BORN)),
        (("Ana", "Cruz", _BORN), ("Ana", None, None)),
        (("Ana", "Cruz", _BORN), ("Ana", "Cruz", date(2015, 4, 3))),
        (("Ana", "Cruz", _BORN), ("Ana", "Cruz", date(2014, 3, 4))),
        ((None, None, _BORN), (None, None, _BORN)),
    ],
)
def test_one_child_spelled_in_two_ways(one: tuple, other: tuple) -> None:
    assert is_same_child(one, other)
    assert is_same_child(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ana", "Cruz", _BORN), ("Leo", "Cruz", _BORN)),
        (("Ana", "Cruz", _BORN), ("Ana", "Day", _BORN)),
        (("Ana", "Cruz", _BORN), ("Ana", "Cruz", date(2013, 9, 4))),
        (("Ana", "Cruz", None), ("Bo", "Lee", None)),
        ((None, None, _BORN), (None, None, date(2013, 9, 4))),
    ],
)
def test_two_children(one: tuple, other: tuple) -> None:
    assert not is_same_child(one, other)


def test_all_rows_of_a_shared_id_are_found() -> None:
    ids = pa.array(["1", "2", "1", None, "1", "3", "3"])
    names = pa.array(["Ana", "Bo", "Leo", "Cy", "Ana", "Di", "Dí"])
    found = find_shared_ids(ids, {"given_name": names})
    assert found is not None
    assert found.to_pylist() == [True, False, True, False, True, False, False]


def test_nothing_is_compared_where_nothing_names_a_child() -> None:
    ids = pa.array(["1", "1"])
    assert find_shared_ids(ids, {"date": pa.array([_BORN, _BORN])}) is None
    assert find_shared_ids(ids, {"given_name": pa.array(["Ana", "Ana"])}) is None
