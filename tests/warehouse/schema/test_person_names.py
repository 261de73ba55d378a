"""Whole names → parts, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse.schema.person_names import PersonName, join_name, split_name


@pytest.mark.parametrize(
    ("text", "order", "name"),
    [
        ("Cruz, Ana María", "last_first", PersonName("Ana", "María", "Cruz")),
        ("Cruz Jr., Luis", "last_first", PersonName("Luis", "", "Cruz", "Jr.")),
        ("Cruz, Luis, III", "last_first", PersonName("Luis", "", "Cruz", "III")),
        ("Cruz, Luis Jr", "last_first", PersonName("Luis", "", "Cruz", "Jr")),
        ("de la Cruz, Ana", "last_first", PersonName("Ana", "", "de la Cruz")),
        ("Cruz Ana María", "last_first", PersonName("Ana", "María", "Cruz")),
        ("Cruz", "last_first", PersonName("", "", "Cruz")),
        ("Ana María de la Cruz", "first_last", PersonName("Ana", "María", "de la Cruz")),
        ("Ana Cruz-López", "first_last", PersonName("Ana", "", "Cruz-López")),
        ("Luis Cruz Jr", "first_last", PersonName("Luis", "", "Cruz", "Jr")),
        ("De Ana", "first_last", PersonName("De", "", "Ana")),
        ("Ana", "first_last", PersonName("Ana")),
        ("O'Neil, Tom", "first_last", PersonName("Tom", "", "O'Neil")),
        ("", "first_last", PersonName()),
        (" , ", "last_first", PersonName()),
    ],
)
def test_split(text: str, order: str, name: PersonName) -> None:
    assert split_name(text, order) == name


_PART = st.text(st.characters(categories=["Lu", "Ll"], codec="latin-1"), min_size=3, max_size=8)


@given(_PART, st.one_of(st.just(""), _PART), _PART, st.sampled_from(["", "Jr", "III"]))
def test_joined_names_come_apart_again(given_: str, middle: str, family: str, suffix: str) -> None:
    name = PersonName(given_, middle, family, suffix)
    if {p.casefold() for p in (given_, middle, family)} & {"jr", "sr", "iii"}:
        return
    assert split_name(join_name(name), "last_first") == name
    assert join_name(PersonName(family="Cruz")) == "Cruz"
