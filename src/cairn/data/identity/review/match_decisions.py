"""Read the reviewers' decisions in force, as pairs of records."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import TypeAlias

from django.db.models import Q

from cairn.data.identity.models.clerical_review import ALWAYS, Verdict, VerdictRecord
from cairn.data.identity.models.person_index import Record
from cairn.data.identity.models.relationships import RelationshipVerdict
from cairn.data.identity.storage.sql import as_value_set, select_rows, split_batches

RecordNumberPair: TypeAlias = tuple[int, int]


@dataclass(slots=True)
class MatchDecisions:
    """Pairs of record numbers that are always, and pairs that are never, one child."""

    always: list[RecordNumberPair] = field(default_factory=list)
    never: list[RecordNumberPair] = field(default_factory=list)

    @property
    def records(self) -> set[int]:
        """Return every record that the decisions are about."""
        return {number for record_pair in (*self.always, *self.never) for number in record_pair}

    def add_decision(self, kind: str, sides: tuple[Collection[int], Collection[int]]) -> None:
        """Add a decision: always, about all records of both sides; never, between the two sides."""
        if kind == ALWAYS:
            self.always += pairwise(sorted({*sides[0], *sides[1]}))
        else:
            self.never += product(sorted(sides[0]), sorted(sides[1]))


def find_match_decisions(records: Iterable[int]) -> MatchDecisions:
    """Find the decisions about any of these records, including the other records they are about.

    Args:
        records: record numbers.
    Returns:
        The decisions.
    """
    decisions = MatchDecisions()
    if not select_rows("SELECT 1 FROM linkage_verdict WHERE undone_at IS NULL LIMIT 1"):
        return decisions
    verdicts: set[int] = set()
    for batch in split_batches(records):
        verdict_records = VerdictRecord.objects.filter(verdict__undone_at__isnull=True).filter(
            Q(record__among=as_value_set(batch))
            | Q(record__source_id__records__among=as_value_set(batch))
        )
        verdicts.update(verdict_records.values_list("verdict_id", flat=True))
    for verdict in Verdict.objects.filter(pk__among=as_value_set(verdicts)).order_by("pk"):
        decisions.add_decision(verdict.kind, expand_decision_sides(verdict))
    return decisions


def expand_decision_sides(verdict: Verdict | RelationshipVerdict) -> tuple[set[int], set[int]]:
    """Find the records on both sides of a decision, including those that share a source ID.

    Args:
        verdict: the decision.
    Returns:
        Record numbers of side 0 and of side 1.
    """
    records_by_side: tuple[set[int], set[int]] = (set(), set())
    ids: tuple[set[int], set[int]] = (set(), set())
    side_rows = verdict.records.values_list("side", "record_id", "record__source_id")
    for side, record, source_id in side_rows:
        records_by_side[side].add(record)
        if source_id is not None:
            ids[side].add(source_id)
    shared = ids[0] & ids[1]
    by_id: dict[int, set[int]] = defaultdict(set)
    for of_id, record in Record.objects.filter(
        source_id__among=as_value_set((ids[0] | ids[1]) - shared)
    ).values_list("source_id", "pk"):
        by_id[of_id].add(record)
    for side in (0, 1):
        records_by_side[side].update(*(by_id[of_id] for of_id in ids[side] - shared))
    return records_by_side[0], records_by_side[1] - records_by_side[0]
