"""A permit is made by `require` and by nothing else; the same facts give the same answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from cairn.policy.engine.decision import (
    ABOUT_PEOPLE,
    Decision,
    PeopleAnswer,
    Permit,
    Reason,
    Refused,
    conclude_decision,
)
from cairn.policy.engine.fact_digest import DeferredFact, digest_facts
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.data.delivery import DeliveryFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.law.cards.governance import access as access_cards
from cairn.policy.law.cards.outputs import release as release_cards
from cairn.policy.questions.data.deliveries import may_receive_delivery
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.decisions import Audience, Outcome

YES = Reason(access_cards.OPEN, Outcome.ALLOW)


def _concluded(*reasons: Reason, **more: object) -> Outcome:
    decision = conclude_decision(Action.COUNT, "7", date(2026, 1, 1), reasons, facts=(), **more)  # type: ignore[arg-type]
    return decision.outcome


def test_a_permit_cannot_be_made_outside_require() -> None:
    nothing: dict[str, object] = {
        "action": Action.COUNT,
        "decision_id": "",
        "actor": "",
        "on": date(2026, 1, 1),
        "elements": frozenset(),
        "except_people": frozenset(),
        "agreements": (),
        "purpose": None,
        "minimum_cell": None,
        "ends_on": None,
        "years": {},
    }
    with pytest.raises(TypeError, match="require"):
        Permit(**nothing, seal=object())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Permit(**nothing)  # type: ignore[arg-type]


def test_a_permit_cannot_be_widened_by_a_copy() -> None:
    permit = conclude_decision(Action.COUNT, "7", date(2026, 1, 1), [YES], facts=()).require()
    with pytest.raises((TypeError, ValueError)):
        replace(permit, elements=frozenset({"student.local_id"}))  # type: ignore[call-arg]


def test_no_reason_at_all_denies() -> None:
    assert _concluded() is Outcome.DENY


def test_one_refusal_denies_and_an_open_question_waits() -> None:
    no = Reason(access_cards.ROLE, Outcome.DENY)
    ask = Reason(access_cards.ROLE, Outcome.NEEDS_PERSON)
    assert _concluded(YES, no, ask) is Outcome.DENY
    assert _concluded(YES, ask) is Outcome.NEEDS_PERSON


def test_elements_and_people_left_out_make_a_subset() -> None:
    some = {"a": Outcome.ALLOW, "b": Outcome.DENY}
    about_b = Reason(access_cards.ROLE, Outcome.DENY, about="b")
    assert _concluded(YES, about_b, elements=some) is Outcome.ALLOW_SUBSET
    assert _concluded(YES, elements={"b": Outcome.DENY}) is Outcome.DENY
    left = Reason(release_cards.OPTED_OUT, Outcome.DENY, (("n", 1),), about=ABOUT_PEOPLE)
    assert (
        _concluded(YES, left, people=PeopleAnswer({"child": Outcome.DENY})) is Outcome.ALLOW_SUBSET
    )


def test_a_refusal_carries_its_reasons_and_obliges_to_nothing() -> None:
    no = Reason(access_cards.ACTIVE, Outcome.DENY, where="clause 2")
    decision = conclude_decision(Action.COUNT, "7", date(2026, 1, 1), [YES, no], facts=())
    with pytest.raises(Refused, match="closed") as refused:
        decision.require()
    assert refused.value.decision is decision
    assert decision.refusals == (no,)
    assert no.citation == "Cairn policy, access 2; clause 2"
    assert YES.citation == "Cairn policy, access 4"
    assert YES.next_step == ""
    assert "data manager" in no.next_step
    assert not decision.obligations


def test_each_audience_hears_its_own_words() -> None:
    no = Reason(access_cards.ROLE, Outcome.DENY, (("roles", "r"), ("where", "w"), ("on", "o")))
    assert no.message == (
        "This requires the role r at w, active on o. This account does not have that role."
    )
    assert no.message_for(Audience.PUBLIC).startswith("This page is for partnership staff")
    assert no.message_for(Audience.RECIPIENT) == "Your role does not allow this."
    yes = replace(no, effect=Outcome.ALLOW, facts=(("role", "R"), ("where", "w"), ("on", "o")))
    assert yes.message == "R at w, active on o."
    assert yes.message_for(Audience.PUBLIC) == access_cards.ROLE.statement
    assert YES.message == access_cards.OPEN.statement


def test_a_digest_names_facts_and_not_their_order() -> None:
    assert digest_facts({"b": 1, "a": 2}, frozenset({"x", "y"})) == digest_facts(
        {"a": 2, "b": 1}, frozenset({"y", "x"})
    )
    assert digest_facts((1,)) != digest_facts((2,))
    assert digest_facts(date(2026, 1, 1), Role.STEWARD, None) == digest_facts(
        date(2026, 1, 1), Role.STEWARD, None
    )


def _unread() -> object:
    raise AssertionError("nobody asked for the name of these facts")


def _open(*facts: object) -> Decision:
    return conclude_decision(Action.VIEW, "7", date(2026, 11, 24), [YES], facts=facts)


def test_facts_are_named_only_when_somebody_asks() -> None:
    decision = _open(DeferredFact(_unread))
    assert decision.allowed
    assert replace(decision, asked=None).allowed
    with pytest.raises(AssertionError):
        decision.decision_id  # noqa: B018 - reading it is the point


def test_facts_are_named_once_and_as_they_always_were() -> None:
    read = []

    def long() -> object:
        read.append("once")
        return "b", 2

    decision = _open("a", DeferredFact(long))
    assert decision.facts_hash == digest_facts("a", ("b", 2))
    assert replace(decision, asked=None).facts_hash == decision.facts_hash
    assert read == ["once"]


def test_the_same_answer_to_other_facts_is_another_decision() -> None:
    assert _open("a") == _open("a")
    assert _open("a") != _open("b")
    assert _open("a").known != "a"
    assert len({_open("a").known, _open("a").known}) == 1
    assert "secret" not in repr(_open("secret"))


def test_a_replay_gives_the_same_answer_and_id(
    agreed: Callable[..., AgreementFact],
    acting: Callable[..., Actor],
    delivery: DeliveryFact,
    on: date,
) -> None:
    first = may_receive_delivery(delivery, agreed(), acting(Role.DATA_MANAGER), on, overdue=())
    again = may_receive_delivery(delivery, agreed(), acting(Role.DATA_MANAGER), on, overdue=())
    assert first == again
    assert first.decision_id == again.decision_id
    changed = may_receive_delivery(
        delivery, agreed(title="Other"), acting(Role.DATA_MANAGER), on, overdue=()
    )
    assert changed.decision_id != first.decision_id


def test_a_permit_covers_its_action_and_its_elements(
    agreed: Callable[..., AgreementFact],
    acting: Callable[..., Actor],
    delivery: DeliveryFact,
    on: date,
) -> None:
    permit = may_receive_delivery(
        delivery, agreed(), acting(Role.DATA_MANAGER), on, overdue=()
    ).require()
    assert permit.is_valid_for(Action.RECEIVE, delivery.elements)
    assert not permit.is_valid_for(Action.CONFORM)
    assert not permit.is_valid_for(Action.RECEIVE, {"student.phone"})
