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
    UNKNOWN_LEVEL = "unknown_level"
    NOT_A_SCHOOL_YEAR = "not_a_school_year"
    OUTSIDE_YEARS = "outside_years"
    OUTSIDE_POPULATION = "outside_population"
    POPULATION_UNKNOWN = "population_unknown"
    NOT_AN_ENCODING = "not_an_encoding"
    REQUIRED = "required"
    NO_SUBJECT = "no_subject"
    REPEATED_ID = "repeated_id"
    SCIENTIFIC_ID = "scientific_id"
    SHARED_ID = "shared_id"
    SHIFTED = "shifted"
    NO_PART = "no_part"
    NOT_A_TIME = "not_a_time"
    NO_TIME_IN = "no_time_in"
    NO_TIME_OUT = "no_time_out"
    OUT_BEFORE_IN = "out_before_in"
    TIMES_OF_TWO_DAYS = "times_of_two_days"
    UNCLEAR_TIME = "unclear_time"
    NO_CLASS_PERIOD = "no_class_period"
    TWO_CODES = "two_codes"
    DAY_INCOMPLETE = "day_incomplete"

    @property
    def message(self) -> str:
        """The problem and its remedy."""
        return f"{self.problem} {self.remedy}"

    @property
    def problem(self) -> str:
        """The problem alone."""
        return _PROBLEMS[self][0]

    @property
    def remedy(self) -> str:
        """What the sender does about it."""
        return _PROBLEMS[self][1]


_PROBLEMS: Final = {
    Failure.NO_PART: (
        "The row does not say to which part of the file, such as a site, it belongs.",
        "Write the name of the part in its column.",
    ),
    Failure.NOT_A_DATE: ("This is not a date.", "Use month/day/year or year-month-day."),
    Failure.DATE_AMBIGUOUS: (
        "It is unclear which number is the day and which is the month.",
        "Set the date format in the column mapping.",
    ),
    Failure.DATE_PLACEHOLDER: (
        "The date is before January 2, 1901. Spreadsheets write such dates for an empty cell.",
        "Leave it empty, or correct the date.",
    ),
    Failure.DATE_AHEAD: ("The date is too far in the future.", "Check the year."),
    Failure.NOT_A_NUMBER: ("This is not a number.", "Use digits only, such as 12.5."),
    Failure.OUT_OF_RANGE: (
        "The number is too small or too large for this data element.",
        "Correct the number.",
    ),
    Failure.UNKNOWN_CODE: (
        "Cairn does not know this value.",
        "Correct it in the file, or add it to the column mapping.",
    ),
    Failure.UNKNOWN_LEVEL: (
        "The column mapping does not say whether this level meets the standard.",
        "Add the level to the column mapping.",
    ),
    Failure.NOT_A_SCHOOL_YEAR: ("This is not a school year.", "Use the form 2025-26."),
    Failure.OUTSIDE_YEARS: (
        "The agreement does not cover this type of record for this school year.",
        "Remove the row, or amend the agreement.",
    ),
    Failure.OUTSIDE_POPULATION: (
        "The agreement does not cover this child.",
        "Remove the row, or amend the agreement.",
    ),
    Failure.POPULATION_UNKNOWN: (
        "Cairn cannot tell whether the agreement covers this child.",
        (
            "Submit the roster first (enrollments with school and grade, birth dates). Then check "
            "this data submission again."
        ),
    ),
    Failure.NOT_AN_ENCODING: (
        "This is not an encoded record.",
        "Send the file that “cairn encode” wrote.",
    ),
    Failure.REQUIRED: ("A required value is missing.", "Fill it in."),
    Failure.NO_SUBJECT: (
        "Nothing in the row identifies the child.",
        "Add the child's ID or name.",
    ),
    Failure.REPEATED_ID: (
        "An earlier row has the same record ID. Cairn kept the first row.",
        "Give each row its own ID, or remove the row.",
    ),
    Failure.SCIENTIFIC_ID: (
        (
            "The ID is in scientific notation, such as 1.23457E+09, so its last digits are lost "
            "and several children have one ID."
        ),
        "In Excel, format the column as text or as a number without decimals, and export again.",
    ),
    Failure.SHARED_ID: (
        "Rows with this student ID have different names or birth dates, as of two children.",
        "Give each child its own ID, or correct the name or the date.",
    ),
    Failure.NOT_A_TIME: ("This is not a time.", "Write it as 3:05 PM or 15:05."),
    Failure.NO_TIME_IN: ("The row has a time out and no time in.", "Fill in the time in."),
    Failure.NO_TIME_OUT: ("The row has a time in and no time out.", "Fill in the time out."),
    Failure.OUT_BEFORE_IN: (
        "The time out is before the time in.",
        "Correct the times, and write AM or PM if they are of a 12-hour clock.",
    ),
    Failure.TIMES_OF_TWO_DAYS: (
        "The time in and the time out are of different days.",
        "Write one row for each day.",
    ),
    Failure.UNCLEAR_TIME: (
        "It is unclear which times these are.",
        "Write AM or PM at both times, or use a 24-hour clock, and one time zone.",
    ),
    Failure.NO_CLASS_PERIOD: (
        "The row does not say which class period it is about, or it is about the whole day.",
        "Write the period in its column, or send rows of whole days as a file of their own.",
    ),
    Failure.TWO_CODES: (
        "Rows of the same student, day and class period have different codes.",
        "Keep the row that is right.",
    ),
    Failure.DAY_INCOMPLETE: (
        (
            "Another class period of this student and day could not be used, so Cairn cannot tell "
            "whether the day is an absence."
        ),
        "Correct the other row; this one needs no change.",
    ),
    Failure.SHIFTED: (
        "The row has more cells than the header, so its columns may be shifted.",
        "Put quotation marks around cells that contain the separator.",
    ),
}
