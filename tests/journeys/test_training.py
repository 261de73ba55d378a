"""Somebody new signs, learns from a wrong answer, and passes."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.journeys.visitor import Visitor

from cairn.governance.training.course_catalog import Course, list_required_modules
from cairn.policy.vocabulary.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]


def test_a_newcomer_signs_fails_reads_why_and_passes(
    visitor: Callable[..., Visitor], person: Callable[..., Any]
) -> None:
    user, first = person(Role.DATA_MANAGER, trained=False), list_required_modules()[0]
    newcomer = visitor(user)
    newcomer.open("training:mine")
    newcomer.sees(
        "Your training is not complete", "Next: read and sign the confidentiality agreement."
    )
    newcomer.follow("Read and sign")
    newcomer.type_into(newcomer.page.get_by_label("Type your name to sign"), "Somebody Else")
    newcomer.press("Sign agreement")
    newcomer.sees("This name does not match your account.")
    newcomer.is_told_of_a_mistake()
    newcomer.type_into(newcomer.page.get_by_label("Type your name to sign"), user.name)
    newcomer.press("Sign agreement")
    newcomer.sees("Signed", f"Next: {first.title}.")
    newcomer.look_over_in_the_dark()
    newcomer.follow("Start course")
    newcomer.look_over_in_the_dark()
    newcomer.follow("Take the quiz")
    newcomer.press("Submit answers")
    newcomer.sees("Choose an answer.")
    newcomer.is_told_of_a_mistake()
    too_many = len(first.questions) - first.passing_score + 1
    _answer(newcomer, first, wrong=too_many)
    newcomer.sees("Not passed yet", "Your answer:", first.questions[0].why)
    assert newcomer.page.get_by_text("Your answer:").count() == too_many
    newcomer.look_over_in_the_dark()
    newcomer.follow("Try again")
    _answer(newcomer, first, wrong=0)
    newcomer.sees("Passed", "You have completed this course.")
    newcomer.follow("Continue")
    newcomer.sees("Valid through", f"Next: {list_required_modules()[1].title}.")


def _answer(learner: Visitor, course: Course, *, wrong: int) -> None:
    """Chooses the right answer, but for the first questions, and hands in."""
    learner.open_all_sections()
    for number, question in enumerate(course.questions, start=1):
        other = next(n for n in range(1, len(question.choices) + 1) if n != question.right)
        chosen = question.choices[(other if number <= wrong else question.right) - 1]
        asked = learner.page.get_by_role("group", name=f"{number}. {question.ask}", exact=True)
        learner.choose(asked.get_by_label(chosen, exact=True))
    learner.press("Submit answers")
