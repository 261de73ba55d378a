"""Keep overlink flags: people who may be more than one child, by records and stated homes."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from cairn.data.identity.models.match_history import Sign
from cairn.data.identity.models.person_index import Statement
from cairn.data.identity.review.match_questions import group_evidence_by_component
from cairn.data.identity.storage import sql
from cairn.data.identity.storage.person_ids import PersonAssignment
from cairn.data.identity.storage.statements import IdentitySealer, build_seal_context
from cairn.data.intake.api import Delivery
from cairn.governance.consents.api import compute_school_year
from cairn.matching import clustering
from cairn.matching.standardize import standardize_postal_code

_SCHOOL_YEARS: Final = re.compile(r"(\d\d)(\d\d)-(?:\1)?(\d\d)")
_JULY, _JUNE, _LAST_OF_JUNE = 7, 6, 30
_CHUNK_ROWS: Final = 5_000


def read_stated_addresses(
    records: Collection[int], sealer: IdentitySealer
) -> Iterator[tuple[int, clustering.StatedAddress]]:
    """Read what deliveries state of the homes of a few records, and for which days.

    Args:
        records: record numbers.
        sealer: decrypts statements.
    Yields:
        Record number and one stated address.
    """
    for batch in sql.split_batches(sorted(records)):
        statements = Statement.objects.filter(record__among=sql.as_value_set(batch)).order_by("pk")
        periods = _read_delivery_periods(
            statements.order_by().values_list("delivery", flat=True).distinct()
        )
        for record, key, source, delivery, sealed, since in statements.values_list(
            "record_id", "record__key", "record__source", "delivery", "sealed", "since"
        ).iterator(_CHUNK_ROWS):
            first, last = find_stated_days(periods.get(delivery, ""), since)
            for version in sealer.open(build_seal_context(key, delivery), bytes(sealed)):
                code = standardize_postal_code(version.get("postal_code") or "")
                yield (
                    record,
                    clustering.StatedAddress(
                        source, code, first, last, clustering.list_shared_ties(version, source)
                    ),
                )


def find_stated_days(period: str, arrived_at: datetime) -> tuple[date, date]:
    """Find the first and the last day that a delivery is about.

    It is the last school year of its period ("2025-26", "2021-26"), else the school year in which
    it arrived.

    Args:
        period: the period as the delivery states it.
        arrived_at: when the delivery arrived.
    Returns:
        The first and the last day.
    """
    school_years = _SCHOOL_YEARS.fullmatch(period.strip())
    if school_years and school_years[2] < school_years[3]:
        start = int(school_years[1] + school_years[3]) - 1
    else:
        start = int(compute_school_year(timezone.localdate(arrived_at)).partition("-")[0])
    return date(start, _JULY, 1), date(start + 1, _JUNE, _LAST_OF_JUNE)


def _read_delivery_periods(deliveries: Collection[int]) -> dict[int, str]:
    return dict(Delivery.objects.filter(pk__in=list(deliveries)).values_list("pk", "period"))


def store_overlink_flags(
    assignment: PersonAssignment,
    statements: Iterable[Mapping[str, Any]],
    weakest_bits: Mapping[str, float | None],
    previous_people: Collection[str],
    sealer: IdentitySealer,
    at: datetime,
) -> None:
    """Store the flags of every examined person in place of the old ones.

    Args:
        assignment: the persons of the examined records.
        statements: the statements of these records, as `read_statements` returns them.
        weakest_bits: bits at the weakest link of each person.
        previous_people: the people of these records until now.
        sealer: decrypts statements.
        at: the current time.
    """
    snapshots, codes = _collect_snapshots(statements, at)
    records: dict[str, set[str]] = defaultdict(set)
    for name, person in zip(assignment.names, assignment.people, strict=True):
        records[person].add(name)
    raised = {
        (person, alarm.value)
        for person, names in records.items()
        for alarm in clustering.find_overlink_flags(
            [flag for name in sorted(names) for flag in snapshots[name]], weakest_bits[person]
        )
    }
    raised |= {
        (person, clustering.OverlinkFlag.HUB.value)
        for person in _find_hub_people(assignment, records)
    }
    raised |= {
        (person, clustering.OverlinkFlag.FAR_APART.value)
        for person in _find_distant_people(assignment, codes, sealer)
    }
    rows = sql.fetch_rows(
        "SELECT id, person_id, alarm FROM linkage_sign WHERE person_id AMONG",
        {*previous_people, *records},
    )
    stored_flags = {(person, alarm): pk for pk, person, alarm in rows}
    flags_to_delete = [pk for sign, pk in stored_flags.items() if sign not in raised]
    sql.execute_statement("DELETE FROM linkage_sign WHERE id AMONG", flags_to_delete)
    new, raised_at = sorted(raised - stored_flags.keys()), sql.adapt_datetime(at)
    sql.insert_rows(Sign, ("person_id", "alarm", "since"), [(*flag, raised_at) for flag in new])


def _collect_snapshots(
    statements: Iterable[Mapping[str, Any]], at: datetime
) -> tuple[dict[str, list[clustering.RecordSnapshot]], dict[str, set[str]]]:
    """Collect what the overlink checks read of each record, and the postal codes of each record."""
    snapshots: dict[str, list[clustering.RecordSnapshot]] = defaultdict(list)
    codes: dict[str, set[str]] = defaultdict(set)
    today = timezone.localdate(at)
    for row in statements:
        snapshots[row["record_key"]].append(
            clustering.RecordSnapshot(
                record=row["record_key"],
                source=row["source"],
                local_id=row.get("local_id"),
                state_id=row.get("state_id"),
                birth_date=row.get("birth_date"),
                death_date=row.get("death_date"),
                since=today,
            )
        )
        if code := standardize_postal_code(row.get("postal_code") or ""):
            codes[row["record_key"]].add(code)
    return snapshots, codes


def _find_distant_people(
    assignment: PersonAssignment, codes: Mapping[str, set[str]], sealer: IdentitySealer
) -> set[str]:
    """Find people with homes too far apart for one child.

    The time of a home is in no record, so the statements of the few people with distant postal
    codes are decrypted once more.
    """
    codes_of: dict[str, set[str]] = defaultdict(set)
    for name, person in zip(assignment.names, assignment.people, strict=True):
        codes_of[person] |= codes.get(name, set())
    doubtful = {
        person
        for person, addresses in codes_of.items()
        if clustering.has_distant_postal_codes(addresses)
    }
    person_of = {
        number: person
        for number, person in zip(assignment.numbers, assignment.people, strict=True)
        if person in doubtful
    }
    homes = defaultdict(list)
    for number, home in read_stated_addresses(person_of, sealer):
        homes[person_of[number]].append(home)
    return {
        person for person, addresses in homes.items() if clustering.find_distant_homes(addresses)
    }


def _find_hub_people(assignment: PersonAssignment, records: dict[str, set[str]]) -> set[str]:
    """Find people with one record that alone holds the others together, against other evidence."""
    component_of = dict(zip(assignment.people, assignment.circle, strict=True))
    contested = {
        component: between
        for component, between in group_evidence_by_component(assignment).items()
        if any(bits < 0 for bits in between.values())
    }
    return {
        person
        for person, names in records.items()
        if len(names) > 2  # noqa: PLR2004 - two records always hold each other together
        and (between := contested.get(component_of[person])) is not None
        and clustering.find_hub_records(
            names,
            {
                record_pair: pair_bits
                for record_pair, pair_bits in between.items()
                if names.issuperset(record_pair)
            },
            clustering.MATCH_THRESHOLD,
        )
    }
