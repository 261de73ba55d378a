"""A synthetic file: the agreed columns, the provider's codes, the same children each time."""

import csv
from io import StringIO

import pytest

from cairn.warehouse import synthetic
from cairn.warehouse.schema.elements import UnknownElement, get_record_type, load_element_catalogue

_MANY = 30


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


@pytest.mark.parametrize("record", sorted(load_element_catalogue()))
def test_every_kind_of_record_can_be_invented(record: str) -> None:
    fields = get_record_type(record).fields
    text = synthetic.make_synthetic_csv(
        record, fields, rows=_MANY, seed="A", years=("2023-24", "2025-26")
    )
    rows = _rows(text)
    assert len(rows) == _MANY
    assert set(rows[0]) == set(fields)
    for name, field in fields.items():
        if field.codes:
            assert {row[name] for row in rows} <= set(field.codes)
    assert text == synthetic.make_synthetic_csv(
        record, fields, rows=_MANY, seed="A", years=("2023-24", "2025-26")
    )


def test_only_agreed_columns_and_the_provider_s_own_codes() -> None:
    fields = ("local_id", "gender", "no_such_field")
    text = synthetic.make_synthetic_csv(
        "student", fields, rows=_MANY, seed="A", values={"gender": ("W", "Z")}
    )
    rows = _rows(text)
    assert set(rows[0]) == {"local_id", "gender"}
    assert {row["gender"] for row in rows} == {"W", "Z"}


def test_a_child_is_the_same_in_every_file_of_one_agreement() -> None:
    who = ("local_id", "given_name", "family_name", "birth_date")
    roster = _rows(synthetic.make_synthetic_csv("student", who, rows=_MANY, seed="A"))
    other = _rows(synthetic.make_synthetic_csv("participation", who, rows=_MANY, seed="A"))
    assert [r["local_id"] for r in roster] == [r["local_id"] for r in other]
    shared = set(other[0])
    assert all({k: a[k] for k in shared} == b for a, b in zip(roster, other, strict=True))
    assert roster != _rows(synthetic.make_synthetic_csv("student", who, rows=_MANY, seed="B"))


def test_no_invented_child_has_died() -> None:
    rows = _rows(synthetic.make_synthetic_csv("student", ("death_date",), rows=_MANY, seed="A"))
    assert {row["death_date"] for row in rows} == {""}


def test_years_stay_within_those_that_were_agreed() -> None:
    text = synthetic.make_synthetic_csv(
        "enrollment", ("school_year",), rows=_MANY, seed="A", years=("2022-23", "2023-24")
    )
    assert {row["school_year"] for row in _rows(text)} == {"2022-23", "2023-24"}


def test_lists_of_values_are_read_as_dictionaries_write_them() -> None:
    assert synthetic.parse_value_list("Y = yes; N = no") == ("Y", "N")
    assert synthetic.parse_value_list("1: Asian | 2: Black | 9 - not said") == ("1", "2", "9")
    assert synthetic.parse_value_list("M, F, X") == ("M", "F", "X")
    assert synthetic.parse_value_list("the number of days") == ()
    assert synthetic.parse_value_list("") == ()


def test_what_there_is_not_cannot_be_invented() -> None:
    with pytest.raises(UnknownElement):
        synthetic.make_synthetic_csv("no_such_record", ("local_id",), rows=1, seed="A")
