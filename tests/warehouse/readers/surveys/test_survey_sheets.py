"""Choices, titles, and the questions that a respondent answers several times."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from tests.warehouse.survey_exports import EXPORTS, write_csv

from cairn.warehouse.pipeline.reshape import prepare_sheet, unpivot_results
from cairn.warehouse.readers.file_reader import read_file
from cairn.warehouse.readers.surveys.survey_sheets import finish_survey_sheets
from cairn.warehouse.schema.sheets import UnreadableFile
from cairn.warehouse.schema.surveys.survey_mapping import suggest_survey_mapping


def test_choices_are_written_out_and_those_not_chosen_are_counted() -> None:
    main, _ = read_file(*EXPORTS["KoboToolbox"])
    assert main.table["child/sports/chess club"].to_pylist() == ["", "chess club", "chess club"]
    assert [note.count for note in main.notes if note.code == "unchosen_choices"] == [1]
    assert main.survey is not None
    columns = {column.heading: column for column in main.survey.columns}
    assert columns["child/sports/run"].wording == "sports"
    assert columns["child/How is it?"].wording == "How is it?"


def test_a_repeated_group_gets_the_consent_and_the_student_of_its_respondent() -> None:
    _, repeat = read_file(*EXPORTS["KoboToolbox"])
    assert repeat.survey is not None
    assert repeat.survey.parent == "Camp"
    assert repeat.table["child/Student ID"].to_pylist() == ["100", "101", "101", "102"]
    consent = "consent/Do you agree to take part?"
    assert repeat.table[consent].to_pylist() == ["yes", "yes", "yes", "no"]
    assert "child/How is it?" not in repeat.header


def test_a_row_without_its_respondent_has_no_consent() -> None:
    main = "_id,_uuid,_submission_time,consent\n1,a,2026-11-20,yes\n"
    repeat = "How old?,_index,_parent_table_name,_parent_index,_submission__id\n5,1,x,1,7\n"
    sheets = [*read_file("main.csv", main.encode()), *read_file("r.csv", repeat.encode())]
    joined = finish_survey_sheets("x", sheets)[1]
    assert joined.table["consent"].to_pylist() == [""]


def test_a_repeated_group_alone_is_left_as_it_is() -> None:
    text = "How old?,_index,_parent_table_name,_parent_index\n5,1,x,1\n"
    (sheet,) = read_file("r.csv", text.encode())
    assert sheet.survey is not None
    assert not sheet.survey.parent


def test_other_tables_are_left_as_they_are() -> None:
    survey, other = read_file(*EXPORTS["Formsite"])[0], read_file("o.csv", b"A,B\n1,2\n")[0]
    assert finish_survey_sheets("x", [other]) == [other]
    assert finish_survey_sheets("x", [survey, other])[1] == other


def test_choices_with_other_cells_stay_questions() -> None:
    rows = [["_id", "_uuid", "_submission_time", "q", "q/a", "q/b"]]
    rows += [["1", "x", "2026-11-20", "a", "often", ""]]
    (sheet,) = read_file("x.csv", write_csv(rows))
    assert sheet.survey is not None
    columns = {column.heading: column for column in sheet.survey.columns}
    assert columns["q/a"].wording == "q: a"
    assert sheet.table["q/a"].to_pylist() == ["often"]


_ANSWERS = st.text(st.sampled_from("aB1 ,;:/\"'\n-ñ"), max_size=8)
_CSV_TOOLS = [tool for tool in EXPORTS if tool != "KoboToolbox"]


@pytest.mark.parametrize("tool", _CSV_TOOLS)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_whatever_respondents_write_every_answer_becomes_a_row(
    tool: str, data: st.DataObject
) -> None:
    name, content = EXPORTS[tool]
    original = read_file(name, content)[0]
    mapping = replace(suggest_survey_mapping([original]), filters=())
    rows = list(csv.reader(io.StringIO(content.decode())))
    headers = len(rows) - original.table.num_rows
    questions = [original.header.index(h) for h in mapping.find_result_columns(original.header)]
    for row in rows[headers:]:
        for i in questions:
            row[i] = data.draw(_ANSWERS)
    try:
        (sheet,) = read_file(name, write_csv(rows))
    except UnreadableFile:  # a cell of several lines that looks like rows: nothing is imported
        reject()
    prepared = prepare_sheet(sheet, mapping)
    repeated = prepared.table.select(["__row"])
    landed, notes = unpivot_results(repeated, prepared.table, mapping, frozenset())
    filled = sum(bool(row[i].strip()) for row in rows[headers:] for i in questions)
    records = sheet.table.num_rows + len(sheet.misfits)
    assert records + sum(note.count for note in sheet.left_out) == sheet.file_rows == len(rows)
    assert landed.num_rows == filled
    without = sum(note.count for note in notes)
    assert len({*landed["__row"].to_pylist()}) + without == records
