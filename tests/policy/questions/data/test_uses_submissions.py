"""An owner sends its own records under its agreement, to a recipient that may hold them."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest
from tests.policy import permitted_use as u
from tests.policy.questions.data.test_uses_lawful_twins import codes, steward

from cairn.policy.engine.decision import Decision
from cairn.policy.facts.data.delivery import RECEIVERS_NOT_RECORDED
from cairn.policy.facts.data.use import Facts, UseRequest
from cairn.policy.facts.people.access import OwnerBar
from cairn.policy.facts.students.circumstance import AnnualNotice
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.agreements import PartyRole
from cairn.policy.vocabulary.data_use import LegalBasis, Level, Purpose
from cairn.policy.vocabulary.decisions import Outcome

ALLOW, DENY = Outcome.ALLOW, Outcome.DENY
EVALUATE: Final = Purpose.PROGRAM_EVALUATION
NO_PROJECT: Final = {"G09", "J03", "J30"}


def submission(**changes: Any) -> tuple[Facts, UseRequest]:
    """River sends absences to the hub under an agreement on evaluation; no purpose is standing."""
    parties = (
        u.party("river", PartyRole.PROVIDER),
        u.party("hub", PartyRole.AUTHORIZED_REPRESENTATIVE),
    )
    basis = LegalBasis.AUDIT_EVALUATION
    purposes = frozenset({EVALUATE})
    facts = u.facts(
        agreements=(u.agreement(basis, parties=parties, purposes=purposes),),
        actors=(steward("river"),),
        policy=replace(u.facts().policy, standing_purposes=frozenset()),
    )
    request = u.request(
        acting_for="river",
        recipient="hub",
        action=Action.DELIVER,
        purpose=EVALUATE,
        people=(),
    )
    return replace(facts, **changes), request


def decided(request: UseRequest, facts: Facts) -> Decision:
    return decide_use(request, facts, u.ON)


def test_the_agreement_authorizes_the_owners_submission() -> None:
    facts, request = submission()
    assert decided(request, facts).outcome is ALLOW
    assert NO_PROJECT & codes(decided(replace(request, project="P-1"), facts))
    assert decided(replace(request, purpose=Purpose.RESEARCH), facts).outcome is DENY


def test_the_owners_file_needs_no_entry_in_its_dictionary() -> None:
    """The agreement lists what is sent; any other use reads the dictionary first."""
    facts, request = submission(dictionaries=())
    assert decided(request, facts).outcome is ALLOW
    unlisted = replace(request, elements=frozenset({"student.phone"}))
    assert codes(decided(unlisted, facts)) == {"G10"}


@pytest.mark.parametrize(
    "changes",
    [
        {"action": Action.EXPORT},
        {"recipient": "mentors"},
        {"recipient": ""},
        {"acting_for": "hub", "recipient": "river"},
    ],
)
def test_every_other_use_needs_its_project(changes: dict[str, Any]) -> None:
    facts, request = submission()
    assert (NO_PROJECT | {"A03"}) & codes(decided(replace(request, **changes), facts))


def test_an_agreement_that_ended_authorizes_no_submission() -> None:
    facts, request = submission()
    ended = replace(facts.agreements[0], ends=date(2026, 11, 23))
    assert decided(request, replace(facts, agreements=(ended,))).outcome is DENY


def test_a_pilots_agreement_authorizes_no_submission_of_children() -> None:
    facts, request = submission()
    pilot = replace(facts.agreements[0], pilot=True)
    assert NO_PROJECT & codes(decided(request, replace(facts, agreements=(pilot,))))


def test_a_submission_on_consent_names_its_students() -> None:
    facts, request = submission()
    parties = facts.agreements[0].parties
    on_consent = u.agreement(parties=parties, purposes=frozenset({EVALUATE}))
    facts = replace(facts, agreements=(on_consent,))
    assert codes(decided(request, facts)) == {"X05"}
    form = u.consent(purposes=frozenset({EVALUATE}), parties=frozenset({"hub"}))
    facts = replace(facts, people=(u.child(consents=(form,)),))
    assert decided(replace(request, people=("c1",)), facts).outcome is ALLOW


def test_a_submission_of_directory_information_rests_on_the_notice() -> None:
    """The rows of families who opted out are set aside when they are read."""
    facts, request = submission()
    parties = facts.agreements[0].parties
    directory = u.agreement(LegalBasis.DIRECTORY, parties=parties, purposes=frozenset({EVALUATE}))
    facts = replace(facts, agreements=(directory,), notices=())
    assert codes(decided(request, facts)) == {"R22.2"}
    notice = AnnualNotice("river", "2026-27", date(2026, 8, 1), request.elements, date(2026, 9, 30))
    assert decided(request, replace(facts, notices=(notice,))).outcome is ALLOW
    limited = replace(notice, limited_to=frozenset({"mentors"}))
    assert codes(decided(request, replace(facts, notices=(limited,)))) == {"R22.4"}
    # Any other use of the same records names its students.
    export = replace(request, action=Action.EXPORT)
    assert "X05" in codes(decided(export, replace(facts, notices=(notice,))))


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"assessment_expires": date(2026, 11, 23)}, {"T05"}),
        ({"plan_on": None}, {"T06"}),
        ({"owner_bars": (OwnerBar("river", u.ON),)}, {"R29"}),
    ],
)
def test_the_receiver_may_hold_the_records(changes: dict[str, Any], refused: set[str]) -> None:
    """34 CFR 99.67, and the security that Cairn and the agreement require."""
    facts, request = submission()
    receiver = replace(u.secured("hub"), **changes)
    decision = decided(request, replace(facts, receivers=(receiver,)))
    assert codes(decision) == refused


def test_an_unknown_receiver_gets_nothing() -> None:
    facts, request = submission()
    assert codes(decided(request, replace(facts, receivers=None)))
    assert codes(decided(request, replace(facts, receivers=())))
    recorded = replace(facts, receivers=RECEIVERS_NOT_RECORDED)
    assert decided(request, recorded).outcome is ALLOW


def test_figures_are_sent_to_whom_no_record_of_a_student_may_go() -> None:
    facts, request = submission()
    (agreement,) = facts.agreements
    program = replace(agreement, level=Level.PROGRAM)
    facts = replace(facts, agreements=(program,), receivers=None)
    decision = decided(replace(request, level=Level.PROGRAM), facts)
    assert "T13" not in codes(decision)


def test_public_data_need_no_security_plan() -> None:
    facts, request = submission()
    public = replace(facts.agreements[0], basis=LegalBasis.PUBLIC_DATA, criteria={})
    decision = decided(request, replace(facts, agreements=(public,), receivers=()))
    assert not {reason.code for reason in decision.refusals} & {"T05", "T06", "T08"}
