"""Link the deliveries of pilots: same rules and method, separate from the index.

Synthetic records are compared with one another alone, under a key of their own, and get new people
in
each run. The person index never receives them: no statement, no blocking key, no question for a
reviewer,
no learned weight.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from cairn.data.identity.models.linkage_runs import LinkageRun, LinkedPart
from cairn.data.identity.runs import delivery_records, run_outputs
from cairn.data.identity.storage.person_ids import create_person_id
from cairn.data.intake.api import load_agreement_by_reference
from cairn.matching import standardize
from cairn.matching.pipeline import link_records
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import load_current_actor
from cairn.platform.audit.api import record_audit_event
from cairn.platform.storage.api import open_file_store, open_key_ring
from cairn.platform.tasks.api import NullProgress, Progress
from cairn.policy.engine import Decision
from cairn.policy.facts import AgreementFact
from cairn.policy.questions import may_match_records, may_open_page
from cairn.policy.vocabulary import Action
from cairn.warehouse.pipeline import find_linked_files
from cairn.warehouse.schema import ENCODED_RECORD_TYPE
from cairn.warehouse.store import FileRef

__all__ = ["link_pilot_deliveries"]

_PILOT_KEY_LABEL: Final = "linkage/pilots"


@dataclass(frozen=True, slots=True)
class _PilotPeople:
    """The people of synthetic records, by record key and anchor, and counted."""

    of: Mapping[str, str]
    records: int = 0
    sources_a_person: Mapping[str, int] | None = None
    by_source: Mapping[str, list[int]] | None = None

    @property
    def number(self) -> int:
        return len(set(self.of.values()))


def link_pilot_deliveries(
    *, by: User, at: datetime, progress: Progress | None = None
) -> LinkageRun:
    """Link the synthetic deliveries that count now; if unchanged, return the existing run.

    Args:
        by: the user who links.
        at: the current time.
        progress: receives the steps.
    Returns:
        The run.
    Raises:
        NothingToLink: no synthetic delivery is ready under a pilot in force.
    """
    reporter = progress or NullProgress()
    store, on = open_file_store(), timezone.localdate(at)
    actor = load_current_actor(by)
    may_open_page(Action.LINK, actor, on=on).require()
    deliveries, left_out = run_outputs.list_linkable_deliveries(actor, at, pilot=True)
    agreements = [
        load_agreement_by_reference(name)
        for name in sorted({delivery.agreement for delivery in deliveries})
    ]
    row_facts = delivery_records.build_row_facts(store, deliveries, agreements, on)
    decision = may_match_records(
        agreements,
        delivery_records.list_identifying_elements(store, deliveries),
        actor,
        on,
        rows=row_facts,
        pilot=True,
    )
    permit = decision.require()
    inputs = run_outputs.hash_run_inputs(deliveries, permit)
    previous_run = LinkageRun.objects.filter(pilot=True).first()
    if previous_run is not None and previous_run.inputs == inputs:
        return previous_run
    tables = delivery_records.read_identifying_fields(
        store, deliveries, permit, open_key_ring().subkey(_PILOT_KEY_LABEL)
    )
    people = _resolve_pilot_people(
        [tables[delivery.ref] for delivery in deliveries if _has_names(delivery, tables)], reporter
    )
    existing_files = find_linked_files(store)
    linked_parts = [
        run_outputs.make_linked_file(
            store, delivery, tables.get(delivery.ref), people.of, permit, existing_files
        )
        for delivery in deliveries
    ]
    run = LinkageRun(
        pilot=True,
        inputs=inputs,
        at=at,
        by=by,
        deliveries=len(deliveries),
        left_out=left_out,
        records=people.records,
        people=people.number,
        new_people=people.number,
        looked_at=people.records,
        sources_a_person=dict(people.sources_a_person or {}),
        by_source=dict(people.by_source or {}),
    )
    return _record_pilot_run(run, linked_parts, decision, agreements)


@transaction.atomic
def _record_pilot_run(
    run: LinkageRun,
    parts: Sequence[LinkedPart],
    decision: Decision,
    agreements: Sequence[AgreementFact],
) -> LinkageRun:
    audit_detail = run_outputs.store_linkage_run(run, parts, decision, agreements)
    record_audit_event(
        "linkage.pilots_linked", run, by=run.by, at=run.at, decision=decision, detail=audit_detail
    )
    return run


def _has_names(
    delivery: delivery_records.LinkedDelivery, tables: Mapping[FileRef, pa.Table]
) -> bool:
    """Decide whether a delivery carries names: synthetic encodings are compared with nothing."""
    return delivery.ref in tables and delivery.record != ENCODED_RECORD_TYPE


def _resolve_pilot_people(tables: Sequence[pa.Table], reporter: Progress) -> _PilotPeople:
    if not tables:
        return _PilotPeople({})
    records = standardize.list_distinct_records(
        [standardize.remove_social_security_numbers(table) for table in tables]
    )
    if not len(records):
        return _PilotPeople({})
    clusters = link_records(records.drop_columns(["anchor"]), progress=reporter)
    ids: dict[int, str] = defaultdict(create_person_id)
    anchored_clusters = standardize.add_anchors_to_clusters(records, clusters)
    person_of = {
        key: ids[cluster]
        for key, cluster in _iterate_columns(anchored_clusters, "record_key", "cluster")
    }
    pairs = {(source, key) for source, key in _iterate_columns(records, "source", "record_key")}
    sources: dict[str, set[str]] = defaultdict(set)
    by_source: dict[str, list[str]] = defaultdict(list)
    for source, key in sorted(pairs):
        sources[person_of[key]].add(source)
        by_source[source].append(person_of[key])
    source_counts = Counter(len(person_sources) for person_sources in sources.values())
    return _PilotPeople(
        person_of,
        records=len(pairs),
        sources_a_person={
            str(source_count): people for source_count, people in sorted(source_counts.items())
        },
        by_source={
            source: [len(people_of_source), len(set(people_of_source))]
            for source, people_of_source in by_source.items()
        },
    )


def _iterate_columns(table: pa.Table, *columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table.column(name).to_pylist() for name in columns), strict=True)
