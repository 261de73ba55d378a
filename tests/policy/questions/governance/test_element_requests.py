"""Who may ask a data owner for a data element, and who may answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from cairn.policy.facts.agreements.agreement import DraftFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.governance.agreement_drafts import may_request_data_element
from cairn.policy.questions.governance.data_dictionaries import may_answer_element_request
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.agreements import AgreementState

DRAFT = DraftFact(
    reference="N-1",
    state=AgreementState.DRAFT,
    organization="hub",
    parties=frozenset({"elm", "hub"}),
    owners=frozenset({"elm"}),
    digest="",
)
Acting = Callable[..., Actor]


def test_the_writer_of_an_open_draft_asks_an_owner_of_its_data(acting: Acting, on: date) -> None:
    writer = acting(Role.DATA_MANAGER, "hub")
    assert may_request_data_element(DRAFT, "elm", writer, on).allowed
    assert not may_request_data_element(DRAFT, "hub", writer, on).allowed
    with_counsel = replace(DRAFT, state=AgreementState.COUNSEL_REVIEW)
    assert not may_request_data_element(with_counsel, "elm", writer, on).allowed
    assert not may_request_data_element(DRAFT, "elm", acting(Role.STEWARD, "elm"), on).allowed


def test_a_steward_of_the_owner_answers(acting: Acting, on: date) -> None:
    steward = acting(Role.STEWARD, "elm")
    assert may_answer_element_request("elm", steward, on).allowed
    assert not may_answer_element_request("oak", steward, on).allowed
    assert not may_answer_element_request("elm", acting(Role.COUNSEL, "elm"), on).allowed
