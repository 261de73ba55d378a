"""Texts to begin with, filled in for partners, side by side, and cells of a form."""

import tomllib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django import forms as django_forms
from django.http import QueryDict
from tests.governance.agreements.complete_text import WHOLE

from cairn.governance.agreements import draft_text
from cairn.governance.agreements.document_templates import DOCUMENT_TEMPLATES, DocumentTemplate
from cairn.governance.agreements.draft_text import PartnerIdentity
from cairn.governance.agreements.forms.section import SectionForms
from cairn.governance.agreements.text_comparison import (
    TermDifference,
    find_term_differences,
    find_term_variations,
)
from cairn.governance.agreements.toml_format.declaration import FORMAT_TABLES, TABLE_BY_KEY
from cairn.governance.agreements.toml_format.fields import FormatTable
from cairn.governance.agreements.toml_format.parser import parse_as_far_as_possible
from cairn.governance.agreements.toml_format.writer import write_tables
from cairn.policy.facts import AgreementFact, ClauseKind
from cairn.policy.law.packs.catalog import BASIS_CRITERIA
from cairn.policy.law.rule_card import RuleSource
from cairn.policy.lint import lint_agreement
from cairn.policy.vocabulary.agreements import AgreementTier
from cairn.policy.vocabulary.data_use import LegalBasis

HUB = PartnerIdentity("hub", "Hub", "backbone")
ELM = PartnerIdentity("elm", "Elm School District", "school_district")
OAK = PartnerIdentity("oak", "Oak District", "school_district")
# What only whoever writes can know: who runs the program, what is asked for, until when.
THEIRS = {
    "02-data-sharing-audit-evaluation": {"R14"},
    "03-data-sharing-studies": {"R11.1d"},
    "06-data-use-license": {"R11.1d"},
    "09-business-associate": {"L07.1"},
    "12-interagency": {"G15"},
}


def test_there_is_a_text_for_every_kind_of_document() -> None:
    assert {tomllib.loads(start.text)["tier"] for start in DOCUMENT_TEMPLATES} == set(AgreementTier)


@pytest.mark.parametrize("start", DOCUMENT_TEMPLATES, ids=lambda start: start.name)
def test_a_text_to_begin_with_lacks_in_law_only_what_its_writer_knows(
    start: DocumentTemplate,
) -> None:
    text = draft_text.fill_partner_text(
        start.text, reference="N-1", title="Sharing", writer=HUB, partner=ELM
    )
    found = parse_as_far_as_possible(text)
    law = {
        f.id
        for f in lint_agreement(found.agreement, None, date(2026, 11, 24))
        if f.severity is RuleSource.LAW
    }
    # A criterion has no answer until someone gives it, and counsel confirms it.
    basis = found.agreement.basis
    unanswered = {card.id for card in BASIS_CRITERIA[basis].values()}
    unanswered |= {"R10"} if basis is LegalBasis.STUDIES else set()
    assert law == THEIRS.get(start.name, set()) | unanswered
    assert found.agreement.criteria == {}
    assert {p.organization for p in found.agreement.parties} <= {"hub", "elm"}
    assert all("kind" not in m.told and "not a known" not in m.told for m in found.mistakes)


_BOILERPLATE = {
    ClauseKind.NOTICES,
    ClauseKind.GOVERNING_LAW,
    ClauseKind.ENTIRE_AGREEMENT,
    ClauseKind.SEVERABILITY,
    ClauseKind.COUNTERPARTS,
}


@pytest.mark.parametrize("start", DOCUMENT_TEMPLATES, ids=lambda start: start.name)
def test_every_template_has_the_general_clauses(start: DocumentTemplate) -> None:
    clauses = parse_as_far_as_possible(start.text).agreement.clauses
    kinds = [clause.kind for clause in clauses]
    assert set(kinds) >= _BOILERPLATE
    assert all(kinds.count(kind) == 1 for kind in _BOILERPLATE)


def test_the_law_of_the_partners_state_governs() -> None:
    (start,) = (one for one in DOCUMENT_TEMPLATES if one.name.startswith("02"))

    def fill(partner: PartnerIdentity, writer: PartnerIdentity = HUB) -> AgreementFact:
        text = draft_text.fill_partner_text(
            start.text, reference="N-1", title="Sharing", writer=writer, partner=partner
        )
        return parse_as_far_as_possible(text).agreement

    def find_law(agreement: AgreementFact) -> str:
        (clause,) = (one for one in agreement.clauses if one.kind is ClauseKind.GOVERNING_LAW)
        return clause.said

    oregon, maine = replace(ELM, state="OR"), replace(HUB, state="ME")
    assert "The law of Oregon, " in find_law(fill(oregon, maine))
    assert "The law of Maine, " in find_law(fill(ELM, maine))
    unknown = fill(ELM)
    assert "[name of the state]" in find_law(unknown)
    findings = lint_agreement(unknown, None, date(2026, 11, 24))
    assert "LA50" in {finding.id for finding in findings}
    known = lint_agreement(fill(oregon), None, date(2026, 11, 24))
    assert "LA50" not in {finding.id for finding in known}


def test_a_pattern_is_filled_in_for_another_partner() -> None:
    signed = WHOLE.replace('role = "provider"', 'role = "provider"\nsigned_by = "Ada Bell"', 1)
    text = draft_text.fill_partner_text(
        signed, reference="DSA-OAK", title="Sharing: Oak", writer=HUB, partner=OAK
    )
    raw = tomllib.loads(text)
    assert raw["parties"][0] == {
        "organization": "oak",
        "name": "Oak District",
        "kind": "school_district",
        "role": "provider",
    }
    assert raw["legal_basis"]["criteria"]["program_operator"] == {"value": "oak"}
    assert raw["data"][0]["provider"] == "oak"
    assert raw["giveback"][0]["to"] == "oak"
    told = {(d.section, d.term) for d in find_term_differences(WHOLE, text)}
    assert ("The agreement", "reference") in told
    assert ("Retention", "period days") not in told


def test_a_short_name_inside_a_word_stays() -> None:
    text = WHOLE.replace("who attends", "who sits under the elms of elm")
    filled = draft_text.fill_partner_text(text, reference="X", title="X", writer=HUB, partner=OAK)
    assert "under the elms of elm" in filled


def test_references_carry_the_partner() -> None:
    assert draft_text.build_references("DSA-{partner}-26", [ELM]) == ["DSA-ELM-26"]
    assert draft_text.build_references("DSA", [ELM, OAK]) == ["DSA-ELM", "DSA-OAK"]


def test_a_registered_party_needs_only_its_short_name() -> None:
    raw = {"parties": [{"organization": "elm", "role": "provider"}, {"organization": "new"}]}
    completed = draft_text.complete_party_details(raw, {"elm": ELM})
    assert completed["parties"][0]["name"] == "Elm School District"
    assert completed["parties"][1] == {"organization": "new"}
    own = {"parties": [{"organization": "elm", "name": "Our own words"}]}
    assert (
        draft_text.complete_party_details(own, {"elm": ELM})["parties"][0]["name"]
        == "Our own words"
    )
    assert draft_text.complete_party_details({}, {}) == {}


def test_differences_are_told_term_by_term() -> None:
    changed = (
        WHOLE.replace("period_days = 365", "period_days = 730")
        .replace('"grade", "local_id"', '"grade"')
        .replace('clause = "2"\nquotation = "evaluates"', 'clause = "3"\nquotation = "evaluates"')
        + '\n[[clauses]]\nref = "15"\nkind = "ownership"\nsaid = "the data stay the provider\'s"\n'
    )
    told = find_term_differences(WHOLE, changed)
    assert TermDifference("Retention", "", "period days", "365", "730") in told
    assert TermDifference("Data", "enrollment, elm", "elements", "grade, local id", "grade") in told
    assert TermDifference("Legal basis", "", "activity, clause", "2", "3") in told
    whole = "ref: 15; kind: ownership; said: the data stay the provider's"
    assert TermDifference("Other clauses", "15", "", "", whole) in told
    assert find_term_differences(WHOLE, "# the same\n" + WHOLE) == ()


def test_days_and_codes_are_told_in_words() -> None:
    was = 'tier = "memorandum"\nstarts = 2026-07-01\n'
    now = 'tier = "data_sharing_agreement"\nstarts = 2026-08-01\n'
    assert [(d.was, d.now) for d in find_term_differences(was, now)] == [
        ("memorandum", "data sharing agreement"),
        ("July 1, 2026", "August 1, 2026"),
    ]


def test_where_several_fillings_differ_each_says_its_own() -> None:
    filled = [
        draft_text.fill_partner_text(
            WHOLE, reference=f"X-{p.slug}", title="X", writer=HUB, partner=p
        )
        for p in (OAK, ELM)
    ]
    told = {(v.section, v.where, v.term): v.said for v in find_term_variations(filled)}
    assert told["The agreement", "", "reference"] == ("X-oak", "X-elm")
    assert told["Parties", "provider", "organization"] == ("oak", "elm")
    assert ("Retention", "", "period days") not in told
    assert find_term_variations([filled[0]] * 3) == ()
    assert find_term_variations([]) == ()


def test_a_row_that_only_some_have_is_told_of_those() -> None:
    row = '[[penalties]]\nkind = "legal_action"\n'
    told = [(v.where, v.term, v.said) for v in find_term_variations(["", row, row])]
    assert told == [("number 1", "kind", ("", "legal action", "legal action"))]


def test_rows_of_one_name_are_told_apart() -> None:
    twice = '[[data]]\nrecord = "a"\nelements = ["x"]\n[[data]]\nrecord = "a"\nelements = ["y"]\n'
    other = twice.replace('["y"]', '["z"]')
    assert [d.where for d in find_term_differences(twice, other)] == ["a, number 2"]


def _sent(forms: SectionForms) -> QueryDict:
    """What a browser sends back when somebody changes nothing."""
    sent = QueryDict(mutable=True)
    sent[f"{forms.table.key}-rows"] = str(forms.count)
    for form in forms.forms:
        for name, field in form.fields.items():
            value = form.initial.get(name)
            if isinstance(field, django_forms.MultipleChoiceField):
                sent.setlist(form.add_prefix(name), list(value or ()))
            elif not isinstance(field, django_forms.BooleanField):
                sent[form.add_prefix(name)] = "" if value is None else str(value)
    return sent


def build_forms(table: FormatTable, raw: dict[str, Any], sent: QueryDict | None) -> SectionForms:
    return SectionForms(table, raw, sent, keys=[field.key for field in table.fields])


@pytest.mark.parametrize("table", FORMAT_TABLES, ids=lambda table: table.key or "top")
def test_a_section_that_nobody_changes_stays_as_it_is(table: FormatTable) -> None:
    """Every kind of field goes into its cell and comes back the same."""
    raw = tomllib.loads(WHOLE)
    forms = build_forms(table, raw, _sent(build_forms(table, raw, None)))
    assert forms.is_valid()
    assert write_tables(forms.build_changed_tables()) == write_tables(raw)


def test_a_cell_that_cannot_be_written_down_says_so() -> None:
    sent = QueryDict("retention-0-period_days=soon")
    assert not build_forms(TABLE_BY_KEY["retention"], {}, sent).is_valid()


def test_what_is_blank_is_left_out() -> None:
    table, raw = TABLE_BY_KEY["parties"], tomllib.loads(WHOLE)
    emptied = build_forms(table, raw, QueryDict("parties-rows=0"))
    assert "parties" not in emptied.build_changed_tables()
    assert build_forms(table, raw, QueryDict("parties-rows=many")).count == 0
