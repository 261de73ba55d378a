"""Which tool made an export, and what its header says."""

import pytest
from tests.warehouse.survey_exports import EXPORTS, survey_monkey, write_csv

from cairn.warehouse.readers.file_reader import read_file
from cairn.warehouse.readers.surveys.survey_headers import find_survey_header
from cairn.warehouse.schema.survey_form import SurveyForm, SurveyRole


@pytest.mark.parametrize("tool", EXPORTS)
def test_each_tool_is_recognized_by_its_own_columns(tool: str) -> None:
    sheet = read_file(*EXPORTS[tool])[0]
    assert sheet.survey is not None
    assert (sheet.survey.tool, sheet.survey.title) == (tool, "Youth Voice")
    assert {column.heading for column in sheet.survey.columns} <= {*sheet.header}
    assert SurveyForm.from_json(sheet.survey.to_json()) == sheet.survey


@pytest.mark.parametrize(
    "header",
    [
        "Timestamp,Student ID,Status",
        "Response ID,Status,Date Submitted,Question",
        "ID,Start time,Name",
        "StartDate,EndDate,Status,Student ID",
        "_id,_uuid,Name",
        "Status,Reference #,Amount",
        "Respondent ID,Question,Answer",
    ],
)
def test_a_table_without_the_whole_signature_is_no_export(header: str) -> None:
    sheet = read_file("x.csv", f"{header}\n1,2,3\n".encode())[0]
    assert sheet.survey is None


def test_no_rows_have_no_header() -> None:
    assert find_survey_header([]) is None
    assert find_survey_header([[]]) is None


def test_three_header_rows_are_counted_and_read() -> None:
    (sheet,) = read_file(*EXPORTS["Qualtrics"])
    assert sheet.left_out[0].count == 3
    assert (sheet.table.num_rows, sheet.file_rows) == (10, 13)
    assert sheet.header[18] == "Q2: How safe, in all, do you feel?"
    assert sheet.survey is not None
    columns = {column.question_id: column for column in sheet.survey.columns}
    assert columns["Q3_1"].wording == "What do you like?"
    assert columns["Q3_1"].choice == "Art, music"
    assert columns["Q3_3"].choice == "Nothing"  # never chosen, but a choice beside the others
    assert columns["Q4"].is_text


def test_a_saved_export_of_one_header_row_is_recognized_too() -> None:
    header = ["StartDate", "EndDate", "Status", "Finished", "ResponseId", "Q1", "Q1"]
    (sheet,) = read_file("x.csv", write_csv([header, ["a", "b", "c", "True", "R_1", "4", "5"]]))
    assert sheet.survey is not None
    assert sheet.header[-1] == "Q1 (2)"
    assert sheet.left_out[0].count == 1


def test_a_damaged_import_id_makes_a_question() -> None:
    rows = [["Q1", "Q2"], ["One?", "Two?"], ['{"ImportId":"QID1"}', '{"ImportId"'], ["a", "b"]]
    (sheet,) = read_file("x.csv", write_csv(rows))
    assert sheet.survey is not None
    assert [column.role for column in sheet.survey.columns] == [SurveyRole.QUESTION] * 2


def test_two_header_rows_hold_choices_and_rows_of_a_grid() -> None:
    (sheet,) = read_file(*EXPORTS["SurveyMonkey"])
    assert sheet.left_out[0].count == 2
    assert sheet.survey is not None
    columns = {column.heading: column for column in sheet.survey.columns}
    assert columns["What do you like?: Chess; go"].choice == "Chess; go"
    other = columns["What do you like?: Other (please specify)"]
    assert (other.choice, other.is_text) == ("", True)
    grid = columns["How are they?: Coaches"]
    assert (grid.wording, grid.choice) == ("How are they?: Coaches", "")


def test_one_header_row_of_the_two_may_be_gone() -> None:
    lines = survey_monkey().decode().splitlines()
    (sheet,) = read_file("x.csv", "\n".join([lines[0], *lines[2:]]).encode())
    assert sheet.survey is not None
    assert sheet.table.num_rows == 4


def test_a_workbook_is_read_like_a_text_file(workbook: object) -> None:
    rows = [row.split("\t") for row in _TABBED.splitlines()]
    (sheet,) = read_file("Youth Voice(1-2).xlsx", workbook(rows))  # type: ignore[operator]
    assert sheet.survey is not None
    assert (sheet.survey.tool, sheet.survey.title) == ("SurveyMonkey", "Youth Voice")
    assert (sheet.table.num_rows, sheet.file_rows) == (2, 4)


_TABBED = (
    "Respondent ID\tCollector ID\tEnd Date\tHow was it?\n"
    "\t\t\tResponse\n"
    "118\t4\t2026-11-20\tGood\n"
    "119\t4\t2026-11-20\tPoor\n"
)


@pytest.fixture
def workbook() -> object:
    """Writes rows into a workbook of one sheet."""
    from io import BytesIO

    import xlsxwriter

    def write(rows: list[list[str]]) -> bytes:
        out = BytesIO()
        with xlsxwriter.Workbook(out) as book:
            sheet = book.add_worksheet("Sheet1")
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
        return out.getvalue()

    return write
