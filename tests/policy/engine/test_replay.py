"""Every question is on the list, and an old one is asked again on its own facts."""

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, get_type_hints

import pytest
from tests.policy import permitted_use as u

from cairn.policy import questions
from cairn.policy.engine import replay, stored_names
from cairn.policy.engine.decision import Decision
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.students.consent import OptOutFact
from cairn.policy.questions.data.data_marts import may_build_data_mart
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.data_use import Purpose
from cairn.policy.vocabulary.families import OptOutScope


def _find_public_questions() -> Mapping[str, Callable[..., Decision]]:
    """Every public function of the questions package that answers with a decision."""
    found: dict[str, Callable[..., Decision]] = {}
    for info in pkgutil.walk_packages(questions.__path__, "cairn.policy.questions."):
        module = importlib.import_module(info.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != info.name or name.startswith("_"):
                continue
            if get_type_hints(inspect.unwrap(function)).get("return") is Decision:
                found[name] = function
    return found


QUESTIONS = _find_public_questions()
# Parts of other questions, which record them as part of their own answer.
SHARED_PARTS = {"decide_on_extract", "decide_on_extract_rows", "decide_on_release"}


def test_every_question_is_registered() -> None:
    registered = set(replay.list_questions().values())
    unregistered = {name for name, answer in QUESTIONS.items() if answer not in registered}
    assert unregistered == SHARED_PARTS
    assert QUESTIONS["decide_use"] is replay.list_questions()["ask.ask"]


@pytest.mark.parametrize("name", sorted(replay.list_questions()))
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
        rows=iter(u.build_declared_rows(agreed())),
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


def test_a_renamed_argument_is_recorded_and_read_under_its_old_name(
    monkeypatch: pytest.MonkeyPatch, acting: Callable[..., Actor]
) -> None:
    def may_wave(hand: str, on: date) -> Decision:
        return may_open_page(Action(hand), acting(Role.ANALYST), on=on)

    table = {**stored_names.load_alias_table()}
    table["question_arguments"] = {"test_replay.may_wave": {"limb": "hand"}}
    monkeypatch.setattr(stored_names, "load_alias_table", lambda: table)
    monkeypatch.setattr(replay, "_REGISTRY", {})
    decision = replay.policy_question(may_wave)(hand=Action.VIEW_HOME.value, on=u.ON)
    assert decision.asked is not None
    kept = replay.dump_question(decision.asked)
    assert kept == {
        "question": "test_replay.may_wave",
        "arguments": {"limb": Action.VIEW_HOME.value, "on": u.ON.isoformat()},
    }
    assert replay.replay_question(replay.load_question(kept)) == decision
