"""The shapes that others read: ODRL by its information model, NDPA by its categories."""

from dataclasses import replace
from typing import Any

from tests.governance.agreements.complete_text import WHOLE

from cairn.governance.agreements.exports import ndpa, odrl
from cairn.governance.agreements.toml_format.parser import parse_agreement
from cairn.policy.facts.agreements.agreement import UNTIL_TERMINATED
from cairn.policy.vocabulary.data_use import LegalBasis

TERMS = parse_agreement(WHOLE)
# The words of the ODRL core vocabulary that we use.
ACTIONS = {"use", "delete", "inform", "anonymize", "distribute", "ensureExclusivity"}
OPERATORS = {"eq", "gt", "gteq", "lt", "lteq", "isAnyOf", "isNoneOf", "isPartOf"}
OPERANDS = {"dateTime", "purpose", "elapsedTime", "event", "recipient"}


def rules(policy: dict[str, Any]) -> list[dict[str, Any]]:
    found = [
        rule
        for kind in ("permission", "prohibition", "obligation")
        for rule in policy.get(kind, [])
    ]
    return [*found, *(duty for rule in found for duty in rule.get("duty", []))]


def test_an_odrl_agreement_has_what_the_model_requires() -> None:
    policy = odrl.build_odrl_policy(TERMS)
    assert policy["@context"][0] == "http://www.w3.org/ns/odrl.jsonld"
    assert policy["@type"] == "Agreement"
    assert policy["uid"].startswith("urn:")
    assert policy["permission"]
    for rule in rules(policy):
        assert rule["action"] in ACTIONS
        assert rule["assigner"]["uid"]
        assert rule["assignee"]["uid"]
        for constraint in rule.get("constraint", []):
            assert set(constraint) == {"leftOperand", "operator", "rightOperand"}
            assert constraint["operator"] in OPERATORS
            left = constraint["leftOperand"]
            assert left in OPERANDS or left.startswith("cairn:")
    for rule in (*policy["permission"], *policy["prohibition"]):
        assert rule["target"]


def test_the_terms_become_constraints_and_duties() -> None:
    permission = odrl.build_odrl_policy(TERMS)["permission"][0]
    constraints = {
        (c["leftOperand"], c["operator"]): c["rightOperand"] for c in permission["constraint"]
    }
    assert constraints["dateTime", "lteq"] == {"@value": "2031-06-30", "@type": "xsd:date"}
    assert constraints["purpose", "isAnyOf"] == [
        "urn:cairn:purpose:program_evaluation",
        "urn:cairn:purpose:research",
    ]
    duties = {duty["action"]: duty for duty in permission["duty"]}
    assert duties["delete"]["constraint"][0]["rightOperand"]["@value"] == "P365D"
    assert duties["inform"]["cairn:what"] == "a report"
    assert permission["target"]["cairn:elements"] == ["enrollment.grade", "enrollment.local_id"]
    onward = odrl.build_odrl_policy(TERMS)["prohibition"][0]["constraint"][0]
    assert onward["rightOperand"] == ["urn:cairn:organization:college"]


def test_open_ends_and_documents_that_disclose_nothing() -> None:
    open_end = odrl.build_odrl_policy(
        replace(TERMS, ends=UNTIL_TERMINATED, purposes=frozenset(), onward=())
    )
    operators = [c["operator"] for c in open_end["permission"][0]["constraint"]]
    assert "lteq" not in operators
    assert "constraint" not in open_end["prohibition"][0]
    plain = replace(TERMS, data=(), basis=LegalBasis.NO_DISCLOSURE, text_digest="ab")
    policy = odrl.build_odrl_policy(plain)
    assert "permission" not in policy
    assert [rule["action"] for rule in policy["obligation"]] == ["ensureExclusivity"] * 2
    assert policy["cairn:sha256"] == "ab"


def test_exhibit_b_names_every_category_and_which_are_used() -> None:
    rows = {row["category"]: row for row in ndpa.build_exhibit_b(TERMS)}
    assert tuple(rows) == ndpa.NDPA_CATEGORIES
    assert rows["Student Identifiers"]["elements"] == ["enrollment.local_id"]
    assert rows["Enrollment"]["used"]
    assert not rows["None"]["used"]
    assert sum(len(row["elements"]) for row in rows.values()) == 2
    nothing = {
        row["category"]: row["used"] for row in ndpa.build_exhibit_b(replace(TERMS, data=()))
    }
    assert [category for category, used in nothing.items() if used] == ["None"]


def test_exhibit_d_is_a_form_with_what_the_text_fixes() -> None:
    form = ndpa.build_ndpa_exhibits(TERMS)["exhibit_d"]
    assert form["directed_by"] == ["Elm School District"]
    assert form["directed_to"] == ["Hub"]
    assert form["timing"] == {
        "days": 365,
        "counted_from": "delivery",
        "agreement_ends": "2031-06-30",
        "by": None,
    }
    assert form["extent"]["complete"] is None
    assert ndpa.build_exhibit_d(replace(TERMS, ends=None))["timing"]["agreement_ends"] is None


def test_elements_find_their_category() -> None:
    assert ndpa.find_ndpa_category("student", "guardian_name") == "Parent/Guardian Name"
    assert ndpa.find_ndpa_category("student", "meal_status") == "Special Indicator"
    assert ndpa.find_ndpa_category("attendance_total", "days_absent") == "Attendance"
    assert ndpa.find_ndpa_category("workforce", "wage") == "Other"
