"""What concerns one family: its page, its clock, and two who hold the right and disagree."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.policy.checks.students.consent_status import (
    has_signer_conflict,
    have_rights_passed_since,
)
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.students.consent import FormAnswer
from cairn.policy.questions.governance.consents import may_answer_for_child, may_view_family_page
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.families import SignerRelation

ON = date(2026, 11, 24)
NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)


def _voice(signer: str, *, says: bool, hour: int = 0, student: bool = False) -> FormAnswer:
    relation = SignerRelation.STUDENT if student else SignerRelation.PARENT
    return FormAnswer(signer, relation, says=says, at=NINE + timedelta(hours=hour))


@pytest.mark.parametrize("ask", [may_view_family_page, may_answer_for_child])
def test_a_family_opens_its_own_page_only(ask: object) -> None:
    assert callable(ask)
    own = Actor.family("k1")
    assert ask("k1", own, ON).outcome is Outcome.ALLOW
    for child, actor in (("k2", own), ("", own), ("k1", Actor.public()), ("k1", Actor(id="7"))):
        assert ask(child, actor, ON).outcome is Outcome.DENY


def test_a_letter_goes_to_whoever_held_the_rights_when_it_was_printed() -> None:
    born, eighteen = date(2008, 11, 20), date(2026, 11, 20)
    day = timedelta(days=1)
    assert not have_rights_passed_since(None, None, eighteen - day, ON)
    assert not have_rights_passed_since(born, None, eighteen - 9 * day, eighteen - day)
    assert have_rights_passed_since(born, None, eighteen - day, eighteen)
    # One printed on the birthday or later went to the student.
    assert not have_rights_passed_since(born, None, eighteen, ON)
    college = eighteen - 9 * day
    assert have_rights_passed_since(born, college, college - day, college)
    assert not have_rights_passed_since(born, college, college, eighteen - day)


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
    voices: list[FormAnswer], answered: datetime | None, *, conflict: bool
) -> None:
    assert has_signer_conflict(voices, answered) is conflict
    assert has_signer_conflict(reversed(voices), answered) is conflict


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
def test_one_voice_alone_never_conflicts_and_a_late_answer_settles(
    voices: list[FormAnswer],
) -> None:
    for signer in "abc":
        assert not has_signer_conflict([v for v in voices if v.signer == signer], None)
    assert not has_signer_conflict(voices, NINE + timedelta(hours=21))
