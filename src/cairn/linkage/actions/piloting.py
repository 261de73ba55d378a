"""Linking the deliveries of pilots: the same rules and the same method, apart from the index.

Invented records are compared with one another alone, under a key of their own, and get people of
their own in each run. The person index never sees them: no statement, no blocking key, no question
for a reviewer, no learned weight.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.intake import facts as intake
from cairn.intake.storehouse import key_ring, open_storehouse
from cairn.linkage.gathering import Source, elements, gather, named_in
from cairn.linkage.keeping import keep_run
from cairn.linkage.making import inputs_of, part_of, standing
from cairn.linkage.models import LinkageRun, LinkedPart
from cairn.linkage.naming import new_id
from cairn.partners.facts import actor
from cairn.rules.access import may_open
from cairn.rules.agreement import Agreement
from cairn.rules.decision import Decision
from cairn.rules.linkage import may_link
from cairn.rules.vocabulary import Action
from cairn.warehouse.encoded.form import RECORD as ENCODINGS
from cairn.warehouse.identifiers import distinct, with_anchors, without_numbers
from cairn.warehouse.linking.linking import Progress, Silence
from cairn.warehouse.linking.linking import link as compared
from cairn.warehouse.zones import FileRef

_KEY: Final = "linkage/pilots"


@dataclass(frozen=True, slots=True)
class _People:
    """Who is who among invented records: by record key and anchor, and counted."""

    of: Mapping[str, str]
    records: int = 0
    sources_a_person: Mapping[str, int] | None = None
    by_source: Mapping[str, list[int]] | None = None

    @property
    def number(self) -> int:
        return len(set(self.of.values()))


def link_pilots(*, by: User, at: datetime, progress: Progress | None = None) -> LinkageRun:
    """Link the synthetic deliveries that count now, and no other. The same ones again: the run
    there is. Raises `NothingToLink`."""
    said = progress or Silence()
    store, on = open_storehouse(), timezone.localdate(at)
    may_open(Action.LINK, actor(by), on=on).require()
    sources, left_out = standing(at, pilot=True)
    laws = [intake.agreement(name) for name in sorted({s.agreement for s in sources})]
    told = named_in(store, sources, laws, on)
    decision = may_link(laws, elements(store, sources), actor(by), on, rows=told, pilot=True)
    permit = decision.require()
    inputs = inputs_of(sources, permit)
    before = LinkageRun.objects.filter(pilot=True).first()
    if before is not None and before.inputs == inputs:
        return before
    tables = gather(store, sources, permit, key_ring().subkey(_KEY))
    people = _who_is_who([tables[s.ref] for s in sources if _in_the_clear(s, tables)], said)
    made = [part_of(store, s, tables.get(s.ref), people.of, permit) for s in sources]
    run = LinkageRun(
        pilot=True,
        inputs=inputs,
        at=at,
        by=by,
        deliveries=len(sources),
        left_out=left_out,
        records=people.records,
        people=people.number,
        new_people=people.number,
        looked_at=people.records,
        sources_a_person=dict(people.sources_a_person or {}),
        by_source=dict(people.by_source or {}),
    )
    return _record_run(run, made, decision, laws)


@transaction.atomic
def _record_run(
    run: LinkageRun,
    parts: Sequence[LinkedPart],
    decision: Decision,
    laws: Sequence[Agreement],
) -> LinkageRun:
    told = keep_run(run, parts, decision, laws)
    audit.record("linkage.pilots_linked", run, by=run.by, at=run.at, decision=decision, detail=told)
    return run


def _in_the_clear(source: Source, tables: Mapping[FileRef, pa.Table]) -> bool:
    """Whether a delivery brought names: invented encodings are nobody's, and are compared with
    nothing."""
    return source.ref in tables and source.record != ENCODINGS


def _who_is_who(tables: Sequence[pa.Table], said: Progress) -> _People:
    if not tables:
        return _People({})
    records = distinct([without_numbers(table) for table in tables])
    if not len(records):
        return _People({})
    clusters = compared(records.drop_columns(["anchor"]), progress=said)
    ids: dict[int, str] = defaultdict(new_id)
    whole = with_anchors(records, clusters)
    of = {key: ids[cluster] for key, cluster in _rows(whole, "record_key", "cluster")}
    pairs = {(source, key) for source, key in _rows(records, "source", "record_key")}
    sources: dict[str, set[str]] = defaultdict(set)
    by_source: dict[str, list[str]] = defaultdict(list)
    for source, key in sorted(pairs):
        sources[of[key]].add(source)
        by_source[source].append(of[key])
    counted = Counter(len(found) for found in sources.values())
    return _People(
        of,
        records=len(pairs),
        sources_a_person={str(n): people for n, people in sorted(counted.items())},
        by_source={source: [len(p), len(set(p))] for source, p in by_source.items()},
    )


def _rows(table: pa.Table, *columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table.column(name).to_pylist() for name in columns), strict=True)
