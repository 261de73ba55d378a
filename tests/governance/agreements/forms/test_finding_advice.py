"""A finding on the page names the field and its place, and not the spelling of the file."""

import re
from collections import defaultdict

import pytest

from cairn.governance.agreements.forms.finding_advice import reword_advice_for_form
from cairn.governance.agreements.toml_format.declaration import TABLE_BY_KEY
from cairn.policy.law.packs.catalog import list_criteria_keys
from cairn.policy.lint import LINT_RULES
from cairn.policy.lint.findings import LintRule
from cairn.policy.vocabulary.data_use import LegalBasis

_SPELLING = re.compile(r"\[(?!…)|\]| = |[a-z]_[a-z]")


@pytest.mark.parametrize("objection", LINT_RULES, ids=lambda one: one.id)
def test_no_finding_speaks_of_the_file(objection: LintRule) -> None:
    instead = objection.instead.format_map(defaultdict(lambda: "Ada", key="use_limit"))
    told = reword_advice_for_form(instead)
    assert not _SPELLING.search(told.sentence), told.sentence
    assert not _SPELLING.search(objection.message)
    if told.sentence == instead:
        assert told.places == ()
    for place in told.places:
        assert place.heading in {table.heading for table in TABLE_BY_KEY.values()}


@pytest.mark.parametrize(
    ("written", "sentence", "places"),
    [
        ("Enter used_for.", "Enter “Used for”.", ["Data"]),
        (
            "Enter period_days, method and clause under [retention].",
            "Enter “Period days”, “Method of destruction” and “Clause” in “Retention”.",
            ["Retention"],
        ),
        (
            "Add a [[data]] table for each record type.",
            "Add an entry in “Data” for each record type.",
            ["Data"],
        ),
        ('Enter basis = "consent".', "Enter “Basis”: consent.", ["Legal basis"]),
        ("Enter purposes = […] with the use.", "Enter “Purposes” with the use.", ["The agreement"]),
        ("Enter starts = the first day.", "Enter “Start date”: the first day.", ["The agreement"]),
        (
            'Enter counted_from = "delivery" or "school_year_end", so that the period has an end.',
            (
                "Enter “Retention period starts at”: delivery or school year end, so that the "
                "period has an end."
            ),
            ["Retention"],
        ),
        (
            'Add a clause of kind "use_limit": used for this.',
            "Add a clause of kind “use limit”: used for this.",
            ["Other clauses"],
        ),
        (
            "Enter the clause under code_method_kept, or do not provide a record code.",
            "Enter the clause under “Code method kept”, or do not provide a record code.",
            ["Legal basis"],
        ),
        (
            "Enter improve_instruction under study_purpose.",
            "Enter “improve instruction” under “Study purpose”.",
            ["Legal basis"],
        ),
        ("Correct terminated_on.", "Correct “Termination date”.", []),
        ("Enter the last day.", "Enter the last day.", []),
        ("Take student.meal_status out.", "Take student.meal_status out.", []),
    ],
)
def test_the_field_and_its_place(written: str, sentence: str, places: list[str]) -> None:
    told = reword_advice_for_form(written)
    assert told.sentence == sentence
    assert [place.heading for place in told.places] == places


def test_every_criterion_has_a_place_in_the_form() -> None:
    keys = {key for basis in LegalBasis for key in list_criteria_keys(basis)}
    for key in sorted(key for key in keys if "_" in key):
        (place,) = reword_advice_for_form(f"Enter the clause under {key}.").places
        assert place.heading in ("Legal basis", "The agreement", "Other clauses")
