"""Signs that a person of the index is more than one child, kept as she is looked at."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from cairn.linkage.bulk import ask, insert, moment, tell
from cairn.linkage.found import Found
from cairn.linkage.homes import homes_of
from cairn.linkage.models import Sign
from cairn.linkage.sealing import Sealer
from cairn.linkage.uncertain import evidence
from cairn.warehouse.linking.groups import THRESHOLD
from cairn.warehouse.linking.spelling import postal
from cairn.warehouse.person.alarms import Alarm, Seen, alarms, hubs
from cairn.warehouse.person.far_apart import far_apart, may_be_far


def keep(
    found: Found,
    said: Iterable[Mapping[str, Any]],
    joint: Mapping[str, float | None],
    before: Collection[str],
    sealer: Sealer,
    at: datetime,
) -> None:
    """Keep the signs of every person that was looked at, in the place of the old ones.

    ``said``: all that stands of the records, as ``statements.said_of`` tells it; ``joint``: how
    much holds each person together; ``before``: the people who stood there until now.
    """
    seen, codes = _seen(said, at)
    records: dict[str, set[str]] = defaultdict(set)
    for name, person in zip(found.names, found.people, strict=True):
        records[person].add(name)
    raised = {
        (person, alarm.value)
        for person, names in records.items()
        for alarm in alarms([one for name in sorted(names) for one in seen[name]], joint[person])
    }
    raised |= {(person, Alarm.HUB.value) for person in _held_by_one(found, records)}
    raised |= {(person, Alarm.FAR_APART.value) for person in _too_far(found, codes, sealer)}
    rows = ask(
        "SELECT id, person_id, alarm FROM linkage_sign WHERE person_id AMONG", {*before, *records}
    )
    held = {(person, alarm): pk for pk, person, alarm in rows}
    gone = [pk for sign, pk in held.items() if sign not in raised]
    tell("DELETE FROM linkage_sign WHERE id AMONG", gone)
    new, when = sorted(raised - held.keys()), moment(at)
    insert(Sign, ("person_id", "alarm", "since"), [(*one, when) for one in new])


def _seen(
    said: Iterable[Mapping[str, Any]], at: datetime
) -> tuple[dict[str, list[Seen]], dict[str, set[str]]]:
    """Record key → what alarms look at, and record key → its postal codes."""
    found: dict[str, list[Seen]] = defaultdict(list)
    codes: dict[str, set[str]] = defaultdict(set)
    today = timezone.localdate(at)
    for row in said:
        found[row["record_key"]].append(
            Seen(
                record=row["record_key"],
                source=row["source"],
                local_id=row.get("local_id"),
                state_id=row.get("state_id"),
                birth_date=row.get("birth_date"),
                death_date=row.get("death_date"),
                since=today,
            )
        )
        if code := postal(row.get("postal_code") or ""):
            codes[row["record_key"]].add(code)
    return found, codes


def _too_far(found: Found, codes: Mapping[str, set[str]], sealer: Sealer) -> set[str]:
    """People whose homes are too far apart for one child. When a home was said stands in no record:
    what deliveries say of the few whose codes are far apart at all is opened once more."""
    codes_of: dict[str, set[str]] = defaultdict(set)
    for name, person in zip(found.names, found.people, strict=True):
        codes_of[person] |= codes.get(name, set())
    doubtful = {person for person, some in codes_of.items() if may_be_far(some)}
    person_of = {
        number: person
        for number, person in zip(found.numbers, found.people, strict=True)
        if person in doubtful
    }
    homes = defaultdict(list)
    for number, home in homes_of(person_of, sealer):
        homes[person_of[number]].append(home)
    return {person for person, some in homes.items() if far_apart(some)}


def _held_by_one(found: Found, records: dict[str, set[str]]) -> set[str]:
    """People whose records are held together by one of them alone, against other evidence."""
    circle_of = dict(zip(found.people, found.circle, strict=True))
    contested = {
        circle: between
        for circle, between in evidence(found).items()
        if any(bits < 0 for bits in between.values())
    }
    return {
        person
        for person, names in records.items()
        if len(names) > 2  # noqa: PLR2004 - two records are held together by each other
        and (between := contested.get(circle_of[person])) is not None
        and hubs(names, {two: b for two, b in between.items() if names.issuperset(two)}, THRESHOLD)
    }
