"""Numbers in sentences read right for one and for many, in every card and every finding."""

import re
from collections.abc import Iterator
from string import Formatter

import pytest

from cairn.policy.law.cards import CARDS
from cairn.policy.law.sentence_templates import fill_template, format_count, show_template
from cairn.policy.lint import LINT_RULES

# What stands for a number in some sentence.
NUMBERS = ("n", "all", "cast", "days", "open", "period", "seats")
_AFTER_ONE = re.compile(
    r"\b1 (?:(?!is\b|was\b|has\b)[a-z]+s\b(?! not| no)|children|people|have\b|are\b)"
    r"|\b1 [a-z]+ (?:have|are|were|do|belong|stand)\b"
)


def _sentences() -> Iterator[str]:
    for card in CARDS:
        yield from (card.steward, card.next_step, card.met, card.withheld, card.statement)
        yield from card.others.values()
    for objection in LINT_RULES:
        yield from (objection.message, objection.instead)


SENTENCES = sorted(set(_sentences()))


def _fill_with_number(sentence: str, number: int) -> str:
    """The sentence with this number wherever one can stand, and dots for everything else."""
    names = {name for _text, name, _words, _how in Formatter().parse(sentence) if name}
    return fill_template(sentence, {name: number if name in NUMBERS else "…" for name in names})


@pytest.mark.parametrize("sentence", [s for s in SENTENCES if "{" in s])
def test_every_sentence_reads_right_for_one(sentence: str) -> None:
    assert not _AFTER_ONE.search(_fill_with_number(sentence, 1)), _fill_with_number(sentence, 1)


def test_every_number_with_words_is_known_to_this_test() -> None:
    worded = {
        name
        for sentence in SENTENCES
        for _text, name, words, _how in Formatter().parse(sentence)
        if words
    }
    assert worded <= set(NUMBERS)
    assert len([s for s in SENTENCES if "|" in s]) > 40


def test_the_hunt_finds_a_wrong_sentence() -> None:
    for wrong in ("{n} children have none.", "Within {days} days.", "{n} questions stand."):
        assert _AFTER_ONE.search(_fill_with_number(wrong, 1))


@pytest.mark.parametrize(
    ("n", "said"),
    [(0, "0 children have; they"), (1, "1 child has; it"), (12, "12 children have; they")],
)
def test_a_number_picks_its_words(n: int, said: str) -> None:
    assert fill_template("{n:child has|children have}; {n:~it|they}", {"n": n}) == said


def test_a_number_that_is_not_told_goes_with_many() -> None:
    told = {"n": "fewer than 10", "on": None}
    assert fill_template("{n:child|children} {n:~is|are} out, {n}, {on}", told) == (
        "fewer than 10 children are out, fewer than 10, None"
    )
    assert fill_template("{n:03}", {"n": 7}) == "007"


def test_a_number_by_itself() -> None:
    assert [format_count(n, "child", "children") for n in (1, 2)] == ["1 child", "2 children"]


def test_a_sentence_in_print_speaks_of_many() -> None:
    assert (
        show_template("{n:child has|children have} {x}; {n:~it|they}")
        == "{n} children have {x}; they"
    )
