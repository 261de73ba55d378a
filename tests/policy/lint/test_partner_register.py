"""The linter with the register of partners: who may receive data, and whose state law is known."""

from dataclasses import replace
from datetime import date

import pytest
from tests.policy.valid_agreement import PROMISED, RETENTION, Sound, clauses, party

from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_clause import AgreementClause, ClauseKind
from cairn.policy.facts.agreements.agreement_terms import OnwardRecipient, Penalty
from cairn.policy.facts.agreements.state_review import StateLawReview
from cairn.policy.law.rule_card import RuleSource
from cairn.policy.lint import is_state_law_finding, lint_agreement
from cairn.policy.vocabulary.agreements import PenaltyKind
from cairn.policy.vocabulary.data_use import LegalBasis, Level

PARTNERS = {"river": "River", "hub": "Hub", "lake-mentors": "Lake Mentors"}
REVIEW = StateLawReview(
    state="OH",
    organization="river",
    reviewed_by="Ana Ruiz",
    reviewed_on=date(2024, 1, 1),
    expires_on=date(2026, 12, 31),
    law="Ohio Rev. Code 3319.321",
)


def find_keys(agreement: AgreementFact, on: date, **register: object) -> list[str]:
    return [item.key for item in lint_agreement(agreement, None, on, **register)]  # type: ignore[arg-type]


@pytest.mark.parametrize("recipient", ["interpreters", "1099 contractors", "subcontractors-x"])
def test_an_onward_recipient_that_is_no_registered_organization_is_of_law(
    sound: Sound, on: date, recipient: str
) -> None:
    text = sound(onward=(OnwardRecipient(recipient, "helps", "§8"),))
    (finding,) = lint_agreement(text, None, on, organizations=PARTNERS)
    assert (finding.key, finding.severity) == (f"LL20 {recipient}", RuleSource.LAW)


def test_a_registered_onward_recipient_is_lawful(sound: Sound, on: date) -> None:
    text = sound(onward=(OnwardRecipient("lake-mentors", "mentors the child", "§8"),))
    assert find_keys(text, on, organizations=PARTNERS) == []
    # Without a register, as for a plain file, the name is all that there is.
    assert find_keys(text, on) == []


@pytest.mark.parametrize(
    ("said", "recipient"),
    [
        ("The hub may disclose the records to interpreters.", "interpreters"),
        ("Hub may also share student data with 1099 contractors.", "1099 contractors"),
        ("The recipient may provide the data to subcontractors as needed.", "subcontractors"),
        ("Staff can give the file to the Lake Mentors and their volunteers.", "volunteers"),
    ],
)
def test_a_clause_that_lets_data_go_to_a_class_is_found(
    sound: Sound, on: date, said: str, recipient: str
) -> None:
    clause = AgreementClause("§40", ClauseKind.NOTICES, said)
    text = sound(clauses=(*clauses(*PROMISED), clause))
    (finding,) = lint_agreement(text, None, on, organizations=PARTNERS)
    assert (finding.key, finding.clause) == (f"LP08t {recipient}", "§40")


@pytest.mark.parametrize(
    "said",
    [
        "The hub may not disclose the records to interpreters.",
        "The provider may send the records to the recipient by the portal.",
        "The hub may give a parent's copy to the parent.",
        "The hub may share aggregate tables with the public.",
        "The hub may pass the records to Lake Mentors for mentoring.",
        "The hub may disclose the records to the data owner or River.",
    ],
)
def test_a_clause_that_names_who_receives_is_lawful(sound: Sound, on: date, said: str) -> None:
    clause = AgreementClause("§40", ClauseKind.NOTICES, said)
    text = sound(clauses=(*clauses(*PROMISED), clause))
    assert find_keys(text, on, organizations=PARTNERS) == []


def test_a_vague_period_and_a_sale_are_found_in_any_text(sound: Sound, on: date) -> None:
    clause = AgreementClause("§41", ClauseKind.RETURN_OF_DATA, "Data are kept as long as useful.")
    text = sound(
        clauses=(*clauses(*PROMISED), clause),
        penalties=(Penalty(PenaltyKind.LOSS_OF_ACCESS, "The hub may sell the records.", "§12"),),
    )
    assert set(find_keys(text, on)) == {"LA41 as long as", "LM02 sale §12"}


def test_meeting_as_needed_is_no_retention_period(sound: Sound, on: date) -> None:
    for said in (
        "The parties meet as needed.",
        "Data are destroyed when no longer needed, and no later than the retention section says.",
    ):
        clause = AgreementClause("§41", ClauseKind.GOVERNANCE, said)
        assert find_keys(sound(clauses=(*clauses(*PROMISED), clause)), on) == []
    criteria = {"destruction": "Destroyed in three years. Earlier as needed."}
    terms = sound(retention=RETENTION)
    text = replace(terms, criteria={**terms.criteria, **criteria})
    assert "LA41 as needed" in find_keys(text, on)


def test_a_state_without_pack_or_review_is_found(sound: Sound, on: date) -> None:
    (finding,) = lint_agreement(sound(), None, on, {"river": "OH"}, state_reviews=())
    assert (finding.key, finding.severity) == ("LS01 river", RuleSource.POLICY)
    assert "law of OH" in finding.message
    assert is_state_law_finding(finding)
    (unknown,) = lint_agreement(sound(), None, on, {"river": ""}, state_reviews=())
    assert unknown.key == "LS02 river"
    assert is_state_law_finding(unknown)
    ended = replace(REVIEW, expires_on=date(2024, 1, 31))
    other = replace(REVIEW, organization="hub")
    assert find_keys(sound(), on, states={"river": "OH"}, state_reviews=[ended, other]) == [
        "LS01 river"
    ]


def test_a_reviewed_state_is_lawful(sound: Sound, on: date) -> None:
    known = {"river": "OH", "hub": "OH"}
    assert find_keys(sound(), on, states=known, state_reviews=[REVIEW]) == []
    assert find_keys(sound(), on, states={"river": "UT"}, state_reviews=[]) == []
    assert find_keys(sound(), on, states=known) == []
    unnamed = party(sound(), 0, name="")
    (finding,) = lint_agreement(unnamed, None, on, {"river": "OH"}, state_reviews=[])
    assert "records of river" in finding.message


def test_figures_need_no_review_of_the_states_law(sound: Sound, on: date) -> None:
    for text in (sound(level=Level.POPULATION), sound(LegalBasis.NO_DISCLOSURE, data=())):
        found = find_keys(text, on, states={"river": "OH"}, state_reviews=[])
        assert "LS01 river" not in found


def test_approval_before_signature_and_start_and_a_shorter_retention_are_lawful(
    sound: Sound, on: date
) -> None:
    approved = party(sound(), 0, approved_on=date(2024, 1, 1))
    assert find_keys(approved, on) == []
    unsigned = party(sound(), 0, approved_on=date(2024, 1, 1), signed_on=None)
    assert not {"LA10 river", "LA11 river"}.intersection(find_keys(unsigned, on))
    shorter = replace(sound().data[0], retention_days=90)
    assert find_keys(sound(data=(shorter,)), on) == []
    unlimited = replace(RETENTION, period_days=None)
    assert "LA43 attendance_total" not in find_keys(sound(data=(shorter,), retention=unlimited), on)
