"""How a file would be read, what a person must look at, and when a layout has changed."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from cairn.data.intake.feed_recognition import guess_file_mapping
from cairn.data.intake.proposals.file_kinds import describe_file_kind
from cairn.data.intake.proposals.layout_proposal import (
    ConfirmedLayout,
    LayoutProposal,
    mask_rows,
    propose_layout,
)
from cairn.governance.agreements.facts import load_agreement_fact
from cairn.warehouse.layouts import load_layouts
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import ColumnMapping, WideLayout
from cairn.warehouse.schema.mapping_suggestion import suggest_mapping

pytestmark = pytest.mark.django_db

HEADER = "Student ID,First Name,Last Name,Gender,Lunch"
ROWS = "101,Ada,Ames,F,yes\n102,Ben,Boyd,M,no\n103,Cam,Cole,F,no\n104,Dee,Dunn,Femme,no\n"
FILE = f"{HEADER}\n{ROWS}"


@pytest.fixture
def propose(agreement: Any) -> Callable[..., LayoutProposal]:
    """Proposes a file: `propose(text)`, `propose(text, mapping=…, confirmed=…)`."""
    terms = load_agreement_fact(agreement)

    def make(text: str, mapping: ColumnMapping | None = None, **more: Any) -> LayoutProposal:
        sheets = read_file("x.csv", text.encode())
        if mapping is None:
            mapping = suggest_mapping(sheets[0].header, sheets[0].table)
        return propose_layout(sheets, mapping, terms, **more)

    return make


def _confirm(text: str, mapping: ColumnMapping) -> ConfirmedLayout:
    sheets = read_file("x.csv", text.encode())
    return ConfirmedLayout.describe_file(sheets, mapping, frozenset({"student.gender"}), "2026-27")


def test_each_column_has_a_reason_and_each_code_a_meaning(
    propose: Callable[..., LayoutProposal],
) -> None:
    proposal = propose(FILE)
    columns = {column.name: column for column in proposal.columns}
    assert columns["Student ID"].reason == "known heading; 3 digits, all different"
    assert columns["Gender"].reason.endswith("75% of the rows have a known code")
    assert columns["Gender"].covered is True
    assert columns["Lunch"].covered is not True
    assert [(code.spelling, code.count) for code in proposal.unknown_codes] == [("Femme", 1)]
    assert not proposal.lands_by_itself
    assert not proposal.has_open_questions
    assert "Ames" not in str(proposal.to_json())


def test_a_heading_that_its_cells_contradict_says_so(
    propose: Callable[..., LayoutProposal],
) -> None:
    text = FILE.replace("Lunch", "DOB")
    reasons = {column.name: column.reason for column in propose(text).columns}
    assert (
        reasons["DOB"] == "the heading suggests date of birth, but the cells are mostly not dates"
    )


def test_a_confirmed_layout_lands_until_it_changes(
    propose: Callable[..., LayoutProposal],
) -> None:
    mapping = propose(FILE).mapping
    confirmed = _confirm(FILE, mapping)
    assert confirmed.unknown_codes == {"gender": {"Femme"}}
    assert ConfirmedLayout.parse(confirmed.dump()) == confirmed
    same = propose(FILE, mapping, confirmed=confirmed)
    assert same.lands_by_itself
    assert not same.compare_rows(5).changes
    assert "4 rows, where the file before had 6." in same.compare_rows(6).changes
    shifted = f"{HEADER}\nx,101,Ada,Ames,F\n" + "x,102,Ben,Boyd,M\n" * 4
    for text, change in {
        FILE.replace("Lunch", "Bus"): "New columns: Bus.",
        FILE.replace("Last Name", "Lunch 2"): "Columns that are gone: Last Name.",
        FILE.replace("Femme", "Zz"): "New codes in the column “Gender”: Zz.",
        shifted: "The column “First Name” no longer fits: its cells are not mostly letters",
    }.items():
        held = propose(text, mapping, confirmed=confirmed)
        assert not held.lands_by_itself
        assert any(change in said for said in held.changes), held.changes
    unread = FILE.replace(",Lunch", "").replace(",yes", "").replace(",no", "")
    assert propose(unread, mapping, confirmed=confirmed).lands_by_itself
    assert propose(FILE, mapping, confirmed=ConfirmedLayout()).lands_by_itself


def test_what_was_absent_once_may_be_absent_again(
    propose: Callable[..., LayoutProposal],
) -> None:
    mapping = replace(
        propose(FILE).mapping, columns={**propose(FILE).mapping.columns, "MI": "middle_name"}
    )
    confirmed = _confirm(FILE, mapping)
    assert confirmed.absent == {"MI"}
    assert propose(FILE, mapping, confirmed=confirmed).lands_by_itself
    merged = confirmed.merge(
        ConfirmedLayout(frozenset({"MI"}), frozenset(), {"gender": frozenset("q")})
    )
    assert merged.columns >= {"MI", "Gender"}
    assert merged.unknown_codes == {"gender": {"Femme", "q"}}


def test_new_days_are_no_new_columns(propose: Callable[..., LayoutProposal]) -> None:
    mapping = ColumnMapping(
        record="session_attendance",
        columns={"Name": "name:first_last"},
        constants={"program": "Swim"},
        wide=WideLayout("present", school_year="2025-26"),
    )
    confirmed = _confirm("Name,9/8,9/10\nAda Lund,Y,N\n", mapping)
    later = propose("Name,10/8,10/10\nAda Lund,Y,N\n", mapping, confirmed=confirmed)
    assert later.lands_by_itself
    assert later.columns[1].reason == "a day; each filled cell becomes a row"


def test_two_ids_of_an_assessment_are_asked_about(
    propose: Callable[..., LayoutProposal],
) -> None:
    text = "Student ID,State Student ID,Test Name,Test Date,Score\n1,91,MAP,2026-09-20,210\n"
    proposal = propose(text)
    assert proposal.mapping.record == "assessment"
    assert proposal.id_candidates == ("Student ID", "State Student ID")
    assert "local_id" not in proposal.mapping.columns.values()
    assert proposal.has_open_questions
    answered = propose(text, chosen_id="State Student ID")
    assert answered.mapping.columns["State Student ID"] == "local_id"
    assert not answered.has_open_questions
    assert not propose(text, reason="known layout: MAP").id_candidates
    assert not propose("Student ID,State ID,First Name,Last Name\n1,9,Ada,Ames\n").id_candidates


def test_rows_of_other_people_are_left_out(propose: Callable[..., LayoutProposal]) -> None:
    text = "Student ID,First Name,Last Name,Role\n1,Ada,Ames,student\n2,Tia,Todd,teacher\n"
    proposal = propose(text)
    assert (proposal.rows, proposal.problems) == (1, ())
    ((rule, rows),) = proposal.filtered
    assert ("not students" in rule, rows) == (True, 1)
    assert not propose(text.replace("teacher", "Student")).filtered
    unfiltered = replace(proposal.mapping, filters=())
    (problem,) = propose(text, unfiltered, confirmed=ConfirmedLayout()).problems
    assert "1 of 2 rows are about people who are not students" in problem


def test_masked_rows_show_shapes_and_harmless_codes(agreement: Any) -> None:
    sheets = read_file("x.csv", b"Student ID,Date,Absence type\n17,2026-09-01,excused\n18,,\n")
    mapping = suggest_mapping(sheets[0].header, sheets[0].table)
    covered = frozenset({"attendance.local_id", "attendance.event"})
    headings, rows = mask_rows(sheets, mapping, covered)
    assert headings == ("Student ID", "Absence type")
    assert rows == [("99", "Excused absence"), ("99", "")]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("county,year,pov_count,total_count", "published table"),
        ("start_index,end_index,column_name", "file layout"),
        ("organization_name,service_name,phone,url", "directory"),
        ("Timestamp,How safe do you feel at school?,Would you come again?", "survey"),
        ("Permission is hereby granted to any person", "plain text"),
        ("Student ID,Vendor code", "no column that Cairn knows as a result"),
        ("locationname,countyname,asthma", "table about places"),
        ("school_year,division,students", "table about places"),
        ("Student ID,County,Color", "no column that Cairn knows as a result"),
        ("Color,Size", ""),
    ],
)
def test_a_file_that_no_mapping_helps_says_what_it_looks_like(header: str, kind: str) -> None:
    said = describe_file_kind(read_file("x.csv", f"{header}\n1,2\n".encode()))
    assert (kind in said) if kind else said == ""
    assert "--mapping" not in said


def test_a_map_is_not_mapped() -> None:
    place = '{"type": "Feature", "geometry": null, "properties": {"name": "Oak"}}'
    text = f'{{"type": "FeatureCollection", "features": [{place}]}}'
    assert "It is a map of places" in describe_file_kind(read_file("x.geojson", text.encode()))


def test_a_shipped_layout_says_which_id_is_the_districts_own(agreement: Any) -> None:
    layout = load_layouts()["kra"]
    header = list(dict.fromkeys([*layout.signature, *layout.mapping.columns]))
    content = "\n".join((",".join(header), ",".join("1" for _ in header)))
    sheets = read_file("x.csv", content.encode())
    terms = load_agreement_fact(agreement)
    proposal = propose_layout(sheets, guess_file_mapping(sheets), terms)
    assert not proposal.id_candidates
    assert any(column.reason.startswith("known layout: ") for column in proposal.columns)


def test_levels_are_asked_about_where_no_column_says_met(
    propose: Callable[..., LayoutProposal], agreement: Any
) -> None:
    text = "Student ID,Test,Score,Tier\n" + "".join(
        f"{n},Quiz,{n},{'Tier 1' if n > 3 else 'Tier 2'}\n" for n in range(1, 7)
    )
    mapping = ColumnMapping(
        record="assessment",
        columns={"Student ID": "local_id", "Tier": "performance_level"},
        levels={"tier 1": "yes"},
    )
    assert propose(text, mapping).levels == ()  # the agreement covers no assessments
    terms = SimpleNamespace(elements={"assessment.performance_level", "assessment.met"})
    sheets = read_file("x.csv", text.encode())
    levels = [(c.spelling, c.count, c.code) for c in propose_layout(sheets, mapping, terms).levels]
    assert levels == [("Tier 1", 3, "yes"), ("Tier 2", 3, None)]
    answered = replace(mapping, columns={**mapping.columns, "Test": "met"}, levels={})
    assert propose_layout(sheets, answered, terms).levels == ()


def test_a_victim_is_no_offender(propose: Callable[..., LayoutProposal]) -> None:
    rows = "1,2026-09-20,Fight,Victim\n2,2026-09-20,Fight,Offender\n"
    text = f"Student ID,Incident Date,Infraction,Role\n{rows}"
    proposal = propose(text)
    assert (proposal.mapping.record, proposal.rows, proposal.problems) == ("discipline", 1, ())
    (problem,) = propose(text + "3,2026-09-20,Fight,Helper\n").problems
    assert "roles in incidents that Cairn does not know" in problem


def test_a_made_column_says_what_it_is_made_from(propose: Callable[..., LayoutProposal]) -> None:
    rows = "7,Growth,201,Fall 2025-2026\n8,Growth,207,Fall 2025-2026\n"
    columns = propose(f"Student ID,Test Name,Score,TermName\n{rows}").columns
    reasons = {c.target: c.reason for c in columns}
    assert reasons["season"].startswith("made from “TermName”")
    assert reasons["school_year"].startswith("made from “TermName”")


def test_ids_of_different_lengths_may_have_lost_zeros(
    propose: Callable[..., LayoutProposal],
) -> None:
    reasons = [c.reason for c in propose(FILE.replace("101", "1")).columns]
    assert reasons[0].endswith("a spreadsheet may have removed leading zeros")


@pytest.mark.parametrize(
    ("header", "advice"),
    [
        ("Student ID,Date,Period 1,Period 2", "a column for each class period"),
        ("Student ID,Days Member,Days Present", "Add a column “Days absent”"),
        ("Student ID,Parent 1 Name,Parent 1 Relationship,Bus", "a list of parents or contacts"),
        ("101,Ames,9/1/2015,410", "looks like data, not like column headings"),
    ],
)
def test_what_cannot_be_used_says_what_to_send(header: str, advice: str) -> None:
    sheets = read_file("x.csv", f"{header}\n{header}9\n{header}8\n".encode())
    assert advice in describe_file_kind(sheets)


def test_ids_in_scientific_notation_are_named() -> None:
    sheets = read_file("x.csv", b"State ID,Score\n4.40E+09,1\n4.40E+09,2\n")
    assert "in scientific notation" in describe_file_kind(sheets)


ABSENCES = "Student ID,Date,Attendance Code\n1,2024-09-20,absent\n2,2025-09-22,absent\n"


def test_other_school_years_are_asked_about_once_for_a_period(
    propose: Callable[..., LayoutProposal],
) -> None:
    mapping = propose(ABSENCES).mapping
    confirmed = ConfirmedLayout(columns=frozenset(mapping.columns))
    proposal = propose(ABSENCES, mapping, confirmed=confirmed)
    asked = proposal.compare_period("2025-26", confirmed)
    assert "2024-25 (1), 2025-26 (1)." in asked.changes[0]
    assert not asked.lands_by_itself
    assert proposal.compare_period("fall", confirmed).lands_by_itself
    elements = frozenset({"attendance.date"})
    sheets = read_file("x.csv", ABSENCES.encode())
    landed = ConfirmedLayout.describe_file(sheets, mapping, elements, "2025-26")
    assert landed.other_years == {"2025-26": {"2024-25"}}
    known = ConfirmedLayout.parse(confirmed.merge(landed).dump())
    assert proposal.compare_period("2025-26", known).lands_by_itself
    assert proposal.compare_period("2026-27", known).changes, "another period is another question"
    newer = propose(ABSENCES.replace("2024-09", "2023-09"), mapping, confirmed=known)
    assert newer.compare_period("2025-26", known).changes
    assert propose(ABSENCES).compare_period("2025-26", known).changes == ()
