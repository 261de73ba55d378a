"""Define indicators as data: who is counted, who of them reached it, and who approved that.

A definition holds conditions, never SQL; `indicator_queries` turns it into a query. A *measure*
is a definition too: for the people of an indicator it gives a quantity, such as days absent, and
not how many reached it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from cairn.warehouse.measures.computed_records import CountedRecord, load_counted_records
from cairn.warehouse.measures.condition_parser import InvalidIndicator
from cairn.warehouse.measures.conditions import EVERY_ROW, Condition, list_condition_fields
from cairn.warehouse.measures.periods import PeriodKind
from cairn.warehouse.schema import get_element

__all__ = [
    "IndicatorApproval",
    "IndicatorDefinition",
    "LocalizedText",
    "OutcomeMeasure",
]

LocalizedText = Mapping[str, str]
"""A text by language, "en" and "es"."""

IndicatorLevel = Literal["population", "program", "individual", "systems"]
IndicatorSubject = Literal["youth", "system"]
IndicatorKind = Literal["quantitative", "qualitative"]
IndicatorUnit = Literal["percent", "count", "mean"]
IndicatorDirection = Literal["higher", "lower", "none"]


@dataclass(frozen=True, slots=True)
class Denominator:
    """Who is counted: people with a row of one record that meets the condition, in each period.

    Attributes:
        text: who is counted, in words.
        record: name of the record type or computed record.
        dated_by: the element that says in which period a row counts.
        where: the condition; every row if there is none.
        latest_by: of several rows in a period the latest by this element counts; if empty, any
            that reached the indicator.
        place: whether a student's school is looked up in that school year, or in the last one
            known, as it always is for a calendar year or a summer.
        school: whether the row names the school itself ("record"), or enrollment does.
    """

    text: LocalizedText
    record: str
    dated_by: str
    where: Condition = EVERY_ROW
    latest_by: str = ""
    place: Literal["year", "latest"] = "year"
    school: Literal["enrollment", "record"] = "enrollment"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """How long after a row of the denominator a row of the numerator may come.

    The numerator's element `until` must lie within `within_months` after the denominator's day
    `since`, or after the end of the period if that is empty. A period for which the time has not
    passed is not counted.
    """

    since: str
    until: str
    within_months: int


@dataclass(frozen=True, slots=True)
class Numerator:
    """Who of the denominator reached the indicator: the same row meets `where`, or another does.

    Attributes:
        text: who reached it, in words.
        heading: heads the column that counts them, such as "Chronically absent".
        where: the condition.
        record: another record in which a row is looked for; empty for the denominator's own rows.
        dated_by: the element of that record that says in which period a row counts. Periods for
            which the record has no row at all are not counted.
        follow_up: the time within which that record's row must come; used instead of `dated_by`.
    """

    text: LocalizedText
    heading: LocalizedText
    where: Condition = EVERY_ROW
    record: str = ""
    dated_by: str = ""
    follow_up: FollowUp | None = None


@dataclass(frozen=True, slots=True)
class OutcomeMeasure:
    """The quantity, in a ``unit``, of each person that the outcome ``base_outcome`` counts.

    ``element`` is the data element with the range of possible values.
    """

    base_outcome: str
    element: str
    unit: LocalizedText

    @property
    def limits(self) -> tuple[float, float]:
        """The smallest and largest possible value, from the element catalogue."""
        value_range = get_element(self.element).range
        if value_range is None:
            raise InvalidIndicator(f"The catalogue says no limits of {self.element}.")
        return value_range


@dataclass(frozen=True, slots=True)
class IndicatorApproval:
    """Who approved a version of a definition, and when.

    Attributes:
        by: the body or person that approved it.
        on: the day.
    """

    by: str
    on: date


@dataclass(frozen=True, slots=True)
class IndicatorDefinition:
    """The definition of one indicator, or of one measure. Texts are by language, "en" and "es".

    Attributes:
        id: short name, as pages and files use it.
        title: title for people.
        why: why the community looks at it.
        direction: which change is the better one, "higher", "lower" or "none".
        denominator: who is counted.
        numerator: who of them reached it; all of them for a plain count.
        period: the kind of period for which it is counted.
        version: number of this version; a changed definition has a higher one.
        level: whether it is about a population, a program, individuals or systems.
        about: whether it is about youth or about the system around them.
        kind: whether it is quantitative or qualitative.
        unit: "percent", "count", or "mean" for a measure.
        breakdowns: by what it may be broken down (`breakdowns.load_breakdowns`).
        ended_periods_only: whether a period counts only after its last day.
        source_note: what a reader must know about the source, and what it does not say.
        approval: who approved this version; None for a draft, and for what Cairn ships.
        measure: the quantity that a measure reports of each person; None for other indicators.
        same_people_as: ID of the indicator with the people of a count; empty if the count itself
            says who is counted.
        value_rules: which value counts of a child with several, by breakdown
            (`breakdowns.ValueRule`); a breakdown without an entry goes by its first rule.
    """

    id: str
    title: LocalizedText
    why: LocalizedText
    direction: IndicatorDirection
    denominator: Denominator
    numerator: Numerator
    period: PeriodKind
    version: int = 1
    level: IndicatorLevel = "population"
    about: IndicatorSubject = "youth"
    kind: IndicatorKind = "quantitative"
    unit: IndicatorUnit = "percent"
    breakdowns: tuple[str, ...] = ()
    ended_periods_only: bool = False
    source_note: LocalizedText | None = None
    approval: IndicatorApproval | None = None
    measure: OutcomeMeasure | None = None
    value_rules: Mapping[str, str] = field(default_factory=dict)
    same_people_as: str = ""

    @property
    def release_id(self) -> str:
        """The ID under which figures are published by this version: later ones have their own."""
        return self.indicator if self.version == 1 else f"{self.indicator}-v{self.version}"

    @property
    def indicator(self) -> str:
        """The ID that all versions of the indicator share."""
        return self.id.partition("-v")[0]

    @property
    def people(self) -> str:
        """The ID of the outcome that counts the same people."""
        return self.measure.base_outcome if self.measure else self.same_people_as or self.id

    @property
    def has_share(self) -> bool:
        """Whether its figures are shares of children; a mean and a number of children are not."""
        return self.unit == "percent"

    @property
    def is_count(self) -> bool:
        """Whether its figures are numbers of children."""
        return self.unit == "count"

    @property
    def is_about_programs(self) -> bool:
        """Whether programs sent the rows that say who is counted, so that each knows its own."""
        return not _PROGRAM_RECORDS.isdisjoint(self.denominator_record.needs_any)

    @property
    def denominator_text(self) -> LocalizedText:
        return self.denominator.text

    @property
    def numerator_text(self) -> LocalizedText:
        return self.numerator.text

    @property
    def vintage(self) -> str:
        """The kind of year by which it is counted, such as "school year"."""
        return self.period.replace("_", " ")

    @property
    def elements(self) -> frozenset[str]:
        """The data elements that counting it uses, for the permit; place and groups included."""
        own_fields = {self.denominator.dated_by, self.denominator.latest_by} - {""}
        own_fields |= list_condition_fields(self.denominator.where)
        if self.denominator.school == "record":
            own_fields |= {"school_id"}
        other_fields = list_condition_fields(self.numerator.where)
        if follow_up := self.numerator.follow_up:
            own_fields |= {follow_up.since} - {""}
            other_fields |= {follow_up.until}
        other_fields |= {self.numerator.dated_by} - {""}
        numerator_record = self.numerator_record or self.denominator_record
        return (
            self.denominator_record.list_elements(frozenset(own_fields))
            | numerator_record.list_elements(other_fields)
            | _GROUP_ELEMENTS
        )

    @property
    def records(self) -> tuple[str, ...]:
        """The record types that counting it reads, in the order of names."""
        return tuple(sorted({e.partition(".")[0] for e in self.elements}))

    @property
    def deciding_records(self) -> tuple[str, ...]:
        """The record types with the rows that say who is counted, and who reached it."""
        counted = (self.denominator_record, self.numerator_record)
        return tuple(sorted({name for record in counted if record for name in record.needs_any}))

    @property
    def denominator_record(self) -> CountedRecord:
        """The record with the rows that say who is counted."""
        return load_counted_records()[self.denominator.record]

    @property
    def numerator_record(self) -> CountedRecord | None:
        """The other record with the rows that say who reached it; None if the denominator's do."""
        record = self.numerator.record
        return load_counted_records()[record] if record else None


_PROGRAM_RECORDS: Final = frozenset({"participation", "session_attendance"})

_GROUP_ELEMENTS: Final = frozenset({
    "student.race_ethnicity", "student.gender", "enrollment.school_id", "enrollment.school_name",
    "enrollment.district", "enrollment.school_year", "enrollment.entry_date",
    "enrollment.days_enrolled", "school.school_id", "school.school_name", "school.district",
})  # fmt: skip
