"""What concerns one family: its page, its clock, and two who hold the right and disagree."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.rules.actor import Actor
from cairn.rules.family import (
    Voice,
    copy_due,
    in_conflict,
    may_answer_family,
    may_view_family,
    passed_since,
)
from cairn.rules.vocabulary import Outcome, Relation

ON = date(2026, 11, 24)
NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)


def _voice(signer: str, *, says: bool, hour: int = 0, student: bool = False) -> Voice:
    relation = Relation.STUDENT if student else Relation.PARENT
    return Voice(signer, relation, says=says, at=NINE + timedelta(hours=hour))


@pytest.mark.parametrize("ask", [may_view_family, may_answer_family])
def test_a_family_opens_its_own_page_only(ask: object) -> None:
    assert callable(ask)
    own = Actor.family("k1")
    assert ask("k1", own, ON).outcome is Outcome.ALLOW
    for child, actor in (("k2", own), ("", own), ("k1", Actor.public()), ("k1", Actor(id="7"))):
        assert ask(child, actor, ON).outcome is Outcome.DENY


def test_a_letter_goes_to_whoever_held_the_rights_when_it_was_printed() -> None:
    born, eighteen = date(2008, 11, 20), date(2026, 11, 20)
    day = timedelta(days=1)
    assert not passed_since(None, None, eighteen - day, ON)
    assert not passed_since(born, None, eighteen - 9 * day, eighteen - day)
    assert passed_since(born, None, eighteen - day, eighteen)
    # One printed on the birthday or later went to the student.
    assert not passed_since(born, None, eighteen, ON)
    college = eighteen - 9 * day
    assert passed_since(born, college, college - day, college)
    assert not passed_since(born, college, college, eighteen - day)


def test_a_copy_is_due_after_45_days() -> None:
    assert copy_due(date(2026, 11, 24)) == date(2027, 1, 8)


@pytest.mark.parametrize(
    ("voices", "answered", "conflict"),
    [
        ([], None, False),
        ([_voice("a", says=True)], None, False),
        ([_voice("a", says=True), _voice("b", says=True, hour=1)], None, False),
        ([_voice("a", says=False), _voice("b", says=False, hour=1)], None, False),
        ([_voice("a", says=True), _voice("b", says=False, hour=1)], None, True),
        # Of each signer the last word counts.
        ([_voice("a", says=True), _voice("a", says=False, hour=1)], None, False),
        (
            [
                _voice("b", says=True, hour=2),
                _voice("a", says=True),
                _voice("b", says=False, hour=1),
            ],
            None,
            False,
        ),
        # A decision settles what was said before it, and no more.
        ([_voice("a", says=True), _voice("b", says=False, hour=1)], NINE, True),
        (
            [_voice("a", says=True), _voice("b", says=False, hour=1)],
            NINE + timedelta(hours=1),
            False,
        ),
        # Once the student has spoken, only the student has.
        (
            [
                _voice("a", says=True),
                _voice("b", says=False),
                _voice("s", says=True, hour=1, student=True),
            ],
            None,
            False,
        ),
    ],
)
def test_a_conflict_is_between_last_words(
    voices: list[Voice], answered: datetime | None, *, conflict: bool
) -> None:
    assert in_conflict(voices, answered) is conflict
    assert in_conflict(reversed(voices), answered) is conflict


@given(
    st.lists(
        st.builds(
            _voice,
            st.sampled_from("abc"),
            says=st.booleans(),
            hour=st.integers(0, 20),
            student=st.booleans(),
        ),
        unique_by=lambda voice: voice.at,
    )
)
def test_one_voice_alone_never_conflicts_and_a_late_answer_settles(voices: list[Voice]) -> None:
    for signer in "abc":
        assert not in_conflict([v for v in voices if v.signer == signer], None)
    assert not in_conflict(voices, NINE + timedelta(hours=21))
