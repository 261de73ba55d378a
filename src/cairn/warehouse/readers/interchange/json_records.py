"""Read JSON: arrays of objects, JSON Lines, GeoJSON, and tables of arrays with a header row.

Numbers keep the digits that the file has.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cairn.warehouse.readers.interchange.nested_records import NestedRecords
from cairn.warehouse.readers.interchange.oneroster_api import join_api_sheets
from cairn.warehouse.readers.text.text_encoding import convert_to_utf8
from cairn.warehouse.schema import Sheet, UnreadableFile

_START: Final = re.compile(rb'\s*(?:\{\s*["}]|\[\s*[\[{\]])')
_FEATURES: Final = "FeatureCollection"


def is_json(name: str, content: bytes) -> bool:
    """Return whether a file is JSON, by its first signs; a list of values only by its name."""
    start = content[:4096].removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"")
    start = start.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    return bool(_START.match(start)) or name.lower().endswith((".json", ".jsonl", ".geojson"))


def read_json_sheets(name: str, content: bytes, *, keep_totals: bool = False) -> list[Sheet]:
    """Read the sheets of a JSON file.

    Args:
        name: name of the file, without its ending; the first sheet has it.
        content: bytes of the file.
        keep_totals: whether totals are records, as in a table of counts.

    Returns:
        The sheets; ``__row`` is the number of an object, or its line in JSON Lines.

    Raises:
        UnreadableFile: the file is not valid JSON, or holds no objects.
    """
    text, notes = convert_to_utf8(content)
    records = NestedRecords(name, notes, keep_totals=keep_totals)
    try:
        _read_values(list(_parse_values(text.decode())), records)
    except RecursionError as error:
        raise UnreadableFile(
            "The JSON is nested too deep for a table. Export the records as CSV, or as an array of "
            "objects."
        ) from error
    return join_api_sheets(records.build_sheets())


@dataclass(frozen=True, slots=True)
class _Value:
    """A value at the top of the file, and its line."""

    line: int
    value: Any


def _parse_values(text: str) -> Iterator[_Value]:
    """Yield the one value of a JSON file, or that of each line of JSON Lines."""
    try:
        yield _Value(1, _parse_value(text))
    except json.JSONDecodeError as problem:
        lines = text.split("\n")
        if problem.msg != "Extra data" or not _is_whole(lines[0]):
            raise _describe_error(problem, problem.lineno) from problem
        yield from _parse_lines(lines)


def _parse_lines(lines: Sequence[str]) -> Iterator[_Value]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _Value(number, _parse_value(line))
            except json.JSONDecodeError as problem:
                raise _describe_error(problem, number) from problem


def _is_whole(line: str) -> bool:
    try:
        _parse_value(line)
    except json.JSONDecodeError:
        return False
    return True


def _parse_value(text: str) -> Any:
    return json.loads(
        text,
        object_pairs_hook=_collect_pairs,
        parse_int=str,
        parse_float=str,
        parse_constant=lambda _: None,
    )


def _collect_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Keep every value of an object: a second “id” becomes “id (2)”."""
    cells: dict[str, Any] = {}
    for key, value in pairs:
        name, suffix = key, 1
        while name in cells:
            suffix += 1
            name = f"{key} ({suffix})"
        cells[name] = value
    return cells


def _describe_error(problem: json.JSONDecodeError, line: int) -> UnreadableFile:
    return UnreadableFile(
        f"The file is not valid JSON near line {line} ({problem.msg.lower()}). It may be cut off. "
        "Export it again and resend it."
    )


def _read_values(values: Sequence[_Value], records: NestedRecords) -> None:
    if len(values) > 1:
        records.add_note("json_lines", "Read as JSON Lines.", len(values))
        for value in values:
            records.add_record(records.name, value.value, {}, value.line)
        return
    value = values[0].value
    if isinstance(value, dict) and value.get("type") == _FEATURES:
        records.add_note("geojson", "Read as GeoJSON: a row for each feature.")
        features = value.get("features")
        _read_features(features if isinstance(features, list) else [], records)
        return
    records.add_note("json", "Read as JSON.")
    if isinstance(value, dict):
        records.read_wrapper(value)
    else:
        records.read_list(value if isinstance(value, list) else [value])


def _read_features(features: Sequence[Any], records: NestedRecords) -> None:
    """Read the properties of the features of a map, and the places of points."""
    shapes = 0
    for feature in features:
        if not isinstance(feature, dict):
            records.add_record(records.name, feature, {})
            continue
        place = _find_point(feature.get("geometry"))
        shapes += not place and feature.get("geometry") is not None
        own = {k: v for k, v in feature.items() if k not in ("geometry", "properties", "type")}
        properties = feature.get("properties")
        merged = {**own, **place, **(properties if isinstance(properties, dict) else {})}
        records.add_record(records.name, merged, {})
    if shapes:
        message = "Shapes of features, which are not a column of a table. They were not read."
        records.add_note("geometries", message, shapes)


def _find_point(geometry: Any) -> dict[str, Any]:
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return {}
    place = geometry.get("coordinates")
    if not isinstance(place, list) or len(place) < 2:  # noqa: PLR2004 - longitude and latitude
        return {}
    return {"longitude": place[0], "latitude": place[1]}
