"""How the answers of a survey become rows, and what is left out by name."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import pyarrow as pa
import pytest
from tests.warehouse.survey_exports import CONSENT, EXPORTS, qualtrics, write_csv

from cairn.policy.engine.decision import PeopleAnswer, Permit
from cairn.policy.facts.agreements.population import GradeLevel, Population
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.pipeline import UnusableDelivery, land_sheets
from cairn.warehouse.pipeline.conform import conform_landed_file
from cairn.warehouse.pipeline.row_filters import RowOrigin
from cairn.warehouse.readers.file_reader import read_file
from cairn.warehouse.schema.column_mapping import ColumnMapping, MappingProblem
from cairn.warehouse.schema.sheets import Sheet
from cairn.warehouse.schema.survey_form import FOUND_STATUS_HEADING
from cairn.warehouse.schema.surveys.survey_mapping import (
    ANONYMOUS_ANSWERS,
    SURVEY_ANSWERS,
    SURVEY_RECORDS,
    describe_plain_survey,
    drop_consent_rule,
    drop_incomplete_rules,
    explain_survey_columns,
    find_new_consent,
    find_opened_questions,
    has_answer_rows,
    suggest_survey_mapping,
)
from cairn.warehouse.store.file_store import FileStore

Permits = Callable[..., Permit]


def _suggest(tool: str) -> tuple[list[Sheet], ColumnMapping]:
    sheets = read_file(*EXPORTS[tool])
    mapping = suggest_survey_mapping(sheets)
    return sheets, ColumnMapping.parse(mapping.dump())


@pytest.mark.parametrize("tool", EXPORTS)
def test_every_cell_is_an_answer_or_of_the_respondent_or_counted(
    tool: str, store: FileStore, permit: Permits
) -> None:
    sheets, mapping = _suggest(tool)
    done = land_sheets(store, sheets, mapping, permit=permit(Action.RECEIVE, *SURVEY_RECORDS))
    landed = store.read(done.ref)
    answers = 0
    for sheet, counted in zip(sheets, done.sheets, strict=True):
        dropped = {d.name for d in done.dropped if d.sheet == sheet.name}
        assert {*mapping.list_read_columns(sheet.header)} | dropped == {*sheet.header}
        total = counted.kept - counted.added + sum(note.count for note in counted.left_out)
        assert total == counted.rows
        left_out = {row for note in counted.left_out for row in note.rows}
        stays = [row not in left_out for row in sheet.table["__row"].to_pylist()]
        for name in mapping.find_result_columns(sheet.header):
            cells = sheet.table[name].to_pylist()
            answers += sum(bool(c) for c, is_in in zip(cells, stays, strict=True) if is_in)
    assert landed.num_rows == answers > 0
    written = [
        landed[n].to_pylist() for n in ("(answer)", "(answer_text)") if n in landed.column_names
    ]
    assert all(any(cells) for cells in zip(*written, strict=True))


@pytest.mark.parametrize("tool", [tool for tool in EXPORTS if tool != "KoboToolbox"])
def test_the_reader_keeps_every_cell_of_the_file(tool: str) -> None:
    name, content = EXPORTS[tool]
    (sheet,) = read_file(name, content)
    rows = list(csv.reader(io.StringIO(content.decode())))[-sheet.table.num_rows :]
    cells = sum(bool(cell) for row in rows for cell in row)
    own = [heading for heading in sheet.header if heading != FOUND_STATUS_HEADING]
    assert sum(bool(c) for h in own for c in sheet.table[h].to_pylist()) == cells


def test_previews_unfinished_responses_and_missing_consent_are_left_out_by_name(
    store: FileStore, permit: Permits
) -> None:
    sheets, mapping = _suggest("Qualtrics")
    assert mapping.record == SURVEY_ANSWERS
    assert mapping.columns["StudentID"] == "local_id"
    done = land_sheets(store, sheets, mapping, permit=permit(Action.RECEIVE, *SURVEY_RECORDS))
    counts = {
        note.message.partition("“")[2].partition("”")[0]: note.count
        for note in done.sheets[0].left_out
        if "“" in note.message
    }
    assert counts == {
        "previews and tests": 1,
        "incomplete responses": 1,
        "respondents who did not consent": 2,
    }
    landed = store.read(done.ref)
    assert {*landed["StudentID"].to_pylist()} == {str(100 + n) for n in range(6)}
    rows = landed.filter(landed["StudentID"].to_numpy() == "102").to_pylist()
    assert [
        (r["(question)"], r["(answer)"], r["(answer_value)"], r["(answer_text)"]) for r in rows
    ] == [
        ("How safe, in all, do you feel?", "3 - Level", "3", None),
        ("What do you like?", "Art, music", None, None),
        ("What do you like? - Other - Text", None, None, "Kites"),
        ("What would you change?", None, None, "Idea 2"),
    ]
    assert rows[0]["EndDate (day)"] == "2026-11-20"


def test_open_answers_do_not_land_where_the_agreement_does_not_cover_them(
    store: FileStore, permit: Permits
) -> None:
    sheets, mapping = _suggest("Qualtrics")
    less = permit(Action.RECEIVE, *SURVEY_RECORDS, without=["answer_text"])
    done = land_sheets(store, sheets, mapping, permit=less)
    landed = store.read(done.ref)
    assert "Idea" not in str(landed.to_pydict())
    assert "What would you change?" not in landed["(question)"].to_pylist()
    assert "Q4: What would you change?" in {d.name for d in done.dropped}


def test_a_survey_without_a_student_is_anonymous() -> None:
    _, mapping = _suggest("Google Forms")
    assert mapping.record == ANONYMOUS_ANSWERS
    assert mapping.constants == {"survey": "Youth Voice"}
    targets = {name: t for group in mapping.results for name, t in group.columns.items()}
    assert targets["What do you like?"] == "answer"
    _, mapping = _suggest("Microsoft Forms")
    assert mapping.record == ANONYMOUS_ANSWERS
    assert mapping.filters[0].keep == ("sí", "yes", "si", "i agree", "i consent", "agree", "acepto")


def test_anonymous_answers_need_an_agreement_that_covers_them(
    store: FileStore, permit: Permits
) -> None:
    sheets, mapping = _suggest("Google Forms")
    with pytest.raises(UnusableDelivery, match=r"anonymous_survey_answer\.question"):
        land_sheets(store, sheets, mapping, permit=permit(Action.RECEIVE, SURVEY_ANSWERS))


def test_anonymous_answers_cannot_be_opened_student_by_student(
    store: FileStore, permit: Permits
) -> None:
    sheets, mapping = _suggest("Google Forms")
    people = PeopleAnswer(rows={"RC-DSA-01": {"x": frozenset({"survey_answer.answer"})}})
    by_student = permit(Action.RECEIVE, *SURVEY_RECORDS, people=people)
    origin = RowOrigin("RC-DSA-01", "river", pa.array)
    with pytest.raises(UnusableDelivery, match="do not say whose they are"):
        land_sheets(store, sheets, mapping, permit=by_student, rows=origin)


def test_anonymous_answers_are_set_aside_where_the_agreement_covers_some_students(
    store: FileStore, permit: Permits
) -> None:
    sheets, mapping = _suggest("Google Forms")
    done = land_sheets(store, sheets, mapping, permit=permit(Action.RECEIVE, *SURVEY_RECORDS))
    third = Population(grades=frozenset({GradeLevel.THIRD}), clause="§2")
    for populations, kept in (({"RC-DSA-01": third}, 0), ({}, done.rows)):
        given = permit(Action.CONFORM, *SURVEY_RECORDS, populations=populations)
        origin = RowOrigin("RC-DSA-01", "river", pa.array)
        conformed = conform_landed_file(store, done.ref, mapping, permit=given, rows=origin)
        assert store.read(conformed.ref).num_rows == kept


def test_names_without_a_student_id_are_refused_with_what_to_do() -> None:
    text = "Timestamp,Email Address,How safe do you feel here?\n2026/11/20,ada@example.org,4\n"
    sheets = read_file("x.csv", text.encode())
    with pytest.raises(MappingProblem, match=r"no student ID.*Email Address"):
        suggest_survey_mapping(sheets)
    assert "Email Address" not in suggest_survey_mapping(sheets, ANONYMOUS_ANSWERS).columns


def test_the_name_of_a_parent_is_not_the_students() -> None:
    head = "Timestamp,First Name,Last Name,Student ID,How safe is the school for them?\n"
    rows = "2026/11/20,Ada,Ames,101,4\n2026/11/21,Ben,Boyd,102,5\n"
    mapping = suggest_survey_mapping(read_file("x.csv", (head + rows).encode()))
    assert mapping.columns["Student ID"] == "local_id"
    assert "First Name" not in mapping.columns
    asked = head.replace("First Name", "Student's first name").replace("Last", "Student last")
    mapping = suggest_survey_mapping(read_file("x.csv", (asked + rows).encode()))
    assert mapping.columns["Student's first name"] == "given_name"
    assert mapping.columns["Student last Name"] == "family_name"


def test_coded_consent_is_refused_because_nobody_can_tell_which_number_is_yes() -> None:
    rows = "\n".join(f"2026/11/20,{n % 2 + 1},4" for n in range(4))
    text = f"Timestamp,{CONSENT},How safe is it?\n{rows}\n"
    with pytest.raises(MappingProblem, match="give consent"):
        suggest_survey_mapping(read_file("x.csv", text.encode()))


def test_a_signature_that_is_missing_is_no_consent() -> None:
    names = [f"Parent {n}" for n in range(20)] + ["", "No"]
    rows = "\n".join(f"2026/11/20,{100 + n},{name},4" for n, name in enumerate(names))
    text = f"Timestamp,Student ID,Type your name to give consent,How safe is it?\n{rows}\n"
    (rule,) = suggest_survey_mapping(read_file("x.csv", text.encode())).filters
    assert (rule.column, rule.keep) == ("Type your name to give consent", ())
    assert {"", "no"} <= {*rule.drop}


def test_a_person_can_say_that_a_question_does_not_ask_for_consent() -> None:
    _, mapping = _suggest("Qualtrics")
    heading = f"Q1: {CONSENT}"
    changed = drop_consent_rule(mapping, heading)
    assert [rule.name for rule in changed.filters] == ["previews and tests", "incomplete responses"]
    assert changed.results[-1].columns == {heading: "answer_text"}
    assert ColumnMapping.parse(changed.dump()) == changed


def test_a_new_spelling_of_yes_is_noticed() -> None:
    sheets, mapping = _suggest("Qualtrics")
    assert find_new_consent(sheets, mapping) == []
    spelled = read_file("x.csv", qualtrics().replace(b",Yes,", b',"Yes, I agree",'))
    assert find_new_consent(spelled, mapping) == [f"Q1: {CONSENT}"]
    without = read_file("x.csv", b"StudentID\n1\n")
    assert find_new_consent(without, mapping) == []


def test_of_two_choices_the_one_that_consents_is_the_filter() -> None:
    head = ["Respondent ID", "Collector ID", CONSENT, "", "How was it?"]
    second = ["", "", "I agree", "I do not agree", "Response"]
    rows = [["1", "4", "I agree", "", "Good"], ["2", "4", "", "I do not agree", "Poor"]]
    mapping = suggest_survey_mapping(read_file("x.csv", write_csv([head, second, *rows])))
    rule, incomplete = mapping.filters
    assert incomplete.name == "incomplete responses"
    assert (rule.column, rule.keep[0]) == (f"{CONSENT}: I agree", "i agree")
    assert "i do not agree" not in rule.keep


def _stop_early() -> list[list[str]]:
    """Six respondents: one stops after the first question, others skip one of the last two."""
    head = ["Respondent ID", "Collector ID", CONSENT, "How was it?", "How safe?", "Why?"]
    second = ["", "", "Response", "Response", "Response", "Open-Ended Response"]
    answers = [
        ("Yes", "Good", "Safe", "a"),
        ("Yes", "Poor", "Safe", ""),
        ("Yes", "Good", "", ""),
        ("No", "", "", ""),
        ("Yes", "Good", "", "b"),
        ("Yes", "Fine", "Safe", ""),
    ]
    return [head, second, *([str(n), "4", *cells] for n, cells in enumerate(answers))]


def test_responses_that_stop_early_are_left_out_by_name_unless_a_person_keeps_them(
    store: FileStore, permit: Permits
) -> None:
    sheets = read_file("Youth.csv", write_csv(_stop_early()))
    status = sheets[0].table[FOUND_STATUS_HEADING].to_pylist()
    assert status == [*["Complete"] * 2, *["Incomplete"] * 2, *["Complete"] * 2]
    assert sheets[0].table.column_names == [*sheets[0].header, "__row"]
    mapping = suggest_survey_mapping(sheets)
    assert [rule.name for rule in mapping.filters][-1] == "incomplete responses"
    receive = permit(Action.RECEIVE, *SURVEY_RECORDS)
    done = land_sheets(store, sheets, mapping, permit=receive)
    left_out = {
        note.message.partition("“")[2].partition("”")[0]: note.count
        for note in done.sheets[0].left_out
        if "“" in note.message
    }
    assert left_out == {"respondents who did not consent": 1, "incomplete responses": 1}
    kept = drop_incomplete_rules(mapping)
    more = land_sheets(store, sheets, kept, permit=receive)
    assert sum("“" in note.message for note in more.sheets[0].left_out) == 1
    assert more.rows == done.rows + 1


def test_a_survey_without_answers_has_no_incomplete_responses() -> None:
    rows = [row if n < 2 else [*row[:2], "", "", "", ""] for n, row in enumerate(_stop_early())]
    (sheet,) = read_file("Youth.csv", write_csv(rows))
    assert set(sheet.table[FOUND_STATUS_HEADING].to_pylist()) == {"Complete"}


def test_a_table_of_any_tool_can_be_read_as_a_survey() -> None:
    text = (
        "Student ID,Response ID,Email,Do you consent?,How safe is it?\n101,a,b@example.org,Yes,4\n"
    )
    (sheet,) = read_file("Spring.csv", text.encode())
    assert sheet.survey is None
    assert not has_answer_rows(sheet)
    described = replace(sheet, survey=describe_plain_survey(sheet))
    mapping = suggest_survey_mapping([described], SURVEY_ANSWERS)
    assert mapping.columns == {"Student ID": "local_id", "Response ID": "response_id"}
    assert [rule.column for rule in mapping.filters] == ["Do you consent?"]
    long_table = read_file("x.csv", b"Student ID,Question,Answer\n1,a,b\n")[0]
    assert has_answer_rows(long_table)


def test_a_table_without_questions_is_refused() -> None:
    (sheet,) = read_file("x.csv", b"Student ID,Email\n101,a@example.org\n")
    with pytest.raises(MappingProblem, match="not the export of a survey"):
        suggest_survey_mapping([sheet])
    described = replace(sheet, survey=describe_plain_survey(sheet))
    with pytest.raises(MappingProblem, match="no question"):
        suggest_survey_mapping([described], SURVEY_ANSWERS)


def test_each_column_is_explained_without_an_answer() -> None:
    sheets, mapping = _suggest("Qualtrics")
    reasons = explain_survey_columns(sheets, mapping)
    assert "asks for consent" in reasons[f"Q1: {CONSENT}"]
    assert "previews" in reasons["Status"]
    assert "with a scale" in reasons["Q2: How safe, in all, do you feel?"]
    assert "a choice of a question" in reasons["Q3_1: What do you like? - Art, music"]
    assert "open question" in reasons["Q4: What would you change?"]
    assert reasons["EndDate (day)"] == "made from “EndDate”"
    assert reasons["UserLanguage"] == "the survey tool's own column"
    assert not {"IPAddress", "StudentID"} & {*reasons}  # as for any file
    assert "Idea" not in str(reasons)
    asked = explain_survey_columns(*_suggest("SurveyMonkey"))
    assert asked["Your student ID"] == "asks for the student"
    google = explain_survey_columns(*_suggest("Google Forms"))
    assert "with choices" in google["What do you like?"]
    roster = ColumnMapping(record="student", columns={"ID": "local_id"})
    assert explain_survey_columns(sheets, roster) == {}
    assert find_opened_questions(sheets, roster) == []


def test_choices_that_become_sentences_are_noticed() -> None:
    sheets, mapping = _suggest("Google Forms")
    assert find_opened_questions(sheets, mapping) == []
    rows = [["Timestamp", "How safe do you feel at school?", "Rate us [Art]", "What do you like?"]]
    rows += [
        ["2026/11/20", "4", "Good", f"I went there with {n} and we were glad together"]
        for n in ("Ada", "Ben")
    ]
    later = read_file("x.csv", write_csv(rows))
    assert find_opened_questions(later, mapping) == ["What do you like?"]


def test_an_export_without_its_student_ids_is_anonymous() -> None:
    content = qualtrics(own_id="Cohort")
    assert suggest_survey_mapping(read_file("x.csv", content)).record == ANONYMOUS_ANSWERS
