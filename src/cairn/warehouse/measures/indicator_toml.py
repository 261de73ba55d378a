"""Read and write the definition of an indicator as TOML, and check it against the catalogue."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final, TypeVar, get_args

from cairn.warehouse.measures import indicators
from cairn.warehouse.measures.breakdowns import load_breakdowns
from cairn.warehouse.measures.computed_records import CountedRecord, load_counted_records
from cairn.warehouse.measures.condition_parser import InvalidIndicator, parse_condition
from cairn.warehouse.measures.condition_types import (
    check_condition,
    find_record_field,
    is_ordered_field,
    suggest_name,
)
from cairn.warehouse.measures.conditions import EVERY_ROW, Condition, format_condition
from cairn.warehouse.measures.indicators import (
    Denominator,
    FollowUp,
    IndicatorApproval,
    IndicatorDefinition,
    LocalizedText,
    Numerator,
    OutcomeMeasure,
)
from cairn.warehouse.measures.periods import PeriodKind, build_period_label
from cairn.warehouse.schema import FieldType
from cairn.warehouse.schema.toml_format import format_toml

__all__ = ["format_indicator", "parse_indicator"]

_ID: Final = re.compile(r"[a-z][a-z0-9_]{2,39}")
_LONGEST_TEXT: Final = 1000
_MOST_MONTHS: Final = 240
_LANGUAGES: Final = ("en", "es")
_ENTRIES: Final[Mapping[str, Collection[str]]] = {
    "the definition": (
        "id", "version", "title", "why", "level", "about", "kind", "unit", "direction", "period",
        "breakdowns", "ended_periods_only", "denominator", "numerator", "measure", "count",
        "source_note", "value_rules", "approval",
    ),
    "denominator": (
        "text", "record", "dated_by", "where", "distinct", "latest_by", "place", "school",
    ),
    "numerator": (
        "text", "heading", "record", "dated_by", "where", "distinct", "follow_up",
    ),
    "follow_up": ("since", "until", "within_months"),
    "measure": ("among", "element", "unit", "text"),
    "count": ("among",),
    "approval": ("by", "on"),
}  # fmt: skip

_BASED_PARTS: Final = {
    "measure": "A measure", "count": "A count of the people of another indicator",
}  # fmt: skip
_Choice = TypeVar("_Choice", bound=str)


def parse_indicator(
    text: str, *, bases: Mapping[str, IndicatorDefinition] | None = None
) -> IndicatorDefinition:
    """Parse a definition from TOML, and check every record, element, value and word of it.

    Args:
        text: the definition as TOML.
        bases: definitions by ID, among which a measure finds the people that it measures.

    Returns:
        The definition.

    Raises:
        InvalidIndicator: the definition cannot be counted; the message names the entry or element
            and says what to write.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number or a nesting that is too long, too
        raise InvalidIndicator(f"This is not TOML: {error}.") from None
    _refuse_unknown_entries(data, "the definition")
    indicator_id = _read_text(data, "id", "the definition")
    if not _ID.fullmatch(indicator_id):
        raise InvalidIndicator(
            f"The id “{indicator_id}” should have 3 to 40 lower-case letters, digits and _, and "
            "begin with a letter, such as summer_participation."
        )
    if "measure" in data:
        return _parse_measure(indicator_id, data, bases or {})
    if "count" in data:
        return _parse_count(indicator_id, data, bases or {})
    period = PeriodKind(_read_choice(data, "period", tuple(PeriodKind)))
    unit = _read_choice(data, "unit", ("percent", "count"), "percent")
    denominator = _parse_denominator(_read_table(data, "denominator"), period)
    if unit == "count":
        if "numerator" in data:
            raise InvalidIndicator("A count has no numerator. Remove it, or set unit to percent.")
        numerator = Numerator(denominator.text, _read_localized(data, "title"))
    else:
        numerator = _parse_numerator(_read_table(data, "numerator"), denominator, period)
    return IndicatorDefinition(
        id=indicator_id,
        denominator=denominator,
        numerator=numerator,
        period=period,
        unit=unit,
        breakdowns=_parse_breakdowns(data),
        value_rules=_parse_value_rules(data),
        **_parse_description(data),
    )


def _parse_description(data: Mapping[str, Any]) -> dict[str, Any]:
    """Parse the entries that outcomes and measures share."""
    version = data.get("version", 1)
    if type(version) is not int or version < 1:
        raise InvalidIndicator("The version is a whole number from 1.")
    return {
        "title": _read_localized(data, "title"),
        "why": _read_localized(data, "why"),
        "version": version,
        "level": _read_choice(data, "level", get_args(indicators.IndicatorLevel), "population"),
        "about": _read_choice(data, "about", get_args(indicators.IndicatorSubject), "youth"),
        "kind": _read_choice(data, "kind", get_args(indicators.IndicatorKind), "quantitative"),
        "direction": _read_choice(data, "direction", get_args(indicators.IndicatorDirection)),
        "ended_periods_only": _read_flag(data, "ended_periods_only"),
        "source_note": _read_localized(data, "source_note") if "source_note" in data else None,
        "approval": _parse_approval(data),
    }


def _parse_measure(
    indicator_id: str, data: Mapping[str, Any], bases: Mapping[str, IndicatorDefinition]
) -> IndicatorDefinition:
    entries = _read_table(data, "measure")
    base = _find_base(entries, "measure", bases)
    base_id = base.id
    element = _read_text(entries, "element", "measure")
    if element not in base.elements:
        raise InvalidIndicator(f"{base_id} does not read {element}, which {indicator_id} measures.")
    description = _parse_description(data)
    return replace(
        base,
        id=indicator_id,
        unit="mean",
        numerator=replace(base.numerator, text=_read_localized(entries, "text")),
        measure=OutcomeMeasure(base_id, element, _read_localized(entries, "unit")),
        **{name: description[name] for name in ("title", "why", "direction", "version")},
    )


def _parse_count(
    indicator_id: str, data: Mapping[str, Any], bases: Mapping[str, IndicatorDefinition]
) -> IndicatorDefinition:
    """Parse a count of the people of another indicator, with which it is audited."""
    base = _find_base(_read_table(data, "count"), "count", bases)
    if base.numerator.record or base.measure or base.same_people_as:
        raise InvalidIndicator(
            f"{base.id} looks in another record, which decides whose year is counted. Name an "
            "indicator of which one record says everything."
        )
    description = _parse_description(data)
    return replace(
        base,
        id=indicator_id,
        unit="count",
        # The results of the base are counted too: they add up with its published figures.
        numerator=replace(base.numerator, text=base.denominator.text, heading=description["title"]),
        same_people_as=base.id,
        **{name: description[name] for name in ("title", "why", "direction", "version")},
    )


def _find_base(
    entries: Mapping[str, Any], part: str, bases: Mapping[str, IndicatorDefinition]
) -> IndicatorDefinition:
    """Find the indicator that counts the people of a measure or a count."""
    _refuse_unknown_entries(entries, part)
    base_id = _read_text(entries, "among", part)
    if not bases:
        raise InvalidIndicator(
            f"{_BASED_PARTS[part]} cannot be written here yet. Remove [{part}], and write who is "
            "counted."
        )
    if base_id not in bases:
        raise InvalidIndicator(f"There is no indicator “{base_id}”. {suggest_name(base_id, bases)}")
    return bases[base_id]


def _parse_denominator(data: Mapping[str, Any], period: PeriodKind) -> Denominator:
    _refuse_unknown_entries(data, "denominator")
    record = _read_record(data, "denominator")
    _require_people(data, "denominator")
    dated_by = _read_period_element(data, "denominator", record, period)
    latest_by = _read_text(data, "latest_by", "denominator") if "latest_by" in data else ""
    if latest_by:
        element = find_record_field(record, latest_by)
        if element.codes or not is_ordered_field(element):
            raise InvalidIndicator(
                f"{record.name}.{latest_by} has no order. Choose a day or a number for latest_by."
            )
    school = _read_choice(data, "school", ("enrollment", "record"), "enrollment")
    if school == "record" and "school_id" not in record.fields:
        raise InvalidIndicator(f"{record.title} ({record.name}) names no school. Remove school.")
    return Denominator(
        text=_read_localized(data, "text"),
        record=record.name,
        dated_by=dated_by,
        where=_read_condition(data, "denominator", record),
        latest_by=latest_by,
        place=_read_choice(data, "place", *_list_places(period)),
        school=school,
    )


def _list_places(period: PeriodKind) -> tuple[tuple[str, ...], str]:
    """List how a school may be looked up: a calendar year or a summer is no school year."""
    if period in {PeriodKind.CALENDAR_YEAR, PeriodKind.SUMMER}:
        return ("latest",), "latest"
    return ("year", "latest"), "year"


def _parse_numerator(
    data: Mapping[str, Any], denominator: Denominator, period: PeriodKind
) -> Numerator:
    _refuse_unknown_entries(data, "numerator")
    _require_people(data, "numerator")
    own_record = load_counted_records()[denominator.record]
    record = _read_record(data, "numerator") if "record" in data else own_record
    follow_up = (
        _parse_follow_up(_read_table(data, "follow_up"), own_record, record)
        if "follow_up" in data
        else None
    )
    is_other = "record" in data
    if follow_up and not is_other:
        raise InvalidIndicator("A follow_up needs the record that follows. Add record.")
    return Numerator(
        text=_read_localized(data, "text"),
        heading=_read_localized(data, "heading"),
        where=_read_condition(data, "numerator", record),
        record=record.name if is_other else "",
        dated_by=(
            _read_period_element(data, "numerator", record, period)
            if is_other and not follow_up
            else ""
        ),
        follow_up=follow_up,
    )


def _parse_follow_up(
    data: Mapping[str, Any], own_record: CountedRecord, record: CountedRecord
) -> FollowUp:
    _refuse_unknown_entries(data, "follow_up")
    since = _read_text(data, "since", "follow_up") if "since" in data else ""
    until = _read_text(data, "until", "follow_up")
    for holder, name in ((own_record, since), (record, until)):
        if name and find_record_field(holder, name).type is not FieldType.DATE:
            raise InvalidIndicator(f"{holder.name}.{name} is no day. follow_up needs days.")
    months = data.get("within_months")
    if type(months) is not int or not 1 <= months <= _MOST_MONTHS:
        raise InvalidIndicator(f"within_months is a whole number from 1 to {_MOST_MONTHS}.")
    return FollowUp(since, until, months)


def _parse_breakdowns(data: Mapping[str, Any]) -> tuple[str, ...]:
    named = data.get("breakdowns", [])
    if not isinstance(named, list):
        raise InvalidIndicator('breakdowns is a list, such as ["district", "gender"].')
    for name in named:
        if name not in load_breakdowns():
            raise InvalidIndicator(
                f"There is no breakdown “{name}”. {suggest_name(str(name), load_breakdowns())}"
            )
    return tuple(name for name in load_breakdowns() if name in named)


def _parse_value_rules(data: Mapping[str, Any]) -> Mapping[str, str]:
    """Parse which value counts of a child with several; the usual rule need not be stored."""
    entries = _read_table(data, "value_rules") if "value_rules" in data else {}
    rules: dict[str, str] = {}
    for name in entries:
        if name not in data.get("breakdowns", []):
            raise InvalidIndicator(f"value_rules names “{name}”, which is none of the breakdowns.")
        choices = tuple(rule.value for rule in load_breakdowns()[name].value_rules)
        if not choices:
            raise InvalidIndicator(
                f"{name} has no rule to choose: a child has one value. A district goes by the rule "
                "of the school."
            )
        rules[name] = _read_choice(entries, name, choices)
    return {n: rule for n, rule in rules.items() if rule != load_breakdowns()[n].value_rules[0]}


def _parse_approval(data: Mapping[str, Any]) -> IndicatorApproval | None:
    if "approval" not in data:
        return None
    entries = _read_table(data, "approval")
    _refuse_unknown_entries(entries, "approval")
    if type(entries.get("on")) is not date:
        raise InvalidIndicator("approval.on is a day. Write it as on = 2026-10-02.")
    return IndicatorApproval(_read_text(entries, "by", "approval"), entries["on"])


def _read_condition(data: Mapping[str, Any], part: str, record: CountedRecord) -> Condition:
    text = data.get("where", "")
    if not isinstance(text, str):
        raise InvalidIndicator(f"{part}.where is a text, such as where = \"grade = '3'\".")
    try:
        condition = check_condition(parse_condition(text), record)
        # The written condition is stored, which may be longer: grade = 0 is grade = 'K'.
        return parse_condition(format_condition(condition))
    except InvalidIndicator as error:
        raise InvalidIndicator(f"{part}.where: {error}") from None


def _read_record(data: Mapping[str, Any], part: str) -> CountedRecord:
    name = _read_text(data, "record", part)
    if name not in load_counted_records():
        raise InvalidIndicator(
            f"{part}.record: there is no record type “{name}” about people. "
            f"{suggest_name(name, load_counted_records())}"
        )
    return load_counted_records()[name]


def _read_period_element(
    data: Mapping[str, Any], part: str, record: CountedRecord, period: PeriodKind
) -> str:
    name = _read_text(data, "dated_by", part)
    build_period_label(period, find_record_field(record, name), name)
    return name


def _require_people(data: Mapping[str, Any], part: str) -> None:
    if data.get("distinct", "person") != "person":
        raise InvalidIndicator(f'{part}.distinct: people are counted. Write distinct = "person".')


def _refuse_unknown_entries(data: Mapping[str, Any], part: str) -> None:
    for name in data:
        if name not in _ENTRIES[part]:
            raise InvalidIndicator(
                f"{part} has no entry “{name}”. {suggest_name(name, _ENTRIES[part])}"
            )


def _read_table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    entry = data.get(name)
    if not isinstance(entry, Mapping):
        raise InvalidIndicator(f"The definition has no table [{name}]. Add it.")
    return entry


def _read_text(data: Mapping[str, Any], name: str, part: str) -> str:
    entry = data.get(name)
    if not isinstance(entry, str) or not entry.strip():
        raise InvalidIndicator(f"{part} has no {name}. Add it as text.")
    return entry


def _read_localized(data: Mapping[str, Any], name: str) -> LocalizedText:
    entry = data.get(name)
    texts = entry if isinstance(entry, Mapping) else {}
    for language in _LANGUAGES:
        text = texts.get(language)
        if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST_TEXT:
            raise InvalidIndicator(
                f"{name}.{language} is missing. Write {name} in English (en) and Spanish (es), "
                f"each of at most {_LONGEST_TEXT:,} characters."
            )
    return {language: texts[language] for language in _LANGUAGES}


def _read_flag(data: Mapping[str, Any], name: str) -> bool:
    entry = data.get(name, False)
    if not isinstance(entry, bool):
        raise InvalidIndicator(f"{name} is true or false.")
    return entry


def _read_choice(
    data: Mapping[str, Any], name: str, choices: tuple[_Choice, ...], default: str = ""
) -> Any:
    entry = data.get(name, default)
    if entry not in choices:
        raise InvalidIndicator(f"{name} is one of: {', '.join(choices)}.")
    return entry


def format_indicator(definition: IndicatorDefinition) -> str:
    """Write a definition as TOML, so that `parse_indicator` reads the same definition from it.

    Args:
        definition: the definition; a measure refers to the outcome that counts its people.

    Returns:
        The text.
    """
    text = format_toml(list_indicator_entries(definition))
    if definition.approval:
        approval = format_toml({"approval": {"by": definition.approval.by}})
        text += f"{approval}on = {definition.approval.on.isoformat()}\n"
    return text


def list_indicator_entries(definition: IndicatorDefinition) -> dict[str, Any]:
    """List the entries of a definition as its file has them, without the approval."""
    denominator, numerator, measure = (
        definition.denominator, definition.numerator, definition.measure,
    )  # fmt: skip
    data: dict[str, Any] = {
        "id": definition.id,
        "version": definition.version,
        "direction": definition.direction,
        "title": dict(definition.title),
        "why": dict(definition.why),
    }
    if measure:
        data["measure"] = {
            "among": measure.base_outcome,
            "element": measure.element,
            "unit": dict(measure.unit),
            "text": dict(numerator.text),
        }
        return data
    if definition.same_people_as:
        return data | {"count": {"among": definition.same_people_as}}
    data |= {
        "level": definition.level,
        "about": definition.about,
        "kind": definition.kind,
        "unit": definition.unit,
        "period": definition.period.value,
        "breakdowns": list(definition.breakdowns),
        "denominator": {
            "record": denominator.record,
            "dated_by": denominator.dated_by,
            "where": _format_where(denominator.where),
            "distinct": "person",
            "latest_by": denominator.latest_by or None,
            "place": denominator.place,
            "school": denominator.school,
            "text": dict(denominator.text),
        },
    }
    if definition.ended_periods_only:
        data["ended_periods_only"] = True
    if definition.unit != "count":
        data["numerator"] = {
            "record": numerator.record or None,
            "dated_by": numerator.dated_by or None,
            "where": _format_where(numerator.where),
            "distinct": "person",
            "text": dict(numerator.text),
            "heading": dict(numerator.heading),
            "follow_up": _format_follow_up(numerator.follow_up),
        }
    if definition.source_note:
        data["source_note"] = dict(definition.source_note)
    if definition.value_rules:
        data["value_rules"] = dict(definition.value_rules)
    return data


def _format_where(condition: Condition) -> str | None:
    return None if condition == EVERY_ROW else format_condition(condition)


def _format_follow_up(follow_up: FollowUp | None) -> dict[str, Any] | None:
    if follow_up is None:
        return None
    return {
        "since": follow_up.since or None,
        "until": follow_up.until,
        "within_months": follow_up.within_months,
    }
