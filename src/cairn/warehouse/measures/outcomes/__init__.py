"""Define outcomes as data: who is counted, who of them reached the outcome, and why it matters.

A definition is a TOML file beside this one. It holds conditions, never SQL; ``outcome_queries``
turns them into a query. A *measure* is a definition too: for the people of an outcome it gives
a quantity, such as days absent, and not how many reached it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal

from cairn.warehouse.schema import get_element

__all__ = ["OutcomeDefinition", "OutcomeMeasure", "get_counted_outcome", "load_outcome_catalogue"]

OUTCOME_DIMENSIONS: Final = ("district", "school", "race_ethnicity", "gender")
"""How an outcome may be broken down; a school belongs to its district."""

OutcomeDirection = Literal["higher", "lower"]
LocalizedText = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OutcomeCondition:
    """A field holds one of these values; case, spaces and signs are ignored."""

    field: str
    any_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Denominator:
    """Who is counted: people with a record of one type that meets every condition, per year.

    Of several records in a year the ``last`` by ``order`` counts, or ``any`` that reached the
    outcome. ``place`` "year" looks a student's school up in that year, "latest" in the last
    year known.
    """

    text: LocalizedText
    record: str
    year: str
    where: tuple[OutcomeCondition, ...] = ()
    keep: Literal["any", "last"] = "any"
    order: str = ""
    place: Literal["year", "latest"] = "year"


@dataclass(frozen=True, slots=True)
class Numerator:
    """Who reached the outcome: the same record meets ``where``, or one of another type does.

    ``heading`` heads the column that counts them, such as "Chronically absent".

    For another record type, its date ``until`` must lie within ``within_months`` of the
    denominator's date ``since``; years in which that time has not passed are not counted.
    """

    text: LocalizedText
    heading: LocalizedText
    where: tuple[OutcomeCondition, ...] = ()
    record: str = ""
    since: str = ""
    until: str = ""
    within_months: int = 0


@dataclass(frozen=True, slots=True)
class AbsenceRule:
    """Which events are absences, and the share of enrolled days from which absence is chronic."""

    events: tuple[str, ...]
    at_least: Decimal


@dataclass(frozen=True, slots=True)
class ProgramDaysRule:
    """On how many days of a school year, over all programs together, a person attended one.

    Args:
        at_least: the days from which the outcome is reached.
    """

    at_least: int


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
            raise UnknownOutcome(f"The catalogue says no limits of {self.element}.")
        return value_range


@dataclass(frozen=True, slots=True)
class OutcomeDefinition:
    """The definition of one outcome, or of one measure. Texts are by language, "en" and "es".

    Attributes:
        id: short name, as pages and files use it.
        title: title for people.
        why: why the community looks at it.
        direction: which change is the better one, "higher" or "lower".
        denominator: who is counted.
        numerator: who of them reached the outcome.
        absence: rule for chronic absence; None for other outcomes.
        program_days: rule for attendance of programs; None for other outcomes.
        measure: the quantity that a measure reports of each person; None for an outcome.
    """

    id: str
    title: LocalizedText
    why: LocalizedText
    direction: OutcomeDirection
    denominator: Denominator
    numerator: Numerator
    absence: AbsenceRule | None = None
    program_days: ProgramDaysRule | None = None
    measure: OutcomeMeasure | None = None

    @property
    def people(self) -> str:
        """The ID of the outcome that counts the same people."""
        return self.measure.base_outcome if self.measure else self.id

    @property
    def dims(self) -> tuple[str, ...]:
        """The dimensions by which it may be broken down."""
        return OUTCOME_DIMENSIONS

    @property
    def denominator_text(self) -> LocalizedText:
        return self.denominator.text

    @property
    def numerator_text(self) -> LocalizedText:
        return self.numerator.text

    @property
    def vintage(self) -> str:
        """The kind of year by which it is counted: school, graduation cohort or calendar year."""
        return {"year": "calendar year", "cohort_year": "graduation cohort"}.get(
            self.denominator.year, "school year"
        )

    @property
    def elements(self) -> frozenset[str]:
        """The data elements that counting it uses, for the permit; place and groups included."""
        denominator_elements = {
            f"{self.denominator.record}.{f}" for f in self._list_denominator_fields()
        }
        numerator_elements = {f"{self.numerator.record}.{f}" for f in self._list_numerator_fields()}
        return frozenset(
            denominator_elements
            | numerator_elements
            | _GROUP_ELEMENTS
            | (_ABSENCE_ELEMENTS if self.absence else set())
            | (_PROGRAM_ELEMENTS if self.program_days else set())
        )

    @property
    def records(self) -> tuple[str, ...]:
        """The record types that counting it reads, in the order of names."""
        return tuple(sorted({e.partition(".")[0] for e in self.elements}))

    def _list_denominator_fields(self) -> set[str]:
        condition_fields = {condition.field for condition in self.denominator.where}
        if not self.numerator.record:
            condition_fields |= {condition.field for condition in self.numerator.where}
        named_fields = {self.denominator.year, self.denominator.order, self.numerator.since}
        school_fields = {"school_id"} if self.denominator.record == "graduation" else set()
        return (condition_fields | named_fields | school_fields) - {""}

    def _list_numerator_fields(self) -> set[str]:
        if not self.numerator.record:
            return set()
        return {condition.field for condition in self.numerator.where} | {self.numerator.until}


_GROUP_ELEMENTS: Final = {
    "student.race_ethnicity", "student.gender", "enrollment.school_id", "enrollment.school_name",
    "enrollment.district", "enrollment.school_year", "enrollment.entry_date",
    "enrollment.days_enrolled", "school.school_id", "school.school_name", "school.district",
}  # fmt: skip

_ABSENCE_ELEMENTS: Final = {
    "attendance.school_id", "attendance.date", "attendance.event", "attendance_total.school_id",
    "attendance_total.school_year", "attendance_total.days_enrolled",
    "attendance_total.days_absent", "calendar.school_id", "calendar.school_year",
    "calendar.instructional_days",
}  # fmt: skip


_PROGRAM_ELEMENTS: Final = {
    "session_attendance.date", "session_attendance.hours", "session_attendance.present",
}  # fmt: skip


class UnknownOutcome(Exception):
    """There is no definition of that name."""


@cache
def load_outcome_catalogue() -> Mapping[str, OutcomeDefinition]:
    """Load every outcome by ID, from cradle to career.

    Returns:
        Definitions by ID, in the order of a child's life.
    """
    folder = files(__name__)
    return MappingProxyType(
        {
            outcome_id: parse_outcome(
                outcome_id, folder.joinpath(f"{outcome_id}.toml").read_text("utf-8")
            )
            for outcome_id in _OUTCOME_ORDER
        }
    )


_OUTCOME_ORDER: Final = (
    "kindergarten_readiness", "early_grade_reading", "middle_grade_math", "chronic_absence",
    "days_absent", "program_reach", "program_participation", "family_welcome",
    "high_school_graduation", "postsecondary_enrollment", "postsecondary_success",
    "workforce_success",
)  # fmt: skip


def get_outcome(name: str) -> OutcomeDefinition:
    """Return one definition.

    Args:
        name: ID of the outcome, such as "chronic_absence".

    Returns:
        The definition.

    Raises:
        UnknownOutcome: there is none; the message lists those that exist.
    """
    if name not in load_outcome_catalogue():
        raise UnknownOutcome(
            f"There is no outcome “{name}”. There are: {', '.join(load_outcome_catalogue())}."
        )
    return load_outcome_catalogue()[name]


def get_counted_outcome(name: str) -> str:
    """Return the ID of the outcome that counts the same people as this one.

    Args:
        name: ID of an outcome or a measure.

    Returns:
        That ID; ``name`` itself if it is not in the catalogue.
    """
    return load_outcome_catalogue()[name].people if name in load_outcome_catalogue() else name


def parse_outcome(name: str, text: str) -> OutcomeDefinition:
    """Parse a definition from TOML.

    Raises:
        UnknownElement: a field is not in the element catalogue.
        UnknownOutcome: a measure uses an element that its outcome does not read.
    """
    data = tomllib.loads(text)
    if "measure" in data:
        return _parse_measure(name, data)
    denominator_data = data["denominator"]
    numerator_data = data["numerator"]
    definition = OutcomeDefinition(
        id=name,
        title=data["title"],
        why=data["why"],
        direction=data["direction"],
        denominator=Denominator(
            text={"en": denominator_data["en"], "es": denominator_data["es"]},
            where=_parse_conditions(denominator_data),
            **{
                entry: denominator_data[entry]
                for entry in ("record", "year", "keep", "order", "place")
                if entry in denominator_data
            },
        ),
        numerator=Numerator(
            text={"en": numerator_data["en"], "es": numerator_data["es"]},
            heading=numerator_data["heading"],
            where=_parse_conditions(numerator_data),
            **{
                entry: numerator_data[entry]
                for entry in ("record", "since", "until", "within_months")
                if entry in numerator_data
            },
        ),
        absence=_parse_absence(data),
        program_days=_parse_program_days(data),
    )
    for element_name in definition.elements:
        get_element(element_name)
    return definition


def _parse_measure(name: str, data: Mapping[str, Any]) -> OutcomeDefinition:
    """Parse a measure: the people of another outcome, and the quantity."""
    entries = data["measure"]
    parsed = OutcomeMeasure(entries["among"], entries["element"], entries["unit"])
    base_definition = parse_outcome(
        parsed.base_outcome,
        files(__name__).joinpath(f"{parsed.base_outcome}.toml").read_text("utf-8"),
    )
    if parsed.element not in base_definition.elements:
        raise UnknownOutcome(
            f"{parsed.base_outcome} does not read {parsed.element}, which {name} measures."
        )
    return replace(
        base_definition,
        id=name,
        title=data["title"],
        why=data["why"],
        direction=data["direction"],
        numerator=replace(base_definition.numerator, text={k: entries[k] for k in ("en", "es")}),
        measure=parsed,
    )


def _parse_conditions(data: Mapping[str, Any]) -> tuple[OutcomeCondition, ...]:
    return tuple(
        OutcomeCondition(entry["field"], tuple(entry["any_of"])) for entry in data.get("where", ())
    )


def _parse_absence(data: Mapping[str, Any]) -> AbsenceRule | None:
    if "absence" not in data:
        return None
    return AbsenceRule(tuple(data["absence"]["events"]), Decimal(data["absence"]["at_least"]))


def _parse_program_days(data: Mapping[str, Any]) -> ProgramDaysRule | None:
    return ProgramDaysRule(**data["program_days"]) if "program_days" in data else None
