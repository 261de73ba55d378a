"""Criteria are facts: what denies the law, or what nobody confirmed, is found."""

from dataclasses import replace
from datetime import date

import pytest
from tests.policy.valid_agreement import CONFIRMED, Sound, confirm_criteria

from cairn.policy.facts.agreements.agreement import AgreementFact, FindingOverrideFact
from cairn.policy.facts.agreements.agreement_clause import AgreementClause, ClauseKind
from cairn.policy.facts.agreements.criterion import CriterionFact
from cairn.policy.law.packs.criterion_specs import (
    find_criterion_spec,
    list_criterion_specs,
    parse_criterion_period,
)
from cairn.policy.law.rule_card import RuleSource
from cairn.policy.lint import lint_agreement, list_unconfirmed_criteria
from cairn.policy.lint.criteria import CONFIRMED_FROM, collect_clause_texts, find_clause_text
from cairn.policy.lint.hint_phrases import find_denying_phrase
from cairn.policy.questions.governance.agreements import decide_agreement_in_force
from cairn.policy.vocabulary.agreements import AgreementState, CriterionType, PartyRole
from cairn.policy.vocabulary.data_use import LegalBasis

NEW = date(2027, 2, 1)
WORDS = "The Recipient may use Student Data only for the purpose of the study."


def signed_new(agreement: AgreementFact) -> AgreementFact:
    """The same agreement, signed after criteria became facts."""
    parties = tuple(replace(party, signed_on=NEW) for party in agreement.parties)
    return replace(agreement, parties=parties)


@pytest.fixture
def study(sound: Sound) -> AgreementFact:
    """A study's agreement whose criteria are confirmed facts."""
    return signed_new(confirm_criteria(sound(LegalBasis.STUDIES)))


def stating(agreement: AgreementFact, key: str, **changes: object) -> AgreementFact:
    fact = replace(agreement.criterion_facts[key], **changes)  # type: ignore[arg-type]
    return replace(agreement, criterion_facts={**agreement.criterion_facts, key: fact})


def keys(agreement: AgreementFact, on: date, severity: RuleSource | None = None) -> set[str]:
    findings = lint_agreement(agreement, None, on)
    return {
        finding.key
        for finding in findings
        if (finding.id.startswith(("LK", "R1")))
        and (severity is None or finding.severity is severity)
    }


def test_confirmed_criteria_draw_no_finding(study: AgreementFact, on: date) -> None:
    assert keys(study, on) == set()


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("use_limit", "none; the recipient may use the data for any purpose and sell them"),
        ("destruction", "never"),
        ("scope", "the agreement is silent"),
    ],
)
def test_any_text_no_longer_meets_a_criterion(sound: Sound, on: date, key: str, text: str) -> None:
    """These three drew no finding while a criterion was met by any text."""
    plain = sound(LegalBasis.STUDIES, criteria={**sound(LegalBasis.STUDIES).criteria, key: text})
    unconfirmed = signed_new(replace(plain, criterion_facts={}))
    assert f"LK02 {key}" in keys(unconfirmed, on, RuleSource.LAW)
    assert f"LK08 {key}" in keys(unconfirmed, on, RuleSource.PRACTICE)
    # In an agreement that was signed earlier the words are a hint, and it stays in force.
    earlier = replace(plain, criterion_facts={})
    assert keys(earlier, on, RuleSource.LAW) == set()
    assert {"LK01", f"LK08 {key}"} <= keys(earlier, on, RuleSource.PRACTICE)


@pytest.mark.parametrize(
    ("key", "value", "card"),
    [
        ("use_limit", "other_purposes", "R11.2"),
        ("scope", "not_stated", "R11.1"),
        ("no_identification", "others_may", "R11.3"),
        ("on_behalf_of", "own_study", "R10.1"),
        ("destruction", "never", "R11.4"),
        ("destruction", "as needed", "R11.4"),
        ("destruction", "", "R11.4"),
    ],
)
def test_an_answer_that_denies_the_law_is_of_law(
    study: AgreementFact, on: date, key: str, value: str, card: str
) -> None:
    denied = stating(study, key, value=value)
    assert card in keys(denied, on, RuleSource.LAW)
    early = replace(
        denied, parties=tuple(replace(p, signed_on=date(2024, 2, 1)) for p in denied.parties)
    )
    assert card in keys(early, on, RuleSource.LAW)


def test_an_answer_of_another_type_is_found(study: AgreementFact, on: date) -> None:
    assert "LK03 use_limit" in keys(stating(study, "use_limit", value="yes"), on, RuleSource.LAW)
    assert "LK03 destruction" in keys(stating(study, "destruction", value="3"), on, RuleSource.LAW)


def test_a_period_may_not_exceed_the_one_that_the_law_sets(sound: Sound, on: date) -> None:
    associate = signed_new(confirm_criteria(sound(LegalBasis.BUSINESS_ASSOCIATE)))
    key = "report_unauthorized_use"
    assert "LK04 report_unauthorized_use" not in keys(stating(associate, key, value="60 days"), on)
    late = stating(associate, key, value="2 months")
    assert "LK04 report_unauthorized_use" in keys(late, on, RuleSource.LAW)


def test_the_clause_must_exist_and_say_what_is_quoted(study: AgreementFact, on: date) -> None:
    clause = AgreementClause("§20", ClauseKind.USE_LIMIT, WORDS)
    whole = stating(replace(study, clauses=(clause,)), "use_limit", clause="§20", quotation=WORDS)
    assert not {key for key in keys(whole, on) if key.endswith("use_limit")}
    part = stating(whole, "use_limit", quotation="only for the PURPOSE of the study")
    assert not {key for key in keys(part, on) if key.endswith("use_limit")}

    assert "LK05 use_limit" in keys(stating(whole, "use_limit", clause="§99"), on, RuleSource.LAW)
    assert "LK05 use_limit" in keys(stating(whole, "use_limit", clause=""), on, RuleSource.LAW)
    other = stating(whole, "use_limit", quotation="for every purpose")
    assert "LK06 use_limit" in keys(other, on, RuleSource.LAW)
    assert "LK06 use_limit" in keys(stating(whole, "use_limit", quotation=" "), on, RuleSource.LAW)


def test_a_clause_without_its_text_is_advice(study: AgreementFact, on: date) -> None:
    """The number is known, the words are on paper alone: a person compares them."""
    paper = stating(study, "use_limit", clause="§3", quotation=WORDS)
    assert "LK07 use_limit" in keys(paper, on, RuleSource.PRACTICE)
    assert keys(paper, on, RuleSource.LAW) == set()


def test_an_organization_is_an_answer_without_a_clause(sound: Sound, on: date) -> None:
    audit = signed_new(confirm_criteria(sound(LegalBasis.AUDIT_EVALUATION)))
    assert keys(stating(audit, "program_operator", clause="", quotation=""), on) == set()
    assert "LK05 program_operator" in keys(stating(audit, "program_operator", clause="§99"), on)
    assert "LK03 program_operator" in keys(stating(audit, "program_operator", value=" "), on)


@pytest.mark.parametrize(
    "changes",
    [
        {"confirmed_by": ""},
        {"confirmed_on": None},
        {"confirmed_for": "hub"},
    ],
)
def test_counsel_of_an_owner_confirms_by_name_and_day(
    study: AgreementFact, on: date, changes: dict[str, object]
) -> None:
    assert "LK02 scope" in keys(stating(study, "scope", **changes), on, RuleSource.LAW)


def test_a_draft_waits_for_confirmation_whatever_its_dates(sound: Sound, on: date) -> None:
    draft = replace(
        sound(LegalBasis.STUDIES), criterion_facts={}, state=AgreementState.COUNSEL_REVIEW
    )
    assert "LK02 scope" in keys(draft, on, RuleSource.LAW)
    unsigned = replace(
        draft,
        state=AgreementState.SIGNED,
        parties=tuple(replace(party, signed_on=None) for party in draft.parties),
    )
    assert "LK02 scope" in keys(unsigned, on, RuleSource.LAW)
    without_owner = tuple(p for p in draft.parties if p.role is not PartyRole.PROVIDER)
    (finding,) = (
        item
        for item in lint_agreement(replace(draft, parties=without_owner), None, on)
        if item.key == "LK02 scope"
    )
    assert "the data owner" in finding.instead


def test_the_last_day_before_confirmation_is_earlier(sound: Sound, on: date) -> None:
    plain = replace(sound(LegalBasis.STUDIES), criterion_facts={})
    for signed_on, is_new in ((date(2026, 12, 31), False), (CONFIRMED_FROM, True)):
        parties = tuple(replace(party, signed_on=signed_on) for party in plain.parties)
        found = keys(replace(plain, parties=parties), on, RuleSource.LAW)
        assert ("LK02 scope" in found) == is_new


def test_a_stated_but_unconfirmed_fact_of_an_earlier_agreement_is_advice(
    study: AgreementFact, on: date
) -> None:
    earlier = replace(
        stating(study, "scope", confirmed_by=""),
        parties=tuple(replace(p, signed_on=date(2024, 2, 1)) for p in study.parties),
    )
    assert keys(earlier, on, RuleSource.LAW) == set()
    assert {"LK01", "LK02 scope"} <= keys(earlier, on, RuleSource.PRACTICE)


@pytest.mark.parametrize("basis", list(LegalBasis))
def test_each_criterion_has_a_question_and_answers_that_fit(basis: LegalBasis) -> None:
    for key, spec in list_criterion_specs(basis).items():
        assert spec.asks.endswith("?"), key
        assert spec is find_criterion_spec(basis, key)
        own_choice = spec.type is CriterionType.CHOICE and not key.endswith("_condition")
        assert bool(spec.choices) or not own_choice
        assert not set(spec.choices) & set(spec.denies)
        assert all(spec.is_denied_by(code) for code in spec.denies)
        assert not any(spec.is_denied_by(code) for code in spec.choices)
        assert (spec.maximum_days is None) == (spec.maximum_law == "")
    assert find_criterion_spec(basis, "no_such_key") is None


def test_what_an_agreement_states_for_a_criterion() -> None:
    specs = list_criterion_specs(LegalBasis.STUDIES)
    assert specs["study_purpose"].state_answer("student_aid", "2", WORDS) == "student_aid"
    assert specs["use_limit"].state_answer("study_only", "2", WORDS) == WORDS
    assert specs["use_limit"].state_answer("study_only", "2", "") == (
        "only for the purposes of the study"
    )
    policies = list_criterion_specs(LegalBasis.AUDIT_EVALUATION)["policies"]
    assert policies.state_answer("", " 8 ", "") == "8"


def test_the_criteria_that_wait_are_listed() -> None:
    findings = ("R14", "LK02 scope", "LK05 scope", "LK02 use_limit")
    assert list_unconfirmed_criteria(findings) == ("scope", "use_limit")


def test_answers_are_described_in_words() -> None:
    spec = list_criterion_specs(LegalBasis.STUDIES)["use_limit"]
    assert spec.describe_value("study_only") == "only for the purposes of the study"
    assert spec.describe_value("3 years") == "3 years"
    assert spec.has_value
    assert not list_criterion_specs(LegalBasis.SUBPOENA)["order"].has_value


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1 day", 1),
        ("90 days", 90),
        ("2 months", 62),
        ("3 Years", 1098),
        ("0 days", None),
        ("when no longer needed", None),
        ("", None),
    ],
)
def test_periods(text: str, days: int | None) -> None:
    assert parse_criterion_period(text) == days


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Never", "never"),
        ("n/a", "n/a"),
        ("The recipient may use the data for any purpose and sell them.", "any purpose"),
        ("The agreement is silent on this", "is silent"),
        ("shall be destroyed as needed", "as needed"),
        ("The recipient shall never disclose them.", ""),
        ("may not use the data for any other purpose, and may not sell them", ""),
        ("without notice. It may sell the records.", "sell"),
        (WORDS, ""),
    ],
)
def test_denying_words_are_a_hint(text: str, phrase: str) -> None:
    assert find_denying_phrase(text) == phrase


def test_the_words_of_a_code_are_no_denial(sound: Sound, on: date) -> None:
    """ "none" as the code of a record without a code is an answer, not a denial."""
    whole = sound(LegalBasis.DE_IDENTIFIED)
    coded = replace(whole, criteria={**whole.criteria, "record_code": "none"})
    assert "LK08 record_code" not in keys(coded, on)


def test_a_clause_includes_its_parts(sound: Sound) -> None:
    agreement = sound(
        LegalBasis.STUDIES,
        clauses=(
            AgreementClause("§3.1", ClauseKind.USE_LIMIT, "Only for the study."),
            AgreementClause("§30", ClauseKind.NOTICES, "In writing."),
            AgreementClause(" ", ClauseKind.NOTICES, "Nowhere."),
        ),
    )
    texts = collect_clause_texts(agreement)
    assert find_clause_text(texts, "§3") == "only for the study"
    assert find_clause_text(texts, "§30") == "in writing"
    assert find_clause_text(texts, "Exhibit A") is not None
    assert "erased" in (find_clause_text(texts, "§9") or "")
    assert find_clause_text(texts, "§4") is not None
    assert find_clause_text(texts, "§31") is None


def test_confirmation_needs_the_whole_fact() -> None:
    assert CONFIRMED.is_confirmed
    assert not replace(CONFIRMED, confirmed_by=" ").is_confirmed
    assert not CriterionFact().is_confirmed


def test_a_decision_stops_reliance_on_unconfirmed_criteria(study: AgreementFact) -> None:
    assert decide_agreement_in_force(study, NEW).allowed
    unconfirmed = stating(study, "scope", confirmed_by="")
    refused = decide_agreement_in_force(unconfirmed, NEW)
    assert "LK02 scope" in refused.refusals[0].message
    # Counsel confirms it; to accept the finding with a reason is not enough.
    accepted = FindingOverrideFact("LK02 scope", "Ana Ruiz", "river", NEW, "It is clear.")
    assert not decide_agreement_in_force(replace(unconfirmed, overrides=(accepted,)), NEW).allowed
    early = tuple(replace(party, signed_on=date(2024, 2, 1)) for party in study.parties)
    assert decide_agreement_in_force(replace(unconfirmed, parties=early), NEW).allowed
