"""A table of choices never tells a small number, by itself or by what is left of the total."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.outputs.survey_figures.protection import (
    QuestionCounts,
    count_choices,
    protect_questions,
)

_CHOICES = (("Bus", "Autobús"), ("Car", "Carro"), ("Walk", "A pie"))
_WORDING = ("How?", "¿Cómo?")


def _protect(*numbers: int, respondents: int, is_exclusive: bool = True) -> list[list[int | None]]:
    counts = QuestionCounts(_WORDING, _CHOICES, dict(enumerate(numbers)), respondents, is_exclusive)
    return [
        [*(choice["n"] for choice in table["choices"]), table["respondents"]]
        for table in protect_questions([counts], 10)
    ]


def test_large_numbers_are_shown_with_those_who_did_not_answer() -> None:
    assert _protect(20, 15, 12, respondents=60) == [[20, 15, 12, 13, 60]]


def test_a_small_number_takes_another_with_it() -> None:
    (shown,) = _protect(20, 15, 3, respondents=60)
    assert shown[2] is None
    assert sum(number is None for number in shown) >= 2


def test_each_of_several_choices_is_a_table_of_its_own() -> None:
    tables = _protect(30, 25, 2, respondents=40, is_exclusive=False)
    assert tables == [[30, 10, 40], [25, 15, 40], [None, None, 40]]


def test_a_small_survey_shows_nothing() -> None:
    assert _protect(3, 2, 1, respondents=6) == [[None, None, None, 0, None]]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=3, max_size=3), st.integers(0, 15))
def test_no_small_number_follows_from_those_shown(chosen: list[int], skipped: int) -> None:
    total = sum(chosen) + skipped
    (shown,) = _protect(*chosen, respondents=total)
    true = [*chosen, skipped, total]
    assert all(number in (None, real) for number, real in zip(shown, true, strict=True))
    assert not any(0 < number < 10 for number in shown if number is not None)
    hidden = [real for number, real in zip(shown[:-1], true, strict=False) if number is None]
    assert shown[-1] is None or len(hidden) != 1


def test_only_choices_are_counted_and_one_a_respondent() -> None:
    answers = [
        ("1", "How?", "Bus"),
        ("1", "How?", "Car"),
        ("2", "How?", "Ada Lund lives next door"),
        ("3", "Why?", "Bus"),
        ("4", "How?", "Walk"),
    ]
    assert count_choices(answers, _WORDING, _CHOICES, is_exclusive=True) == {0: 1, 2: 1}
    assert count_choices(answers, _WORDING, _CHOICES, is_exclusive=False) == {0: 1, 1: 1, 2: 1}
