"""Define what a survey's export says about its columns: questions, choices, and the response.

A reader of survey exports describes the form beside the sheet; `survey_mapping` proposes from it
how the answers become rows. Descriptions hold headings and wordings, never an answer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final, Self

__all__ = ["FOUND_STATUS_HEADING", "SurveyColumn", "SurveyForm", "SurveyRole"]

FOUND_STATUS_HEADING: Final = "Response status (found by Cairn)"
"""The column that a reader adds where the tool does not mark incomplete responses."""


class SurveyRole(StrEnum):
    """What a column of a survey's export holds."""

    QUESTION = "question"
    RESPONSE_ID = "response_id"
    DATE = "date"
    LANGUAGE = "language"
    STATUS = "status"
    DETAIL = "detail"
    """Something else about the response or the respondent, such as a name or an IP address."""


@dataclass(frozen=True, slots=True)
class SurveyColumn:
    """One column of a survey's export.

    Attributes:
        heading: its heading in the sheet.
        role: what it holds.
        wording: the question as the respondent read it; empty for other columns.
        question_id: the question's ID in the survey; empty if it has none.
        choice: the choice, where the question has a column for each.
        is_text: whether the export says that respondents wrote the answer themselves.
        drop: texts of a status that mark previews and tests.
        keep: texts of a status that mark complete responses; empty if it says nothing about that.
    """

    heading: str
    role: SurveyRole
    wording: str = ""
    question_id: str = ""
    choice: str = ""
    is_text: bool = False
    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyForm:
    """The form of a survey, as its export describes it.

    Attributes:
        tool: name of the survey tool.
        title: title of the survey; empty until it is known.
        columns: the columns of the sheet.
        parent: for a sheet of a repeated group of questions, the name of the survey's main sheet.
    """

    tool: str
    title: str
    columns: tuple[SurveyColumn, ...]
    parent: str = ""

    def list_columns(self, role: SurveyRole) -> Iterator[SurveyColumn]:
        """Yield the columns with a role."""
        return (column for column in self.columns if column.role is role)

    def to_json(self) -> dict[str, Any]:
        """Return the form as plain facts."""
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` returned."""
        columns = tuple(
            SurveyColumn(
                str(column["heading"]),
                SurveyRole(column["role"]),
                str(column["wording"]),
                str(column["question_id"]),
                str(column["choice"]),
                bool(column["is_text"]),
                tuple(str(text) for text in column["drop"]),
                tuple(str(text) for text in column["keep"]),
            )
            for column in body["columns"]
        )
        return cls(str(body["tool"]), str(body["title"]), columns, str(body["parent"]))
