"""How home addresses are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.matching.standardize.addresses import (
    STREET_ABBREVIATIONS,
    is_shared_place,
    split_address,
    split_address_words,
    standardize_street,
)

ONE_HOME = (
    "123 North Main Street Apt 4B",
    "123 N. Main St., Apt. 4B",
    "123 N MAIN ST #4B",
    "123 n main st apt4b",
    "Apt 4B, 123 North Main St",
    "#4B 123 N Main Street",
    "123 N Main St 4B",
    "123 N Main St, Riverton, IL",
    "c/o Maria Lopez, 123 N Main St",
    "Care of J. Carter 123 N Main St",
    "123, North Main Street",
)


@pytest.mark.parametrize("text", ONE_HOME)
def test_one_home_in_many_ways(text: str) -> None:
    assert standardize_street(text) == "123 n main st"


@pytest.mark.parametrize(
    ("text", "read", "apart"),
    [
        ("P.O. Box 77", "po box 77", ""),
        ("POB 77", "po box 77", ""),
        ("Post Office Box 77", "po box 77", ""),
        ("12 Oak St, PO Box 5", "12 oak st", "po box 5"),
        ("77 County Road 12 Lot 4", "77 co rd 12", "lot 4"),
        ("1200 State Highway 61 N", "1200 state hwy 61 n", ""),
        ("12 Avenue of the Oaks St", "12 ave of the oaks st", ""),
        ("12 Mount St Helens Rd Riverton", "12 mt st helens rd", "riverton"),
        ("12 N Court House Rd", "12 n ct house rd", ""),
        ("12 Main Street North Riverton", "12 main st n", "riverton"),
        ("12 North St", "12 n st", ""),
        ("12 Broadway", "12 broadway", ""),
        ("Apt 4", "apt 4", ""),
        ("Oak Hill Farm", "oak hill farm", ""),
        ("c/o Maria Lopez", "", "c o maria lopez"),
        (", ,", "", ""),
    ],
)
def test_what_is_kept_and_what_is_set_apart(text: str, read: str, apart: str) -> None:
    assert split_address(text) == (read, apart)
    assert standardize_street(text) == (read or None)


@pytest.mark.parametrize(
    "text",
    [
        "Hope Family Shelter",
        "Hope Shelter, 12 Oak St",
        "Lincoln Elementary School, 12 Oak St",
        "c/o Rescue Mission, 3 Elm St",
        "General Delivery",
        "no fixed address",
    ],
)
def test_what_is_nobodys_home(text: str) -> None:
    assert is_shared_place(text)
    assert standardize_street(text) is None


@pytest.mark.parametrize(
    "text", ["122 High School Road", "4 Shelter Cove Lane", "5 Middle School St"]
)
def test_a_street_called_school_is_a_street(text: str) -> None:
    assert not is_shared_place(text)


def test_neighbors_stay_two_homes() -> None:
    read = {
        standardize_street(one)
        for one in ("12 N Oak St", "12 S Oak St", "14 N Oak St", "12 N Oak Ct")
    }
    assert len(read) == len({"n", "s", "14", "ct"})


WORDS = (
    "12", "4b", "north", "n", "oak", "street", "st", ",", "apt", "#", "box", "po", "co", "road",
    "highway", "first", "c/o", "maria", "lot", "court", "apt4", "riverton", "1/2", "unit", "St.",
)  # fmt: skip


@given(st.text(max_size=40) | st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join))
def test_nothing_is_invented_and_nothing_said_twice(text: str) -> None:
    read, apart = split_address(text)
    said = set(split_address_words(text))
    if not read.startswith("po box"):
        assert set(read.split()) <= {STREET_ABBREVIATIONS.get(word, word) for word in said}
    assert set(apart.split()) <= said
    assert standardize_street(text) in {read or None, None}
