"""An agreement with two legal bases on record: a row for each part, one text, signed once."""

import io
import tomllib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from tests.governance.agreements.draft_steps import DRAFT, Writing, now

from cairn.governance.agreements import documents, draft_facts, facts
from cairn.governance.agreements.actions import counsel_review, signature_and_record, termination
from cairn.governance.agreements.exports.ndpa import build_exhibit_b
from cairn.governance.agreements.exports.odrl import build_odrl_policy
from cairn.governance.agreements.models import Agreement
from cairn.governance.agreements.printing.word_file import print_agreement_word_file
from cairn.governance.agreements.queries.visible_drafts import open_draft
from cairn.governance.agreements.toml_format.parser import (
    parse_agreement,
    parse_as_far_as_possible,
)
from cairn.governance.agreements.toml_format.writer import write_agreement_text
from cairn.governance.partners.facts import load_actor
from cairn.policy.lint import lint_agreement
from cairn.policy.questions import decide_agreement_in_force
from cairn.policy.vocabulary import AgreementState, LegalBasis, Purpose

Browser = Callable[..., Client]

PARTS = """[[part]]
id = "A"
basis = "audit_evaluation"
purposes = ["program_evaluation"]
clause = "4"

[part.criteria]
"""
CONSENT = """
[[part]]
id = "B"
basis = "consent"
purposes = ["service_coordination"]
clause = "4.1"

[[data]]
record = "attendance_total"
part = "B"
elements = ["local_id", "days_absent"]
years = ["2021-22", "2025-26"]
clause = "Exhibit B"
used_for = "whom to visit"
"""
_BASIS = '[legal_basis]\nbasis = "audit_evaluation"\nclause = "4"\n\n[legal_basis.criteria]\n'
TWO_PARTS = (
    DRAFT.replace('purposes = ["program_evaluation"]\n', "", 1)
    .replace(_BASIS, PARTS)
    .replace('record = "enrollment"\n', 'record = "enrollment"\npart = "A"\n')
    .replace("\n[retention]", f"{CONSENT}\n[retention]", 1)
)


def find_rows(agreement: Agreement) -> dict[str, Agreement]:
    return {row.part: row for row in Agreement.objects.filter(whole=agreement)}


def test_a_text_with_parts_is_written_and_read_back() -> None:
    terms = parse_agreement(TWO_PARTS)
    assert (terms.basis, terms.purposes, terms.data) == (LegalBasis.NO_DISCLOSURE, frozenset(), ())
    first, second = terms.parts
    assert first.data[0].elements == {"local_id", "grade"}
    assert second.purposes == {Purpose.SERVICE_COORDINATION}
    assert "policies" in first.criterion_facts
    assert not second.criterion_facts
    assert parse_agreement(write_agreement_text(terms)) == terms


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('part = "B"\n', "", "“part” in data, number 2 is missing: enter one of the parts: A, B"),
        ('part = "B"\n', 'part = "C"\n', "is “C”, which is not a part; the parts are: A, B"),
        ('id = "B"\n', 'id = "A"\n', "names part A a second time"),
        ('id = "B"\n', 'id = "Bee"\n', "must be one capital letter"),
        ("starts =", 'purposes = ["research"]\nstarts =', "“purposes” is stated in each [[part]]"),
        ("[retention]", '[legal_basis]\nbasis = "consent"\n[retention]', "“legal_basis” is stated"),
        ('reference = "N-1"', 'reference = "N-1/B"', "ends like the reference of a part"),
        ("[part.criteria]\n", '[part.criteria]\nopt_out_window = "x"\n', "this part rests on"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_parts_is_a_mistake(old: str, new: str, said: str) -> None:
    assert old in TWO_PARTS
    mistakes = parse_as_far_as_possible(TWO_PARTS.replace(old, new, 1)).mistakes
    assert any(said in str(mistake) for mistake in mistakes)


def test_a_part_in_an_agreement_without_parts_is_a_mistake() -> None:
    text = DRAFT.replace('record = "enrollment"\n', 'record = "enrollment"\npart = "A"\n')
    (mistake,) = parse_as_far_as_possible(text).mistakes
    assert "which is not a part; the parts are: none" in str(mistake)


@pytest.mark.django_db
def test_each_signature_covers_both_parts(writing: Writing) -> None:
    row = writing.signed(TWO_PARTS)
    parts = find_rows(row)
    assert [parts[letter].reference for letter in "AB"] == ["N-1/A", "N-1/B"]
    on = now().date()
    for part_row, basis in ((parts["A"], LegalBasis.AUDIT_EVALUATION), (parts["B"], "consent")):
        terms = facts.load_agreement_fact(part_row)
        assert terms.basis == basis
        assert [party.signed_on for party in terms.parties] == [on, on]
        assert decide_agreement_in_force(terms, on).allowed
        assert set(part_row.parties.values_list("slug", flat=True)) == {"elm", "hub"}
    assert decide_agreement_in_force(facts.load_agreement_fact(row), on).allowed


@pytest.mark.django_db
def test_before_the_last_signature_no_part_is_on_record(writing: Writing) -> None:
    draft = writing.out(TWO_PARTS)
    writing.sign(draft, writing.elm, writing.steward)
    assert not Agreement.objects.exists()


@pytest.mark.django_db
def test_counsel_confirms_the_criteria_of_each_part(writing: Writing) -> None:
    draft = writing.with_counsel(TWO_PARTS)
    opened = open_draft(draft.pk, load_actor(writing.counsel), now().date())
    waiting = {criterion.key for criterion in opened.criteria if criterion.open}
    assert {"A/policies", "A/designation"} <= waiting
    assert "Part A: " in opened.criteria[0].label
    counsel_review.confirm_criterion(
        draft=draft, organization=writing.elm, criterion="A/policies", by=writing.counsel, at=now()
    )
    findings = draft_facts.read_draft(draft, now().date()).open_law_findings
    assert "LK02 A/policies" not in findings
    assert "LK02 A/designation" in findings


@pytest.mark.django_db
def test_the_parts_end_with_the_whole(writing: Writing) -> None:
    row = writing.signed(TWO_PARTS)
    day = now().date() + timedelta(days=40)
    termination.terminate_agreement(
        agreement=row, organization=writing.elm, from_day=day, why="", by=writing.steward, at=now()
    )
    for part in find_rows(row).values():
        assert (part.state, part.terminated_on) == (AgreementState.TERMINATED.value, day)
        terms = facts.load_agreement_fact(part)
        assert decide_agreement_in_force(terms, day - timedelta(days=1)).allowed
        assert not decide_agreement_in_force(terms, day).allowed


@pytest.mark.django_db
def test_a_part_that_the_next_version_leaves_out_has_ended(writing: Writing) -> None:
    first = writing.signed(TWO_PARTS)
    row = writing.signed(TWO_PARTS.replace(CONSENT, "\n"), agreement=first)
    parts, on = find_rows(row), now().date()
    assert decide_agreement_in_force(facts.load_agreement_fact(parts["A"]), on).allowed
    assert not decide_agreement_in_force(facts.load_agreement_fact(parts["B"]), on).allowed
    assert (parts["A"].version, parts["B"].version) == (2, 1)
    later = TWO_PARTS.replace("notice_days = 30", "notice_days = 60")
    again = writing.signed(later, agreement=first)
    restored = facts.load_agreement_fact(find_rows(again)["B"])
    assert decide_agreement_in_force(restored, on).allowed


@pytest.mark.django_db
def test_who_joins_the_agreement_is_a_party_of_each_part(
    writing: Writing, organization: Callable[..., object]
) -> None:
    row = writing.signed(TWO_PARTS)
    organization("oak")
    joinder = f"""
reference = "N-1-J"
title = "Joinder"
tier = "joinder"
joins = "N-1"
starts = {now().date().isoformat()}
ends = 2031-06-30

[[parties]]
organization = "oak"
name = "Oak"
kind = "school_district"
role = "provider"
signed_by = "Ada Bell"
signed_capacity = "superintendent"
signed_on = {now().date().isoformat()}

[legal_basis]
basis = "no_disclosure"
"""
    signature_and_record.load_agreement(text=joinder, by=writing.manager, at=now())
    terms = facts.load_agreement_fact(find_rows(row)["B"], now().date())
    assert "oak" in {party.organization for party in terms.parties}


@pytest.mark.django_db
def test_the_pages_name_the_parts(writing: Writing, browser: Browser) -> None:
    writing.signed(TWO_PARTS)
    client = browser(writing.steward)
    page = client.get("/agreements/N-1/").content.decode()
    assert "N-1/B" in page
    assert 'id="part-B"' in page
    assert client.get("/agreements/N-1/B/").url == "/agreements/N-1/#part-B"
    listed = client.get("/agreements/").content.decode()
    assert "Part B: written consent" in listed
    assert "N-1/B" not in listed


@pytest.mark.django_db
def test_nothing_is_done_to_one_part_alone(writing: Writing, browser: Browser) -> None:
    writing.signed(TWO_PARTS)
    client = browser(writing.steward)
    for action in ("terminate", "amend", "join", "pilot", "begin-closing"):
        assert client.post(f"/agreements/N-1/B/{action}/").status_code == 404


def test_the_document_prints_each_part_with_its_exhibit() -> None:
    document = documents.build_agreement_document(parse_agreement(TWO_PARTS))
    words = "\n".join(clause.text for part in document.parts for clause in part.clauses)
    assert "This Agreement has 2 parts: Part A and Part B." in words
    assert "Part A. The Parties may use Student Data only" in words
    assert "Part B. The legal basis for disclosing Student Data is" in words
    assert "listed in Exhibit A under Part A and Exhibit B under Part B" in words
    assert words.count("The law permits this disclosure") == 1
    exhibits = [(letter, part) for letter, part, _clauses in document.letter_exhibits()]
    assert [(letter, part.heading) for letter, part in exhibits[:2]] == [
        ("A", "Schedule of data, Part A"),
        ("B", "Schedule of data, Part B"),
    ]
    assert "Days absent" in str(exhibits[1][1].tables)
    assert "Days absent" not in str(exhibits[0][1].tables)
    authority = next(part for part in document.parts if part.heading == "Authority")
    assert authority.tables[0].caption.startswith("Part A: ")


def test_an_exhibit_that_the_text_names_keeps_its_letter() -> None:
    named = TWO_PARTS.replace('clause = "Exhibit B"', 'clause = "2"')
    named += '\n[[exhibits]]\nname = "Exhibit B"\ntitle = "Security plan"\n'
    document = documents.build_agreement_document(parse_agreement(named))
    letters = [letter for letter, _part, _clauses in document.letter_exhibits()]
    assert letters[:2] == ["A", "C"]
    words = "\n".join(clause.text for part in document.parts for clause in part.clauses)
    assert "Exhibit A under Part A and Exhibit C under Part B" in words


def test_the_exports_keep_the_parts_apart() -> None:
    terms = parse_agreement(TWO_PARTS)
    policy = build_odrl_policy(terms)
    purposes = {
        permission["cairn:part"]: [
            constraint["rightOperand"]
            for constraint in permission["constraint"]
            if constraint["leftOperand"] == "purpose"
        ]
        for permission in policy["permission"]
    }
    assert str(purposes["A"]).count("program_evaluation") == 1
    assert "service_coordination" not in str(purposes["A"])
    elements = {name for row in build_exhibit_b(terms) for name in row["elements"]}
    assert {"enrollment.grade", "attendance_total.days_absent"} <= elements
    assert (
        io.BytesIO(print_agreement_word_file(documents.build_agreement_document(terms))).read(2)
        == b"PK"
    )


def test_the_linter_names_the_part() -> None:
    text = TWO_PARTS.replace(
        'purposes = ["program_evaluation"]', 'purposes = ["service_coordination"]'
    )
    keys = [item.key for item in lint_agreement(parse_agreement(text), None, now().date())]
    assert "LB02 A/service_coordination" in keys
    assert tomllib.loads(text)["part"][0]["id"] == "A"
