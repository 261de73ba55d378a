"""Say why a cell or a row was not accepted, for the person who will correct it.

A message never holds the value: it may be a child's.
"""

from enum import StrEnum
from typing import Final

__all__ = ["Failure"]


class Failure(StrEnum):
    """The reason codes of the quarantine."""

    NOT_A_DATE = "not_a_date"
    DATE_AMBIGUOUS = "date_ambiguous"
    DATE_PLACEHOLDER = "date_placeholder"
    DATE_AHEAD = "date_ahead"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_CODE = "unknown_code"
    NOT_A_SCHOOL_YEAR = "not_a_school_year"
    OUTSIDE_YEARS = "outside_years"
    OUTSIDE_POPULATION = "outside_population"
    POPULATION_UNKNOWN = "population_unknown"
    NOT_AN_ENCODING = "not_an_encoding"
    REQUIRED = "required"
    NO_SUBJECT = "no_subject"
    REPEATED_ID = "repeated_id"
    SHIFTED = "shifted"

    @property
    def message(self) -> str:
        """The problem and its remedy."""
        return _MESSAGES[self]


_MESSAGES: Final = {
    Failure.NOT_A_DATE: "This is not a date. Write it as month/day/year or year-month-day.",
    Failure.DATE_AMBIGUOUS: "Day and month cannot be told apart in this column. "
    "Declare its date format in the mapping.",
    Failure.DATE_PLACEHOLDER: "The date is before January 2, 1901. Spreadsheets write "
    "such dates for an empty cell. Leave it empty, or correct the date.",
    Failure.DATE_AHEAD: "The date lies too far ahead. Check the year.",
    Failure.NOT_A_NUMBER: "This is not a number.",
    Failure.OUT_OF_RANGE: "The number is outside of what this field can be.",
    Failure.UNKNOWN_CODE: "This spelling stands for no known code. "
    "Add it to the mapping, or correct the file.",
    Failure.NOT_A_SCHOOL_YEAR: "This is not a school year. Write it as 2025-26.",
    Failure.OUTSIDE_YEARS: "The agreement shares nothing of this kind for this school year. "
    "Leave the row out, or amend the agreement.",
    Failure.OUTSIDE_POPULATION: "The agreement is about other children. Leave the row out, or "
    "amend the agreement.",
    Failure.POPULATION_UNKNOWN: "It is not known whether the agreement is about this child. "
    "Deliver the roster first (enrollments with school and grade, birth dates), then check this "
    "delivery again.",
    Failure.NOT_AN_ENCODING: "This is no encoding. Send the file as cairn encode wrote it.",
    Failure.REQUIRED: "A row of this kind is of no use without this field.",
    Failure.NO_SUBJECT: "Nothing in the row says which child it is about.",
    Failure.REPEATED_ID: "An earlier row has the same record id; the first was kept.",
    Failure.SHIFTED: "The row has more cells than the header, so its columns may have shifted. "
    "Put cells that hold a separator into quotation marks.",
}
