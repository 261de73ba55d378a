"""Every question is on the list, and an old one is asked again on its own facts."""

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable, Mapping
from typing import Any, get_type_hints

import pytest
from tests.policy import permitted_use as u

from cairn import policy
from cairn.policy.engine import replay
from cairn.policy.engine.decision import Decision
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.people.actor import Actor
from cairn.policy.facts.students.consent import OptOutFact
from cairn.policy.questions.data.data_marts import may_build_data_mart
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.data_use import Purpose
from cairn.policy.vocabulary.families import OptOutScope


def _public() -> Mapping[str, Callable[..., Decision]]:
    """Every public function of the rules that answers with a decision, and asks it itself."""
    found: dict[str, Callable[..., Decision]] = {}
    for info in pkgutil.walk_packages(policy.__path__, "cairn.policy."):
        module = importlib.import_module(info.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            asks = name.startswith(("may_", "ask", "in_force"))
            if function.__module__ != info.name or not asks:
                continue
            if get_type_hints(inspect.unwrap(function)).get("return") is Decision:
                found[f"{info.name.rpartition('.')[2]}.{name}"] = function
    return found


def test_every_question_is_registered() -> None:
    assert set(_public()) <= set(replay.list_questions())
    assert "ask.ask" in replay.list_questions()


@pytest.mark.parametrize("name", sorted(_public()))
def test_the_facts_of_every_question_can_be_written_down(name: str) -> None:
    """By their type hints: a parameter that cannot be read again is found here."""
    with pytest.raises(ValueError, match="is missing"):
        replay.load_question({"question": name, "arguments": {}})


def test_an_old_question_is_asked_again(
    agreed: Callable[..., AgreementFact], acting: Callable[..., Actor]
) -> None:
    opt_outs = [OptOutFact("p1", OptOutScope.ALL_DISCRETIONARY, "2026-27", "river")]
    # Iterators can be read once: the answer and the record of the question both need them.
    decision = may_build_data_mart(
        iter((agreed(),)),
        iter(["student.local_id"]),
        Purpose.PROGRAM_EVALUATION,
        iter(opt_outs),
        acting(Role.DATA_MANAGER),
        u.ON,
        rows=iter(u.said(agreed())),
    )
    assert decision.asked is not None
    assert decision.require().except_people == {"p1"}
    kept: dict[str, Any] = json.loads(json.dumps(replay.dump_question(decision.asked)))
    assert kept["question"] == "mart.may_build_mart"
    again = replay.replay_question(replay.load_question(kept))
    assert again == decision
    kept["arguments"]["opt_outs"] = None
    assert replay.replay_question(replay.load_question(kept)) != decision


def test_the_outer_question_is_kept(acting: Callable[..., Actor]) -> None:
    decision = may_open_page(Action.VIEW_HOME, acting(Role.ANALYST), on=u.ON)
    assert decision.asked is not None
    assert decision.asked.name == "access.may_open"
    assert decision.asked.arguments["organization"] is None


def test_a_question_that_is_none() -> None:
    with pytest.raises(replay.UnknownQuestionError):
        replay.load_question({"question": "access.may_fly", "arguments": {}})
    with pytest.raises(replay.UnknownQuestionError):
        replay.load_question({})
    with pytest.raises(ValueError, match="is missing"):
        replay.load_question({"question": "access.may_see_children", "arguments": []})
