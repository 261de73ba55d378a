"""What the linter makes of dictionaries, drafts, names and documents that are whole."""

from dataclasses import replace
from datetime import date

import pytest
from tests.policy.valid_agreement import DATA, PROMISED, Agreed, Sound, clauses, party

from cairn.policy.facts.agreements.agreement_clause import AgreementClause, ClauseKind
from cairn.policy.facts.agreements.agreement_terms import (
    AmendedTerm,
    Milestone,
    OnwardRecipient,
    ProjectTerm,
    Retention,
)
from cairn.policy.facts.agreements.data_dictionary import DataDictionaryFact, DataElementFact
from cairn.policy.law.rule_card import RuleSource
from cairn.policy.lint import lint_agreement
from cairn.policy.lint.data_elements import is_vague_element
from cairn.policy.lint.parties import is_recipient_class
from cairn.policy.questions.governance.agreements import decide_agreement_in_force
from cairn.policy.vocabulary.agreements import AgreementState, AgreementTier, PartyRole
from cairn.policy.vocabulary.data_use import (
    IdentifierClass,
    LegalBasis,
    Level,
    Purpose,
    SpecialClass,
)
from cairn.policy.vocabulary.organizations import OrganizationKind


def dictionary(**changes: object) -> DataDictionaryFact:
    entry = DataElementFact("attendance_total.days_absent", first_year="2020-21", last_year="")
    local = replace(entry, name="attendance_total.local_id")
    changed = replace(entry, **changes)  # type: ignore[arg-type]
    return DataDictionaryFact("river", "Students", 1, (changed, local))


@pytest.mark.parametrize(
    ("key", "held"),
    [
        ("LA31 attendance_total.days_absent", {"name": "attendance_total.tardies"}),
        ("LA32 attendance_total.days_absent", {"first_year": "2024-25"}),
        ("LA32 attendance_total.days_absent", {"last_year": "2024-25"}),
        ("LA33 attendance_total.days_absent", {"first_year": None}),
        ("", {}),
    ],
)
def test_the_providers_dictionary_holds_each_element_for_those_years(
    sound: Sound, on: date, key: str, held: dict[str, object]
) -> None:
    found = [f.key for f in lint_agreement(sound(), [dictionary(**held)], on)]
    assert found == ([key] if key else [])


def test_a_dictionary_of_another_provider_is_no_help(sound: Sound, on: date) -> None:
    text = sound(data=(replace(DATA, provider="river"),))
    other = replace(dictionary(), organization="lake")
    nobodys = replace(dictionary(), organization="")
    assert {f.id for f in lint_agreement(text, [other], on)} == {"LA31"}
    assert lint_agreement(text, [nobodys], on) == ()
    assert lint_agreement(text, [dictionary()], on) == ()


def test_without_years_a_dictionary_only_has_to_hold_the_element(sound: Sound, on: date) -> None:
    text = sound(data=(replace(DATA, first_year="", last_year=""),))
    found = lint_agreement(
        text, [dictionary(first_year=None), dictionary(first_year="2024-25")], on
    )
    assert {f.id for f in found} == {"LP06y"}


def test_a_dictionary_tells_what_identifies_and_what_a_law_protects(sound: Sound, on: date) -> None:
    direct = dictionary(identifier=IdentifierClass.DIRECT)
    found = {f.key for f in lint_agreement(sound(level=Level.PROGRAM), [direct], on)}
    assert "LL32 attendance_total.days_absent" in found
    meals = dictionary(special=frozenset({SpecialClass.MEAL_STATUS}))
    (finding,) = lint_agreement(sound(), [meals], on)
    assert (finding.severity, finding.about) == (RuleSource.LAW, "attendance_total.days_absent")


def test_what_the_basis_lacks_is_told_in_its_own_rules_words(sound: Sound, on: date) -> None:
    study = sound(LegalBasis.STUDIES)
    lacking = {k: v for k, v in study.criteria.items() if k != "scope"}
    (finding,) = lint_agreement(replace(study, criteria=lacking), None, on)
    assert finding.severity is RuleSource.LAW
    assert finding.citation.startswith("34 CFR 99.31(a)(6)")
    assert finding.clause == "not found"


def test_a_protected_element_needs_its_own_authority(sound: Sound, on: date) -> None:
    text = sound(data=(replace(DATA, elements=frozenset({"meal_status"})),))
    finding, other = lint_agreement(text, None, on)
    assert (finding.severity, finding.about) == (RuleSource.LAW, "attendance_total.meal_status")
    assert (other.id, other.about) == ("LB05", "attendance_total.meal_status")
    # The decision refuses the element by itself; the rest of the agreement stands.
    assert decide_agreement_in_force(text, on).allowed


def test_what_needs_another_basis_is_named_with_the_bases_that_carry_it(
    sound: Sound, on: date
) -> None:
    elements = frozenset({"local_id", "ssn", "meal_status"})
    text = sound(LegalBasis.DIRECTORY, data=(replace(DATA, elements=elements),), under=("MOU",))
    found = {f.about: f for f in lint_agreement(text, None, on) if f.id == "LB05"}
    assert set(found) == {"attendance_total.ssn", "attendance_total.meal_status"}
    ssn = found["attendance_total.ssn"]
    assert "written consent or school official exception or studies exception" in ssn.message
    assert "under = ['MOU']" in ssn.instead
    assert ssn.clause == DATA.clause
    assert found["attendance_total.meal_status"].message.endswith("These do: written consent.")
    program = sound(LegalBasis.OWN_RECORDS, data=(replace(DATA, elements=elements),))
    assert {f.about for f in lint_agreement(program, None, on) if f.id == "LB05"} == {
        "attendance_total.meal_status"
    }


def test_a_draft_waits_for_its_signatures(sound: Sound, on: date) -> None:
    unsigned = party(sound(state=AgreementState.DRAFT), 0, signed_by="", signed_on=None)
    assert lint_agreement(unsigned, None, on) == ()


def test_a_document_that_discloses_nothing_needs_none_of_the_practices(
    agreed: Agreed, on: date
) -> None:
    terms = agreed(LegalBasis.NO_DISCLOSURE, data=(), retention=Retention(None))
    assert [f.id for f in lint_agreement(terms, None, on)] == ["LA23"]
    assert decide_agreement_in_force(terms, on).allowed


WHOLE: dict[AgreementTier, dict[str, object]] = {
    AgreementTier.MEMORANDUM: {"clauses": clauses(ClauseKind.PARTNERSHIP, ClauseKind.GOVERNANCE)},
    AgreementTier.DATA_PLAN: {
        "project": ProjectTerm("P", ("Who?",)),
        "milestones": (Milestone("ask", "hub", date(2026, 12, 1)),),
    },
    AgreementTier.AMENDMENT: {"amends": "B", "changes": (AmendedTerm("ends", "2026", "2027"),)},
    AgreementTier.JOINDER: {"joins": "B"},
}


@pytest.mark.parametrize(("tier", "said"), WHOLE.items())
def test_each_kind_of_document_can_be_whole(
    sound: Sound, on: date, tier: AgreementTier, said: dict[str, object]
) -> None:
    base = sound(reference="B", clauses=clauses(ClauseKind.JOINDER))
    text = sound(LegalBasis.NO_DISCLOSURE, tier=tier, data=(), above=(base,), exhibits=(), **said)
    assert lint_agreement(text, None, on) == ()


def test_no_subcontractor_needs_no_name(sound: Sound, on: date) -> None:
    forbids = AgreementClause("§8", ClauseKind.SUBCONTRACTORS, "No subcontractor sees the data.")
    assert lint_agreement(sound(clauses=(*clauses(*PROMISED), forbids)), None, on) == ()
    forbids_use = replace(forbids, said="The hub may not use subcontractors.")
    assert lint_agreement(sound(clauses=(*clauses(*PROMISED), forbids_use)), None, on) == ()
    allows = replace(forbids, said="Subcontractors may help.", days=30)
    text = sound(clauses=(*clauses(*PROMISED), allows))
    assert lint_agreement(party(text, 1, role=PartyRole.PROCESSOR), None, on) == ()
    onward = (OnwardRecipient("lake-mentors", "mentors the child"),)
    assert lint_agreement(replace(text, onward=onward), None, on) == ()


def test_law_comes_first(sound: Sound, on: date) -> None:
    text = sound(purposes=frozenset({Purpose.RESEARCH}), title="[TBD]", giveback=())
    order = [f.severity for f in lint_agreement(text, None, on)]
    assert order == [RuleSource.LAW, RuleSource.PRACTICE, RuleSource.ANOMALY]


@pytest.mark.parametrize(
    "name",
    [
        "partners",
        "Service Providers",
        "the district and its agents",
        "any school",
        "Smith and others",
        "third parties",
    ],
)
def test_a_class_of_recipients_is_no_party(name: str) -> None:
    assert is_recipient_class(name)


@pytest.mark.parametrize(
    "name",
    [
        "River County Partnership",
        "Health and Human Services",
        "Partners in Reading",
        "hub",
        "State Board of Education and Its Library",
        "",
    ],
)
def test_a_name_is_a_party(name: str) -> None:
    assert not is_recipient_class(name)


@pytest.mark.parametrize(
    "said",
    [
        "all",
        "*",
        "any",
        "including but not limited to",
        "grades, etc.",
        "to be determined",
        "TBD",
        "relevant data points",
        "all_student_data",
        "other student information",
    ],
)
def test_words_that_name_no_element(said: str) -> None:
    assert is_vague_element(said)


@pytest.mark.parametrize(
    "name",
    ["all_day_kindergarten", "days_absent", "grade", "any_iep", "other_language", "Ethnicity"],
)
def test_names_of_elements(name: str) -> None:
    assert not is_vague_element(name)


def test_agreements_above_are_not_read_for_placeholders(sound: Sound, on: date) -> None:
    above = sound(reference="B", title="[TBD]")
    assert lint_agreement(sound(under=("B",), above=(above,)), None, on) == ()


def test_kinds_of_organization_do_not_matter_to_the_reading(sound: Sound, on: date) -> None:
    tribal = party(sound(), 0, kind=OrganizationKind.TRIBAL_NATION)
    assert lint_agreement(tribal, None, on) == ()
