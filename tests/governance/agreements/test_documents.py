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
from cairn.governance.agreements.documents import phrases
from cairn.governance.agreements.documents.structure import AgreementDocument, join_words
from cairn.governance.agreements.printing import pdf_file
from cairn.governance.agreements.printing.word_file import print_agreement_word_file
from cairn.governance.agreements.toml_format.parser import parse_agreement
from cairn.policy.facts.agreements.agreement import UNTIL_TERMINATED
from cairn.policy.facts.agreements.agreement_clause import AgreementClause, ClauseKind
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


def said(document: AgreementDocument) -> str:
    return "\n".join(
        f"{number} {clause.text} [{clause.cited}]"
        for _n, _part, clauses in (*document.numbered(), *document.lettered())
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
    told = said(documents.build_agreement_document(TERMS))
    for sentence in (
        "1.2 Elm School District (the “Provider”) provides data.",
        "subject to MOU-1 and is in effect only while MOU-1 is in effect.",
        "amends OLD-1. Terms of OLD-1 that it does not amend remain in effect.",
        "Period days: “730” is replaced with “365”.",
        "Project P-1 shall answer these questions: Who is absent? Why?",
        "The project shall produce a table and a report.",
        "Hub shall complete the following by May 1, 2026: counts what was delivered.",
        "covers only the records of the following children: children of kindergarten age.",
        "may redisclose Student Data only to the organizations listed below",
        "The Provider shall submit Student Data only by web upload, monthly. [clause 5]",
        "shall report back to Elm School District, within 90 days of each data submission, yearly:",
        "The Recipient shall maintain a written security plan. [clause 6]",
        "does not comply with this Agreement, that Party shall pay a fixed sum ($100).",
        "shall destroy Student Data no later than 365 days after each data submission. [clause 9]",
        "Backups: destroyed within 30 days.",
        "Certificate of destruction: in writing.",
        "Destruction on request of the Provider: at any time.",
        "If it does not respond in that time, publication may not proceed until it does.",
        "through June 30, 2031.",
        "for 12 months. The Parties shall decide on renewal 90 days before the last day.",
        "may be amended only in writing, signed by every Party. [clause 10]",
        "may terminate this Agreement by giving written notice 1 day in advance.",
        "Hub shall notify the provider. Time limit: 2 days. [clause 14]",
        "Version of the notice given to families: 2026-1.",
        "Consent is valid for 365 days.",
    ):
        assert sentence in told
    assert "None" not in told


def test_what_is_not_stated_is_said_so_or_left_out() -> None:
    open_end = documents.build_agreement_document(replace(TERMS, ends=UNTIL_TERMINATED))
    assert "until a Party terminates it." in said(open_end)
    assert "to a date that is not stated." in said(
        documents.build_agreement_document(replace(TERMS, ends=None))
    )
    nothing = documents.build_agreement_document(replace(TERMS, data=(), onward=()))
    assert "Publication" not in {part.heading for part in nothing.parts}
    assert "Schedule of data" not in {part.heading for part in nothing.exhibits}


@pytest.mark.parametrize("kind", ClauseKind)
def test_a_clause_of_every_kind_is_in_some_section(kind: ClauseKind) -> None:
    clause = AgreementClause(ref="99", kind=kind, said="this very sentence", party="hub")
    sections = documents.build_agreement_document(replace(TERMS, clauses=(clause,)))
    assert said(sections).count("This very sentence. This clause applies to Hub. [clause 99]") == 1


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
    assert "Counsel for each Party should review this document before it is signed." in text
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
    assert pdf_file.find_unsupported_letter(["\u201cElm\u201d \u2013 it\u2019s"]) == ""
    assert pdf_file.find_unsupported_letter(["Győr"]) == "ő"
    with monkeypatch.context() as without_fonts:
        without_fonts.setattr(pdf_file, "find_font_files", lambda: None)
        with pytest.raises(pdf_file.MissingFont, match="Download the Word file"):
            pdf_file.print_agreement_pdf(foreign)
    assert pdf_file.find_font_files([tmp_path]) is None
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        (tmp_path / name).write_bytes(b"")
    found = pdf_file.find_font_files([tmp_path])
    assert found is not None
    assert found[0].name == "DejaVuSans.ttf"


def test_a_font_of_the_machine_is_used_where_there_is_one() -> None:
    fonts = pdf_file.find_font_files()
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
