"""The decisions of reviewers that stand, as pairs of records."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import TypeAlias

from django.db.models import Q

from cairn.linkage.among import among
from cairn.linkage.bulk import batches, rows
from cairn.linkage.models import Record, RelationshipVerdict, Verdict, VerdictRecord
from cairn.linkage.models.review import ALWAYS

Pair: TypeAlias = tuple[int, int]


@dataclass(slots=True)
class Decided:
    """Pairs of record numbers that are always, and never, one child."""

    always: list[Pair] = field(default_factory=list)
    never: list[Pair] = field(default_factory=list)

    @property
    def records(self) -> set[int]:
        """Everyone they speak of."""
        return {number for two in (*self.always, *self.never) for number in two}

    def of(self, kind: str, sides: tuple[Collection[int], Collection[int]]) -> None:
        """Adds a decision: always about all of both sides, never of one side against the other."""
        if kind == ALWAYS:
            self.always += pairwise(sorted({*sides[0], *sides[1]}))
        else:
            self.never += product(sorted(sides[0]), sorted(sides[1]))


def decided(about: Iterable[int]) -> Decided:
    """The decisions that speak of any of these records, and of whom they speak beside them."""
    found = Decided()
    if not rows("SELECT 1 FROM linkage_verdict WHERE undone_at IS NULL LIMIT 1"):
        return found
    verdicts: set[int] = set()
    for batch in batches(about):
        mine = VerdictRecord.objects.filter(verdict__undone_at__isnull=True).filter(
            Q(record__among=among(batch)) | Q(record__source_id__records__among=among(batch))
        )
        verdicts.update(mine.values_list("verdict_id", flat=True))
    for verdict in Verdict.objects.filter(pk__among=among(verdicts)).order_by("pk"):
        found.of(verdict.kind, sides(verdict))
    return found


def sides(verdict: Verdict | RelationshipVerdict) -> tuple[set[int], set[int]]:
    """The records on both sides of a decision, those included that share their id at the source."""
    named: tuple[set[int], set[int]] = (set(), set())
    ids: tuple[set[int], set[int]] = (set(), set())
    speaks = verdict.records.values_list("side", "record_id", "record__source_id")
    for side, record, source_id in speaks:
        named[side].add(record)
        if source_id is not None:
            ids[side].add(source_id)
    shared = ids[0] & ids[1]
    by_id: dict[int, set[int]] = defaultdict(set)
    for of_id, record in Record.objects.filter(
        source_id__among=among((ids[0] | ids[1]) - shared)
    ).values_list("source_id", "pk"):
        by_id[of_id].add(record)
    for side in (0, 1):
        named[side].update(*(by_id[of_id] for of_id in ids[side] - shared))
    return named[0], named[1] - named[0]
