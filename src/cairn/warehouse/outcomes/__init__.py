"""Outcomes as definitions in data: who is counted, who of them counts as a yes, and why it matters.

A definition is a TOML file beside this one. It holds conditions, never SQL; ``population`` turns
them into a query. A *measure* is a definition too: of the people of an outcome it tells what they
have, such as days absent, and not who of them reached it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal

from cairn.warehouse.elements import element

DIMS: Final = ("district", "school", "race_ethnicity", "gender")
"""How an outcome may be broken down; a school lies in its district."""

Direction = Literal["higher", "lower"]
Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Condition:
    """A field holds one of these values; case, spaces and signs do not matter."""

    field: str
    any_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Denominator:
    """Who is counted: people with a record of one type that meets every condition, per year.

    Of several records in a year the ``last`` by ``order`` decides, or ``any`` that is a yes.
    ``place`` "year" looks a student's school up in that year, "latest" in the last year known.
    """

    text: Text
    record: str
    year: str
    where: tuple[Condition, ...] = ()
    keep: Literal["any", "last"] = "any"
    order: str = ""
    place: Literal["year", "latest"] = "year"


@dataclass(frozen=True, slots=True)
class Numerator:
    """Who of them is a yes: the same record meets ``where``, or one of another type does.

    For another record type, its date ``until`` must lie within ``within_months`` of the
    denominator's date ``since``; years in which that time has not passed are not counted.
    """

    text: Text
    where: tuple[Condition, ...] = ()
    record: str = ""
    since: str = ""
    until: str = ""
    within_months: int = 0


@dataclass(frozen=True, slots=True)
class Absence:
    """Which events are absences, and the share of enrolled days from which absence is chronic."""

    events: tuple[str, ...]
    at_least: Decimal


@dataclass(frozen=True, slots=True)
class Measure:
    """What each of the people of the outcome ``among`` has, in a ``unit``.

    ``element`` is the data element whose range says the least and the most that anyone can have.
    """

    among: str
    element: str
    unit: Text

    @property
    def limits(self) -> tuple[float, float]:
        """The least and the most that anyone can have, as the element catalogue says."""
        found = element(self.element).range
        if found is None:
            raise UnknownOutcome(f"The catalogue says no limits of {self.element}.")
        return found


@dataclass(frozen=True, slots=True)
class OutcomeDefinition:
    """One outcome, or one measure. Texts are by language, "en" and "es"."""

    id: str
    title: Text
    why: Text
    direction: Direction
    denominator: Denominator
    numerator: Numerator
    absence: Absence | None = None
    measure: Measure | None = None

    @property
    def people(self) -> str:
        """Whom it counts, by the outcome that counts the same."""
        return self.measure.among if self.measure else self.id

    @property
    def dims(self) -> tuple[str, ...]:
        """How it may be broken down."""
        return DIMS

    @property
    def denominator_text(self) -> Text:
        return self.denominator.text

    @property
    def numerator_text(self) -> Text:
        return self.numerator.text

    @property
    def vintage(self) -> str:
        """What a year of this outcome is: a school year, a cohort's or a calendar year."""
        return {"year": "calendar year", "cohort_year": "graduation cohort"}.get(
            self.denominator.year, "school year"
        )

    @property
    def elements(self) -> frozenset[str]:
        """The data elements that counting it uses, for the permit; place and groups included."""
        own = {f"{self.denominator.record}.{f}" for f in self._own_fields()}
        other = {f"{self.numerator.record}.{f}" for f in self._other_fields()}
        return frozenset(own | other | _GROUPS | (_ABSENCE if self.absence else set()))

    @property
    def records(self) -> tuple[str, ...]:
        """The record types that counting it reads, in the order of names."""
        return tuple(sorted({e.partition(".")[0] for e in self.elements}))

    def _own_fields(self) -> set[str]:
        where = {c.field for c in self.denominator.where}
        if not self.numerator.record:
            where |= {c.field for c in self.numerator.where}
        named = {self.denominator.year, self.denominator.order, self.numerator.since}
        school = {"school_id"} if self.denominator.record == "graduation" else set()
        return (where | named | school) - {""}

    def _other_fields(self) -> set[str]:
        if not self.numerator.record:
            return set()
        return {c.field for c in self.numerator.where} | {self.numerator.until}


_GROUPS: Final = {
    "student.race_ethnicity", "student.gender", "enrollment.school_id", "enrollment.school_name",
    "enrollment.district", "enrollment.school_year", "enrollment.entry_date",
    "enrollment.days_enrolled", "school.school_id", "school.school_name", "school.district",
}  # fmt: skip
_ABSENCE: Final = {
    "attendance.school_id", "attendance.date", "attendance.event", "attendance_total.school_id",
    "attendance_total.school_year", "attendance_total.days_enrolled",
    "attendance_total.days_absent", "calendar.school_id", "calendar.school_year",
    "calendar.instructional_days",
}  # fmt: skip


class UnknownOutcome(Exception):
    """There is no definition of that name."""


@cache
def catalogue() -> Mapping[str, OutcomeDefinition]:
    """Every outcome by id, along the way from cradle to career."""
    here = files(__name__)
    return MappingProxyType(
        {i: parse(i, here.joinpath(f"{i}.toml").read_text("utf-8")) for i in _ORDER}
    )


_ORDER: Final = (
    "kindergarten_readiness", "early_grade_reading", "middle_grade_math", "chronic_absence",
    "days_absent", "high_school_graduation", "postsecondary_enrollment",
    "postsecondary_success", "workforce_success",
)  # fmt: skip


def outcome(name: str) -> OutcomeDefinition:
    """One definition; ``UnknownOutcome`` names those there are."""
    if name not in catalogue():
        raise UnknownOutcome(f"There is no outcome “{name}”. There are: {', '.join(catalogue())}.")
    return catalogue()[name]


def people_of(name: str) -> str:
    """Whom an outcome counts, by the outcome that counts the same; itself where it is not known."""
    return catalogue()[name].people if name in catalogue() else name


def parse(name: str, text: str) -> OutcomeDefinition:
    """A definition from TOML; raises for a field that is not in the element catalogue."""
    data = tomllib.loads(text)
    if "measure" in data:
        return _measure(name, data)
    below = data["denominator"]
    above = data["numerator"]
    definition = OutcomeDefinition(
        id=name,
        title=data["title"],
        why=data["why"],
        direction=data["direction"],
        denominator=Denominator(
            text={"en": below["en"], "es": below["es"]},
            where=_conditions(below),
            **{k: below[k] for k in ("record", "year", "keep", "order", "place") if k in below},
        ),
        numerator=Numerator(
            text={"en": above["en"], "es": above["es"]},
            where=_conditions(above),
            **{k: above[k] for k in ("record", "since", "until", "within_months") if k in above},
        ),
        absence=_absence(data),
    )
    for used in definition.elements:
        element(used)
    return definition


def _measure(name: str, data: Mapping[str, Any]) -> OutcomeDefinition:
    """A measure: the people of another outcome, and what they have."""
    said = data["measure"]
    found = Measure(said["among"], said["element"], said["unit"])
    among = parse(found.among, files(__name__).joinpath(f"{found.among}.toml").read_text("utf-8"))
    if found.element not in among.elements:
        raise UnknownOutcome(f"{found.among} does not read {found.element}, which {name} measures.")
    return replace(
        among,
        id=name,
        title=data["title"],
        why=data["why"],
        direction=data["direction"],
        numerator=replace(among.numerator, text={k: said[k] for k in ("en", "es")}),
        measure=found,
    )


def _conditions(data: Mapping[str, Any]) -> tuple[Condition, ...]:
    return tuple(Condition(c["field"], tuple(c["any_of"])) for c in data.get("where", ()))


def _absence(data: Mapping[str, Any]) -> Absence | None:
    if "absence" not in data:
        return None
    return Absence(tuple(data["absence"]["events"]), Decimal(data["absence"]["at_least"]))
