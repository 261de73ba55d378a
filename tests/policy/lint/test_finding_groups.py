"""Findings with one cause are one, and those that block signing come first."""

from dataclasses import replace
from datetime import date

from tests.policy.valid_agreement import Sound

from cairn.policy.facts.agreements.agreement import FindingOverrideFact
from cairn.policy.facts.agreements.data_dictionary import DataDictionaryFact
from cairn.policy.law.rule_card import RuleSource
from cairn.policy.lint import group_findings, lint_agreement
from cairn.policy.lint.findings import LintFinding
from cairn.policy.vocabulary.agreements import AgreementState
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose


def test_elements_that_a_dictionary_lacks_are_one_finding(sound: Sound, on: date) -> None:
    empty = DataDictionaryFact("river", "attendance", 1, ())
    findings = lint_agreement(sound(), [empty], on)
    assert len(findings) == 2
    (group,) = group_findings(findings)
    assert group.first.id == "LA31"
    assert group.message == "The provider's data dictionary does not have …"
    assert [place.text for place in group.places] == [
        "attendance_total.days_absent.",
        "attendance_total.local_id.",
    ]


def test_a_single_finding_has_no_places(sound: Sound, on: date) -> None:
    (group,) = group_findings(lint_agreement(sound(giveback=()), None, on))
    assert (group.message, group.places) == (group.first.message, ())


def test_messages_without_common_words_are_listed_whole() -> None:
    one = LintFinding("X", RuleSource.PRACTICE, "c", "§1", "One is bad.", "Mend it.")
    (group,) = group_findings([one, replace(one, message="Two is bad.")])
    assert group.message == ""
    assert [place.text for place in group.places] == ["One is bad.", "Two is bad."]


def test_what_blocks_comes_first_within_a_severity(sound: Sound, on: date) -> None:
    purposes = frozenset({Purpose.RESEARCH, Purpose.SERVICE_COORDINATION})
    accepted = FindingOverrideFact("LB02 research", "Ana Ruiz", "river", on, "Evaluated too.")
    study = sound(LegalBasis.AUDIT_EVALUATION, purposes=purposes, giveback=())
    draft = replace(study, criterion_facts={}, overrides=(accepted,), state=AgreementState.DRAFT)
    keys = [item.key for item in lint_agreement(draft, None, on)]
    waiting = [key for key in keys if key.startswith("LK02 ")]
    assert keys[0] == "LB02 service_coordination"
    assert keys.index(waiting[-1]) < keys.index("LB02 research") < keys.index("LP10")


def test_what_keeps_data_from_use_comes_before_other_advice(sound: Sound, on: date) -> None:
    text = sound(title="[TBD]", ends=date(2023, 1, 1))
    assert next(item.key for item in lint_agreement(text, None, on)) == "LA02"
