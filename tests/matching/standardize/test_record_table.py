"""Identifying fields in one spelling."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from cairn.matching.standardize.record_table import STANDARD_SCHEMA, standardize_records


def standardize_fields(**fields: object) -> dict[str, Any]:
    """The standard form of one record."""
    table = pa.table({"record_key": ["a"], "source": ["s"], **{k: [v] for k, v in fields.items()}})
    row: dict[str, Any] = standardize_records(table).to_pylist()[0]
    return row


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("García-López", ["garcia", "lopez"]),
        ("LOPEZ  GARCIA", ["garcia", "lopez"]),
        ("de la Cruz", ["cruz"]),
        ("O'Brien", ["obrien"]),
        ("O\u2019Brien Jr.", ["obrien"]),
        ("De La", ["de", "la"]),
        ("", []),
        (None, []),
    ],
)
def test_a_surname_is_a_set_of_words(written: str | None, tokens: list[str]) -> None:
    assert standardize_fields(family_name=written)["family_words"] == tokens


def test_short_forms_meet_their_long_form() -> None:
    forms = [set(standardize_fields(given_name=n)["given_forms"]) for n in ("Bill", "WILLIAM")]
    assert "william" in forms[0] & forms[1]


def test_a_date_of_death_is_not_compared() -> None:
    assert standardize_fields(given_name="Ada", death_date=date(2025, 3, 9)) == standardize_fields(
        given_name="Ada"
    )


def test_a_preferred_name_is_a_form_of_the_given_name() -> None:
    assert {"margarita", "rita"} <= set(
        standardize_fields(given_name="Margarita", preferred_name="Rita")["given_forms"]
    )


@pytest.mark.parametrize(
    "nothing", ["BABY BOY", "Infant Girl A", "Newborn", "Unknown", "n/a", " ", None]
)
def test_what_says_nothing_is_null(nothing: str | None) -> None:
    assert standardize_fields(given_name=nothing)["given"] is None


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("(555) 123-4567", "5551234567"),
        ("+1 555 123 4567", "5551234567"),
        ("000-000-0000", None),
        ("123-4567", None),
    ],
)
def test_a_phone_is_ten_digits(written: str, digits: str | None) -> None:
    assert standardize_fields(phone=written)["household"] == ([f"p {digits}"] if digits else [])


def test_a_street_loses_its_flat_and_its_long_words() -> None:
    assert standardize_fields(street="12 North Oak Street, Apt. 4-B")["household"] == [
        "a 12 n oak st"
    ]


def test_ids_lose_signs_and_leading_zeros() -> None:
    assert standardize_fields(local_id="00-12a")["local_id"] == "12A"


def test_an_impossible_year_is_no_birth_date() -> None:
    assert standardize_fields(birth_date=date(1753, 1, 1))["birth_date"] is None
    assert standardize_fields(birth_date=date(2012, 2, 29))["birth_date"] == date(2012, 2, 29)


def test_a_record_said_twice_holds_all_that_was_said() -> None:
    table = pa.table({
        "record_key": ["b", "a", "a"], "source": ["s"] * 3, "given_name": ["Bo", "Ann", "Ann"],
        "phone": [None, "555 123 4567", "555 765 4321"],
    })  # fmt: skip
    rows = standardize_records(table).to_pylist()
    assert [(row["record_key"], row["given"], row["household"]) for row in rows] == [
        ("a", "ann", ["p 5551234567", "p 5557654321"]), ("b", "bo", []),
    ]  # fmt: skip


def test_every_row_has_its_columns_and_no_list_is_null() -> None:
    table = standardize_records(pa.table({"record_key": ["a"], "source": ["s"]}))
    assert table.schema == STANDARD_SCHEMA
    row = table.to_pylist()[0]
    lists = [field.name for field in STANDARD_SCHEMA if pa.types.is_list(field.type)]
    assert all(row[name] == [] for name in lists)
