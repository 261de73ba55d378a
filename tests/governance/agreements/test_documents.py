"""What the parties read: plain sentences made from the terms, numbered, and as files."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path

import pytest
from tests.governance.agreements.complete_text import WHOLE

from cairn.governance.agreements import documents
from cairn.governance.agreements.document_templates import DOCUMENT_TEMPLATES, DocumentTemplate
from cairn.governance.agreements.documents import phrases
from cairn.governance.agreements.documents.structure import (
    UNSIGNED_NOTICE,
    AgreementDocument,
    join_words,
)
from cairn.governance.agreements.printing import pdf_file, pdf_fonts
from cairn.governance.agreements.printing.word_file import print_agreement_word_file
from cairn.governance.agreements.toml_format.parser import (
    parse_agreement,
    parse_as_far_as_possible,
)
from cairn.policy.facts.agreements.agreement import UNTIL_TERMINATED
from cairn.policy.facts.agreements.agreement_clause import AgreementClause, ClauseKind
from cairn.policy.facts.agreements.agreement_terms import Exhibit
from cairn.policy.vocabulary.agreements import (
    AgreementState,
    AgreementTier,
    Frequency,
    PartyRole,
    PenaltyKind,
    RenewalKind,
    RetentionEvent,
    SecurityCondition,
)
from cairn.policy.vocabulary.data_use import LegalBasis, Level, Purpose
from cairn.policy.vocabulary.deliveries import Channel

TERMS = parse_agreement(WHOLE)


def format_clauses(document: AgreementDocument) -> str:
    return "\n".join(
        f"{number} {clause.text} [{clause.citation}]"
        for _n, _part, clauses in (*document.number_parts(), *document.letter_exhibits())
        for number, clause in clauses
    )


@pytest.mark.parametrize(
    ("table", "vocabulary"),
    [
        (phrases.TIER_PHRASES, AgreementTier),
        (phrases.PARTY_ROLE_PHRASES, PartyRole),
        (phrases.PURPOSE_PHRASES, Purpose),
        (phrases.LEGAL_BASIS_PHRASES, LegalBasis),
        (phrases.LEVEL_PHRASES, Level),
        (phrases.CHANNEL_PHRASES, Channel),
        (phrases.RETENTION_EVENT_PHRASES, RetentionEvent),
        (phrases.FREQUENCY_PHRASES, Frequency),
        (phrases.SECURITY_PHRASES, SecurityCondition),
        (phrases.PENALTY_PHRASES, PenaltyKind),
        (phrases.RENEWAL_PHRASES, RenewalKind),
        (phrases.CLAUSE_KIND_PHRASES, ClauseKind),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_word_of_the_vocabulary_has_one(
    table: dict[StrEnum, str], vocabulary: type[StrEnum]
) -> None:
    assert set(table) == set(vocabulary)


def test_every_term_is_said() -> None:
    """Whatever stands in a text that uses the whole form is read in the document."""
    told = format_clauses(documents.build_agreement_document(TERMS))
    for sentence in (
        "1.2 Elm School District (the “Provider”) provides data.",
        "subject to MOU-1. It is in effect only while that agreement is in effect.",
        "amends OLD-1. All other terms of OLD-1 remain in effect.",
        "Period days: “730” is replaced with “365”.",
        "Project P-1 shall answer these questions: Who is absent? Why?",
        "The project shall produce a table and a report.",
        "Hub shall complete the following by May 1, 2026: counts what was delivered.",
        "covers only the records of these students: children of kindergarten age.",
        "may redisclose Student Data only to the organizations listed below",
        "shall submit it monthly, only by web upload. [recorded as clause 5]",
        "shall give Elm School District, within 90 days after each data submission, yearly, ",
        "This report consists of published figures, and the data steward of its receiver can open ",
        "The Recipient shall maintain a written security plan. [recorded as clause 6]",
        "does not comply with this Agreement, that Party shall pay a fixed sum of $100.",
        "Data no later than 365 days (1 year) after the data submission that contained it. [record",
        "Backups. Destroyed within 30 days.",
        "Certificate of destruction. In writing.",
        "Destruction on request. At any time.",
        "The results may not be published until the Provider responds.",
        "through June 30, 2031.",
        "for 12 months in a writing that every Party signs at least 90 days before its last day.",
        "may be amended only in writing, signed by every Party. [recorded as clause 10]",
        "by giving every other Party written notice at least 1 day in advance.",
        "Hub shall notify the provider. Notice is due within 2 days after the breach is",
        "Version of the notice given to families: 2026-1.",
        "Consent is valid for 365 days (1 year).",
    ):
        assert sentence in told
    assert "None" not in told


def test_an_amendment_calls_itself_an_amendment_throughout() -> None:
    amended = replace(TERMS, tier=AgreementTier.AMENDMENT, clauses=())
    told = format_clauses(documents.build_agreement_document(amended))
    assert "(the “Amendment”)" in told
    assert "This Amendment takes effect on" in told
    assert not re.search(r"[Tt]his Agreement|“Agreement”", told)


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"hours": 72}, "Notice is due within 72 hours after the breach is discovered."),
        ({"days": 2}, "Notice is due within 2 days after the breach is discovered."),
        ({"hours": 1}, "Notice is due within 1 hour after the breach is discovered."),
    ],
)
def test_a_time_limit_may_be_in_hours(limits: dict[str, int], sentence: str) -> None:
    clause = AgreementClause("12", ClauseKind.BREACH_NOTICE, "shall notify the provider", **limits)
    told = format_clauses(documents.build_agreement_document(replace(TERMS, clauses=(clause,))))
    assert sentence in told


def test_approval_signature_and_start_are_three_dates() -> None:
    approved = replace(TERMS.parties[0], approved_on=date(2025, 12, 1))
    terms = replace(TERMS, parties=(approved, *TERMS.parties[1:]))
    told = format_clauses(documents.build_agreement_document(terms))
    assert f"{approved.name} approved this Agreement on December 1, 2025." in told
    amendment = replace(terms, tier=AgreementTier.AMENDMENT, clauses=())
    told = format_clauses(documents.build_agreement_document(amendment))
    assert f"{approved.name} approved this Amendment on December 1, 2025." in told


def test_the_words_of_a_recorded_clause_stay() -> None:
    clause = AgreementClause("12", ClauseKind.SURVIVAL, "this Agreement binds successors", days=30)
    amended = replace(TERMS, tier=AgreementTier.AMENDMENT, clauses=(clause,))
    told = format_clauses(documents.build_agreement_document(amended))
    assert "This Agreement binds successors." in told
    assert "30 days after this Amendment ends" in told


@pytest.mark.parametrize("start", DOCUMENT_TEMPLATES, ids=lambda start: start.name)
def test_a_file_from_a_template_has_the_general_clauses(start: DocumentTemplate) -> None:
    terms = parse_as_far_as_possible(start.text).agreement
    made = print_agreement_word_file(documents.build_agreement_document(terms))
    with zipfile.ZipFile(io.BytesIO(made)) as held:
        text = re.sub(r"<[^>]+>", "", held.read("word/document.xml").decode())
    for heading in ("Notices", "Governing law", "Entire agreement", "Severability", "Counterparts"):
        assert f"{heading}. " in text


def test_what_is_not_stated_is_said_so_or_left_out() -> None:
    open_end = documents.build_agreement_document(replace(TERMS, ends=UNTIL_TERMINATED))
    assert "until a Party terminates it." in format_clauses(open_end)
    unfinished = documents.build_agreement_document(
        replace(
            TERMS,
            starts=date.max,
            ends=None,
            parties=tuple(replace(party, name="") for party in TERMS.parties),
        )
    )
    assert "takes effect on [start date] and continues through [end date]." in format_clauses(
        unfinished
    )
    assert "1.2 [name of the Provider] (the “Provider”) provides data." in format_clauses(
        unfinished
    )
    assert unfinished.signatures[0].party == "[name of the Provider]"
    nothing = documents.build_agreement_document(replace(TERMS, data=(), onward=()))
    assert "Publication" not in {part.heading for part in nothing.parts}
    assert "Schedule of data" not in {part.heading for part in nothing.exhibits}


@pytest.mark.parametrize("kind", ClauseKind)
def test_a_clause_of_every_kind_is_in_some_section(kind: ClauseKind) -> None:
    clause = AgreementClause(ref="99", kind=kind, said="this very sentence", party="hub")
    sections = documents.build_agreement_document(replace(TERMS, clauses=(clause,)))
    sentence = "This very sentence. This clause binds Hub. [recorded as clause 99]"
    assert format_clauses(sections).count(sentence) == 1


def test_a_reference_to_a_section_has_the_number_of_this_document() -> None:
    """A text names a section by its heading: its number differs from document to document."""
    criteria = {**TERMS.criteria, "policies": "Section “Security safeguards” protects the data"}
    document = documents.build_agreement_document(
        replace(TERMS, criteria=criteria, criterion_facts={})
    )
    numbers = {part.heading: number for number, part, _clauses in document.number_parts()}
    security, retention = (
        f"Section {numbers[heading]} ({heading})"
        for heading in ("Security safeguards", "Retention and destruction")
    )
    assert f"Policies and procedures. {security} protects the data." in format_clauses(document)
    assert f"shall destroy Student Data as {retention} requires." in format_clauses(document)


def test_a_clause_recorded_under_its_own_heading_has_no_other_label() -> None:
    clause = AgreementClause(ref="Training", kind=ClauseKind.TRAINING, said="shall train")
    terms = replace(TERMS, clauses=(clause,), security_clause="Security safeguards")
    told = format_clauses(documents.build_agreement_document(terms))
    assert "Training. Each Party shall train. []" in told
    assert "shall maintain a written security plan. []" in told


def test_an_exhibit_that_the_text_names_keeps_its_letter() -> None:
    exhibit = Exhibit(name="Exhibit B", title="Fees")
    document = documents.build_agreement_document(replace(TERMS, exhibits=(exhibit,)))
    assert [letter for letter, _part, _clauses in document.letter_exhibits()][:2] == ["A", "C"]


def test_only_a_document_that_nobody_has_to_sign_any_more_is_without_the_notice() -> None:
    for state, is_signed in (
        (AgreementState.DRAFT, False),
        (AgreementState.OUT_FOR_SIGNATURE, False),
        (AgreementState.SIGNED, True),
    ):
        document = documents.build_agreement_document(replace(TERMS, state=state))
        assert (UNSIGNED_NOTICE not in document.notices) == is_signed


@pytest.mark.parametrize("start", DOCUMENT_TEMPLATES, ids=lambda start: start.name)
def test_a_template_cites_no_number_of_another_document(start: DocumentTemplate) -> None:
    terms = parse_as_far_as_possible(start.text).agreement
    told = format_clauses(documents.build_agreement_document(terms))
    assert "recorded as" not in told
    assert "clause " not in told
    assert not re.search(r"Section “|9999| the data\b(?! (elements|submission))|\.\.|: \.", told)


def test_the_data_schedule_names_elements_by_their_labels() -> None:
    term = replace(TERMS.data[0], elements=frozenset({"grade", "local_id", "shoe_size"}))
    exhibit = documents.build_agreement_document(replace(TERMS, data=(term,))).exhibits[0]
    row = exhibit.tables[0].rows[0]
    assert row[0] == "Enrollments (SIS), from Elm School District"
    assert row[1] == "Grade level, Local student ID, Shoe size"
    unheard = replace(term, record="bus_route", data_set="", provider="")
    exhibit = documents.build_agreement_document(replace(TERMS, data=(unheard,))).exhibits[0]
    assert exhibit.tables[0].rows[0][0] == "Bus route"


def test_lists_read_as_sentences() -> None:
    assert join_words([]) == ""
    assert join_words(["a"]) == "a"
    assert join_words(["a", "b", "c"], "or") == "a, b or c"


def test_a_word_file_is_numbered_marked_and_has_places_to_sign() -> None:
    draft = replace(TERMS, state=AgreementState.DRAFT, text_digest="ab" * 32)
    with zipfile.ZipFile(
        io.BytesIO(print_agreement_word_file(documents.build_agreement_document(draft)))
    ) as held:
        body, foot = (held.read(f"word/{name}.xml").decode() for name in ("document", "footer1"))
    text = re.sub(r"<[^>]+>", "", body)
    assert "Draft: not in force" in text
    assert UNSIGNED_NOTICE in text
    assert "Exhibit A: Schedule of data" in text
    assert "Signature: ____" in text
    assert "not legal advice" in foot
    assert "ab" * 32 in foot


def test_a_pdf_has_its_pages() -> None:
    made = pdf_file.print_agreement_pdf(documents.build_agreement_document(TERMS))
    assert made.startswith(b"%PDF-")
    assert made.count(b"/Type /Page\n") >= 3


def test_letters_beyond_latin_take_a_font_of_the_machine_or_say_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    foreign = documents.build_agreement_document(replace(TERMS, title="Megállapodás: Győr"))
    assert pdf_fonts.find_unsupported_letter(["\u201cElm\u201d \u2013 it\u2019s"]) == ""
    assert pdf_fonts.find_unsupported_letter(["Győr"]) == "ő"
    with monkeypatch.context() as without_fonts:
        without_fonts.setattr(pdf_file, "find_font_files", lambda: None)
        with pytest.raises(pdf_fonts.MissingFont, match="Download the Word file"):
            pdf_file.print_agreement_pdf(foreign)
    assert pdf_fonts.find_font_files([tmp_path]) is None
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        (tmp_path / name).write_bytes(b"")
    found = pdf_fonts.find_font_files([tmp_path])
    assert found is not None
    assert found[0].name == "DejaVuSans.ttf"


def test_a_font_of_the_machine_is_used_where_there_is_one() -> None:
    fonts = pdf_fonts.find_font_files()
    if fonts is None:
        pytest.skip("This machine has none of the fonts that a PDF could use.")
    made = pdf_file.print_agreement_pdf(
        documents.build_agreement_document(replace(TERMS, title="Megállapodás: Győr"))
    )
    assert b"FontFile2" in made


def test_signatures_are_said_with_how_we_know() -> None:
    parties = tuple(
        replace(
            party,
            signed_by="Ada Bell",
            signed_capacity="director",
            signed_on=date(2026, 3, 1),
            signed_how="signed in Cairn with multi-factor authentication",
        )
        for party in TERMS.parties
    )
    block = documents.build_agreement_document(replace(TERMS, parties=parties)).signatures[0]
    lines = list(pdf_file.list_signature_lines(block))
    assert lines[0] == "Signed by Ada Bell, director, on March 1, 2026"
    assert lines[1] == "Method: signed in Cairn with multi-factor authentication"
