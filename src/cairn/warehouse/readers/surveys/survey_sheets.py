"""Finish the sheets of a survey: its title, its choices, and its repeated groups of questions."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.schema import (
    FOUND_STATUS_HEADING,
    ReadNote,
    Sheet,
    SurveyColumn,
    SurveyForm,
    SurveyRole,
    find_student_field,
    is_consent_column,
)

__all__ = ["finish_survey_sheets"]

_EXPORT_MARKS: Final = (
    re.compile(r"\s*\((?:responses|respuestas|\d+-\d+)\)", re.IGNORECASE),
    re.compile(r"\s*- ?(?:form responses|respuestas de formulario) ?\d*$", re.IGNORECASE),
    re.compile(r"[_\s]+[A-Z][a-z]+ \d{1,2}, \d{4}[_\s]+\d{1,2}\.\d{2}$"),
)
_UNCHOSEN: Final = ("0", "false", "no")
_CHOSEN: Final = ("1", "true", "yes")
_UNMARKED_TOOLS: Final = frozenset({"SurveyMonkey"})
_COMPLETE: Final = "Complete"
_JOINS: Final = (("_submission__id", "_id"), ("_parent_index", "_index"), ("PARENT_KEY", "KEY"))


def finish_survey_sheets(stem: str, sheets: Sequence[Sheet]) -> list[Sheet]:
    """Finish what needs the rows: choices, and the questions that a respondent answers repeatedly.

    Args:
        stem: name of the file without its ending, which is the survey's title.
        sheets: the sheets of a file.

    Returns:
        The sheets; those that are no survey's are unchanged.
    """
    if not any(sheet.survey for sheet in sheets):
        return list(sheets)
    title = _make_title(stem)
    finished = [
        _mark_incomplete(_finish_choices(replace(sheet, survey=replace(sheet.survey, title=title))))
        if sheet.survey
        else sheet
        for sheet in sheets
    ]
    return [_join_parent(sheet, finished) for sheet in finished]


def _make_title(stem: str) -> str:
    text = stem
    for mark in _EXPORT_MARKS:
        text = mark.sub("", text)
    text = text.replace("+", " ")
    text = text if " " in text else text.replace("_", " ")
    return " ".join(text.split())


def _finish_choices(sheet: Sheet) -> Sheet:
    """Decide which columns hold one choice each: their cells are that choice or empty.

    A grid looks alike, but its cells are other texts; it is one question for each of its rows.
    """
    form = sheet.survey
    if form is None:
        return sheet
    table, unchosen = sheet.table, 0
    marked: dict[str, bool | None] = {}
    for column in form.columns:
        if column.choice and column.heading in sheet.header:
            cells, blanked = _read_marks(table[column.heading], column.choice)
            if blanked is not None and form.tool in ("KoboToolbox", "ODK"):
                index = table.column_names.index(column.heading)
                table = table.set_column(index, column.heading, cells)
                unchosen += blanked
            marked[column.heading] = _is_choice(cells, column.choice)
    divided = {c.wording for c in form.columns if c.choice and marked.get(c.heading)}
    columns = tuple(
        _settle_choice(column, is_choice=marked.get(column.heading), divided=divided)
        if column.choice
        else column
        for column in form.columns
    )
    notes = sheet.notes
    if unchosen:
        message = "Cells of choices that a respondent did not choose."
        notes = (*notes, ReadNote("unchosen_choices", message, unchosen))
    return replace(sheet, table=table, notes=notes, survey=replace(form, columns=columns))


def _read_marks(cells: pa.ChunkedArray, choice: str) -> tuple[pa.ChunkedArray, int | None]:
    """Write the choice where it is marked as 1, and nothing where it is marked as 0.

    Returns:
        The cells, and how many 0 were emptied; None if there are other cells.
    """
    texts = pc.utf8_lower(pc.utf8_trim_whitespace(pc.fill_null(cells, "")))
    is_chosen, is_unchosen = (
        pc.is_in(texts, pa.array(words, pa.string())) for words in (_CHOSEN, _UNCHOSEN)
    )
    is_mark = pc.or_(pc.or_(is_chosen, is_unchosen), pc.equal(texts, ""))
    if not pc.all(is_mark).as_py():
        return cells, None
    marked = pc.if_else(is_chosen, pa.scalar(choice, pa.string()), pa.scalar("", pa.string()))
    return marked, pc.sum(is_unchosen).as_py() or 0


def _is_choice(cells: pa.ChunkedArray, choice: str) -> bool | None:
    """Return whether each filled cell is the choice; None if no cell is filled."""
    texts = {" ".join((text or "").split()) for text in cells.unique().to_pylist()} - {""}
    return texts == {choice} if texts else None


def _settle_choice(
    column: SurveyColumn, *, is_choice: bool | None, divided: Collection[str]
) -> SurveyColumn:
    """Settle whether a column is a choice: of a question with choices, also one never chosen."""
    is_divided = column.wording in divided
    if is_divided and is_choice is not False:
        return column
    wording = f"{column.wording}: {column.choice}"
    return replace(column, wording=wording, choice="", is_text=column.is_text or is_divided)


def _mark_incomplete(sheet: Sheet) -> Sheet:
    """Add a column that says which responses stop early, where the tool's export does not say it.

    A response is incomplete if it has no answer to the last question that at least half of the
    respondents answered, and to none after it.
    """
    form = sheet.survey
    if form is None or form.tool not in _UNMARKED_TOOLS or not sheet.table.num_rows:
        return sheet
    headings: dict[str, list[str]] = {}
    for column in form.list_columns(SurveyRole.QUESTION):
        headings.setdefault(column.wording, []).append(column.heading)
    answered = [_find_answered(sheet.table, group) for group in headings.values()]
    half = sheet.table.num_rows / 2
    reached = [n for n, cells in enumerate(answered) if (pc.sum(cells).as_py() or 0) >= half]
    is_complete = answered[reached[-1]] if reached else pa.array([True] * sheet.table.num_rows)
    for cells in answered[reached[-1] + 1 :] if reached else ():
        is_complete = pc.or_(is_complete, cells)
    status = pc.if_else(is_complete, pa.scalar(_COMPLETE), pa.scalar("Incomplete"))
    column = SurveyColumn(FOUND_STATUS_HEADING, SurveyRole.STATUS, keep=(_COMPLETE,))
    return replace(
        sheet,
        header=(*sheet.header, FOUND_STATUS_HEADING),
        table=sheet.table.add_column(len(sheet.header), FOUND_STATUS_HEADING, status),
        survey=replace(form, columns=(*form.columns, column)),
    )


def _find_answered(table: pa.Table, headings: Sequence[str]) -> pa.ChunkedArray:
    """Find which respondents filled any cell of a question."""
    is_answered = pa.chunked_array([pa.array([False] * table.num_rows)])
    for heading in headings:
        texts = pc.utf8_trim_whitespace(pc.fill_null(table[heading], ""))
        is_answered = pc.or_(is_answered, pc.not_equal(texts, ""))
    return is_answered


def _join_parent(sheet: Sheet, sheets: Sequence[Sheet]) -> Sheet:
    """Add the columns about the response to a repeated group, consent included."""
    if sheet.survey is None:
        return sheet
    for own_key, key in _JOINS:
        if own_key not in sheet.header:
            continue
        parent = next((s for s in sheets if _is_parent(s, sheet, key, own_key)), None)
        if parent is not None and parent.survey is not None:
            return _add_parent_columns(sheet, parent, parent.survey, own_key, key)
    return sheet


def _is_parent(sheet: Sheet, child: Sheet, key: str, own_key: str) -> bool:
    is_main = sheet.survey is not None and own_key not in sheet.header and key in sheet.header
    return is_main and "_parent_index" not in sheet.header and sheet.name != child.name


def _add_parent_columns(
    sheet: Sheet, parent: Sheet, form: SurveyForm, own_key: str, key: str
) -> Sheet:
    own = sheet.survey
    if own is None:
        return sheet
    joined = [c for c in _list_joined_columns(parent, form) if c.heading not in sheet.header]
    positions = pc.index_in(
        pc.utf8_trim_whitespace(pc.fill_null(sheet.table[own_key], "")).combine_chunks(),
        value_set=pc.utf8_trim_whitespace(pc.fill_null(parent.table[key], "")).combine_chunks(),
    )
    table = sheet.table
    for column in joined:
        cells = pc.fill_null(parent.table[column.heading].combine_chunks().take(positions), "")
        table = table.add_column(table.num_columns - 1, column.heading, cells)
    return replace(
        sheet,
        header=(*sheet.header, *(column.heading for column in joined)),
        table=table,
        survey=replace(own, columns=(*own.columns, *joined), parent=parent.name),
        file_rows=sheet.file_rows,
    )


def _list_joined_columns(parent: Sheet, form: SurveyForm) -> Iterable[SurveyColumn]:
    """List the columns about the response itself, its consent and its student."""
    for column in form.columns:
        if column.heading not in parent.header:
            continue
        is_response = column.role not in (SurveyRole.QUESTION, SurveyRole.DETAIL)
        if (
            is_response
            or find_student_field(column.wording or column.heading)
            or is_consent_column(column, parent.table[column.heading])
        ):
            yield column
