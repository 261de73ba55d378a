"""How often each fault of a source's hand appears."""

from datetime import date
from random import Random

import pytest

from cairn.demo.population.households import SimulatedChild
from cairn.demo.sources.recording_errors import (
    OFFICE_ERRORS,
    PROGRAM_ERRORS,
    SIGN_IN_SHEET_ERRORS,
    ErrorRates,
    drop_accents,
    mistype_word,
    record_child,
)

TRIES = 20_000
ANA = SimulatedChild(
    person="P0000001",
    given="Guadalupe",
    middle="María",
    family="García López",
    suffix="",
    called="Lupe",
    birth=date(2014, 3, 9),
    gender="F",
    twin=False,
    thrive=0.0,
)


@pytest.mark.parametrize("hand", [OFFICE_ERRORS, PROGRAM_ERRORS, SIGN_IN_SHEET_ERRORS])
def test_faults_come_as_often_as_the_hand_says(hand: ErrorRates) -> None:
    rng = Random(1)
    written = [record_child(ANA, hand, rng) for _ in range(TRIES)]

    def share(count: int) -> float:
        return count / TRIES

    births = [one.birth for one in written]
    assert share(births.count(None)) == pytest.approx(hand.no_birth_date, abs=0.01)
    assert share(births.count(date(2014, 9, 3))) == pytest.approx(hand.day_month, abs=0.005)
    assert share(births.count(date(2014, 1, 1))) == pytest.approx(hand.new_years_day, abs=0.004)
    called = sum(one.given == "Lupe" for one in written)
    assert share(called) == pytest.approx(hand.called, abs=0.02)
    halves = sum(drop_accents(one.family) in ("Garcia", "Lopez") for one in written)
    assert share(halves) == pytest.approx(hand.half_surname, abs=0.02)
    assert share(sum(one.middle == "" for one in written)) == pytest.approx(
        hand.no_middle, abs=0.02
    )
    if not hand.accents:
        assert all((one.given + one.family + one.middle).isascii() for one in written)


def test_given_and_family_name_are_sometimes_swapped() -> None:
    rng = Random(2)
    swapped = sum(
        record_child(ANA, PROGRAM_ERRORS, rng).family in ("Guadalupe", "Lupe") for _ in range(TRIES)
    )
    assert swapped / TRIES == pytest.approx(PROGRAM_ERRORS.swapped, abs=0.004)


def test_a_day_past_twelve_cannot_be_taken_for_a_month() -> None:
    rng = Random(3)
    child = SimulatedChild("P", "Mei", "", "Chen", "", "Mei", date(2012, 5, 28), "F", False, 0.0)
    births = {record_child(child, SIGN_IN_SHEET_ERRORS, rng).birth for _ in range(2_000)}
    assert births == {None, date(2012, 5, 28), date(2012, 1, 1)}


@pytest.mark.parametrize("word", ["Al", "Kim", "Isabella"])
def test_one_slip_of_the_hand(word: str) -> None:
    rng = Random(5)
    for _ in range(200):
        slipped = mistype_word(word, rng)
        assert abs(len(slipped) - len(word)) <= 1
        assert slipped[0] == word[0]


def test_plain_words_lose_only_their_accents() -> None:
    assert drop_accents("Núñez") == "Nunez"
    assert drop_accents("O'Brien") == "O'Brien"
