"""Linking: compare what came, keep the index, and part identifiers from attributes."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.disclosures import log as disclosures
from cairn.intake import facts as intake
from cairn.intake.queries import current
from cairn.intake.storehouse import key_ring, open_storehouse
from cairn.linkage import index
from cairn.linkage.gathering import Source, elements, gather, named
from cairn.linkage.models import LinkageRun, LinkedPart
from cairn.linkage.sealing import Sealer
from cairn.partners.facts import actor
from cairn.rules.access import may_open
from cairn.rules.authority import in_force
from cairn.rules.decision import Decision, Permit
from cairn.rules.linkage import may_link
from cairn.rules.vocabulary import RECIPIENTS, Action
from cairn.warehouse import mart, person
from cairn.warehouse.identifiers import distinct, with_anchors
from cairn.warehouse.linking.linking import Progress, Silence
from cairn.warehouse.linking.linking import link as compare
from cairn.warehouse.zones import FileRef, Storehouse

_METHOD = "three kinds of pairs, 1"
"""Changes when the method does, so that the same deliveries are then linked anew."""


_INTEREST = "to know which records are one child's, for the purposes of these agreements"


class NothingToLink(Exception):
    """No delivery is ready, or no agreement of one is in force."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What one run found: record → person, and the counts."""

    people: Mapping[str, str]
    records: int
    new_people: int
    sources_a_person: Counter[int]
    by_source: Mapping[str, list[int]]


def link(*, by: User, at: datetime, progress: Progress | None = None) -> LinkageRun:
    """Link every delivery that counts now. The same deliveries again: the run there is.

    Long work happens outside transactions; each database changes in one short one. Stopped at any
    point, the next run finishes: records keep their people, and files already made are found.
    """
    said = progress or Silence()
    store = open_storehouse()
    on = timezone.localdate(at)
    may_open(Action.LINK, actor(by), on=on).require()
    sources, left_out = _sources(at)
    laws = [intake.agreement(a) for a in sorted({s.agreement for s in sources})]
    decision = may_link(laws, elements(store, sources), actor(by), on)
    permit = decision.require()
    inputs = _digest(sources, permit)
    before = LinkageRun.objects.first()
    if before is not None and before.inputs == inputs:
        return before
    said.step("read identifying fields", len(sources))
    tables = gather(store, sources, permit, key_ring().subkey("linkage/records"))
    found = _identify(tables, at, said)
    parts, unlinked = _part(store, sources, tables, found.people, permit, said)
    return _record_run(
        LinkageRun(
            inputs=inputs,
            at=at,
            by=by,
            decision_id=decision.decision_id,
            basis=decision.basis.value if decision.basis else "",
            agreements=list(decision.agreements),
            deliveries=len(sources),
            left_out=left_out,
            rows=sum(map(len, tables.values())),
            rows_unlinked=unlinked,
            records=found.records,
            people=len(set(found.people.values())),
            new_people=found.new_people,
            sources_a_person={str(k): v for k, v in sorted(found.sources_a_person.items())},
            by_source=dict(found.by_source),
        ),
        parts,
        decision,
        frozenset(slug for terms in laws for slug in terms.organizations(*RECIPIENTS)),
    )


@transaction.atomic
def forget_everyone(*, by: User, at: datetime) -> None:
    """Take every name out of the person index: no delivery is left that it could be of."""
    decision = may_open(Action.DESTROY, actor(by), on=timezone.localdate(at))
    decision.require()
    index.renew({}, {}, Sealer(key_ring()), at)
    audit.record("linkage.forgotten", "linkage:all", by=by, at=at, decision=decision)


def _sources(at: datetime) -> tuple[list[Source], int]:
    """The deliveries whose agreement is in force, and how many are left out."""
    ready = current()
    live = {
        reference
        for reference in {d.agreement for d in ready}
        if in_force(intake.agreement(reference), timezone.localdate(at)).allowed
    }
    sources = [
        Source(d.delivery, d.organization, d.agreement, d.record, FileRef.parse(d.conformed_ref))
        for d in ready
        if d.agreement in live
    ]
    if not sources:
        raise NothingToLink(
            "There is nothing to link: no delivery is ready under an agreement in force. "
            "Receive a file first."
        )
    return sources, len(ready) - len(sources)


def _digest(sources: Sequence[Source], permit: Permit) -> str:
    lines = sorted(f"{s.organization} {s.agreement} {s.ref}" for s in sources)
    text = "\n".join([_METHOD, *lines, *sorted(permit.elements)])
    return hashlib.sha256(text.encode()).hexdigest()


def _identify(tables: Mapping[FileRef, pa.Table], at: datetime, said: Progress) -> _Found:
    records = distinct(list(tables.values()))
    clusters = with_anchors(records, compare(records, progress=said))
    assigned = person.assign(clusters, index.known(), new_id=index.new_id)
    people = dict(
        zip(*(assigned.column(n).to_pylist() for n in ("record_key", "person_id")), strict=True)
    )
    said.step("keep the person index")
    seen = named(records)
    new = index.renew(people, seen, Sealer(key_ring()), at)
    return _Found(
        people, len(clusters), new, *_spread(people, {k: n.source for k, n in seen.items()})
    )


def _spread(
    people: Mapping[str, str], source_of: Mapping[str, str]
) -> tuple[Counter[int], dict[str, list[int]]]:
    """How many people have how many sources; and for each source its records and people."""
    sources: dict[str, set[str]] = defaultdict(set)
    records: Counter[str] = Counter()
    for record, who in people.items():
        sources[who].add(source_of[record])
        records[source_of[record]] += 1
    persons = Counter(source for seen in sources.values() for source in seen)
    return (
        Counter(len(seen) for seen in sources.values()),
        {source: [records[source], persons[source]] for source in sorted(records)},
    )


def _part(
    store: Storehouse,
    sources: Sequence[Source],
    tables: Mapping[FileRef, pa.Table],
    people: Mapping[str, str],
    permit: Permit,
    said: Progress,
) -> tuple[list[LinkedPart], int]:
    """The linked file of every delivery, and how many rows found no person."""
    said.step("part names from attributes", len(sources))
    parts, unlinked = [], 0
    made = mart.parts(store)
    for source in sources:
        seen = tables.get(source.ref)
        crosswalk = mart.crosswalk(seen, people, rows=store.manifest(source.ref).rows)
        if seen is not None:
            unlinked += crosswalk.column("person_id").null_count
        ref = made.get(mart.part_name(source.ref, crosswalk)) or mart.part(
            store, source.ref, crosswalk, source=source.organization, permit=permit
        )
        parts.append(
            LinkedPart(
                delivery=source.delivery,
                organization=source.organization,
                agreement=source.agreement,
                record=source.record,
                file=str(ref),
            )
        )
        said.advance()
    return parts, unlinked


@transaction.atomic
def _record_run(
    run: LinkageRun, parts: list[LinkedPart], decision: Decision, recipients: frozenset[str]
) -> LinkageRun:
    run.save(force_insert=True)
    for part in parts:
        part.run = run
    LinkedPart.objects.bulk_create(parts)
    disclosures.record(
        decision,
        by=run.by,
        at=run.at,
        parties=recipients,
        interest=_INTEREST,
        people=run.people,
    )
    audit.record(
        "linkage.linked",
        run,
        by=run.by,
        at=run.at,
        decision=decision,
        detail={"deliveries": run.deliveries, "records": run.records, "people": run.people},
    )
    return run
