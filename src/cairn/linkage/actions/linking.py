"""Linking: take in what came, look at what it touches, and part identifiers from attributes."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.intake import facts as intake
from cairn.intake.queries import superseded
from cairn.intake.storehouse import key_ring, open_storehouse
from cairn.linkage import encodings, figures, findings, index, kinship, quality, statements, stays
from cairn.linkage.forgotten import forget
from cairn.linkage.gathering import Source, elements, gather, named_in
from cairn.linkage.keeping import keep_run
from cairn.linkage.making import inputs_of, part_of, seen_of, standing
from cairn.linkage.models import LinkageRun, LinkedPart
from cairn.linkage.sealing import Sealer
from cairn.partners.facts import actor
from cairn.rules.access import may_open
from cairn.rules.agreement import Agreement
from cairn.rules.decision import Decision, Permit
from cairn.rules.linkage import may_link
from cairn.rules.vocabulary import Action
from cairn.warehouse.encoded.form import RECORD as ENCODINGS
from cairn.warehouse.identifiers import without_numbers
from cairn.warehouse.linking.linking import Progress, Silence
from cairn.warehouse.zones import FileRef, Storehouse


def link(
    *, by: User, at: datetime, progress: Progress | None = None, whole: bool = False
) -> LinkageRun:
    """Link every delivery that counts now. The same deliveries again: the run there is.

    Only deliveries that came or changed are read, and only records near them are weighed; all of
    them on the first run, and where ``whole`` asks for it. Stopped at any point, the next run
    finishes: the index knows which records nobody looked at yet, and files already made are found.
    """
    said = progress or Silence()
    store = open_storehouse()
    on = timezone.localdate(at)
    may_open(Action.LINK, actor(by), on=on).require()
    sources, left_out = standing(at)
    laws = [intake.agreement(a) for a in sorted({s.agreement for s in sources})]
    told = named_in(store, sources, laws, on)
    decision = may_link(laws, elements(store, sources), actor(by), on, rows=told)
    permit = decision.require()
    inputs = inputs_of(sources, permit)
    before = LinkageRun.objects.filter(pilot=False).first()
    waits = index.waits(Sealer(key_ring()))
    if before is not None and before.inputs == inputs and not whole and not waits:
        return before
    parts = {part.delivery: part for part in before.parts.all()} if before else {}
    come = [
        s
        for s in sources
        if s.delivery not in parts or parts[s.delivery].seen != seen_of(s, permit)
    ]
    said.step("read identifying fields", len(come))
    key = key_ring().subkey("linkage/records")
    tables = gather(store, come, permit, key)
    earlier = before.found.get(findings.FOUND, []) if before else []
    wrong = findings.standing(findings.of_deliveries(come, tables, earlier), sources)
    settled = _settle(sources, come, tables, by=by, at=at, whole=whole, said=said)
    made = [
        _kept(parts[s.delivery])
        if s not in come and s.organization not in settled.sources
        else _part(store, s, tables, permit, key)
        for s in sources
    ]
    counted = figures.of_index()
    beyond = settled.beyond if settled.whole else quality.beyond_of(before)
    return _record_run(
        LinkageRun(
            inputs=inputs,
            at=at,
            by=by,
            deliveries=len(sources),
            left_out=left_out,
            records=counted.records,
            people=counted.people,
            new_people=settled.new_people,
            whole=settled.whole,
            looked_at=settled.looked_at,
            sources_a_person=counted.sources_a_person,
            by_source=counted.by_source,
            found={
                "quality": quality.of_parts(made, beyond, by=by, at=at),
                findings.FOUND: wrong,
                "signs": figures.signs(),
                "named": counted.named,
                "encoded": encodings.of_projects(Sealer(key_ring())),
                "decisions": figures.decisions(),
                "drift": round(settled.drift, 2),
                "beyond": {str(bits): n for bits, n in beyond.items()},
            },
        ),
        made,
        decision,
        laws,
    )


@transaction.atomic
def forget_everyone(*, by: User, at: datetime) -> None:
    """Take every name out of the person index: no delivery is left that it could be of."""
    decision = may_open(Action.DESTROY, actor(by), on=timezone.localdate(at))
    decision.require()
    sealer = Sealer(key_ring())
    for delivery in statements.deliveries():
        statements.take(delivery, [], sealer, at)
    index.settle(sealer, at, by=str(by.pk), delivered=True)
    forget(None)
    kinship.refresh(sealer, at)
    audit.record("linkage.forgotten", "linkage:all", by=by, at=at, decision=decision)


def _settle(
    sources: Sequence[Source],
    come: Sequence[Source],
    tables: Mapping[FileRef, pa.Table],
    *,
    by: User,
    at: datetime,
    whole: bool,
    said: Progress,
) -> index.Settled:
    """The index takes in what came and takes back what is gone, then looks at what that touches."""
    sealer = Sealer(key_ring())
    said.step("keep what they say", len(come))
    for source in come:
        if source.ref in tables:
            told = _told(source, tables[source.ref])
            statements.take(source.delivery, told, sealer, at)
        said.advance()
    standing = {source.delivery for source in sources} | {statements.TYPED_IN}
    for delivery in statements.deliveries() - standing:
        statements.take(delivery, [], sealer, at)
    said.step("compare records and put people together")
    settled = index.settle(sealer, at, by=str(by.pk), whole=whole, delivered=True)
    said.step("keep who lives with whom")
    gone = stays.deliveries() - standing
    kinship.withdraw(gone - superseded(gone))
    kinship.refresh(sealer, at)
    return settled


def _told(source: Source, seen: pa.Table) -> list[statements.Told]:
    if source.record == ENCODINGS:
        return encodings.told(seen)
    return statements.told(without_numbers(seen))


def _kept(part: LinkedPart) -> LinkedPart:
    """The same part for another run."""
    part.pk = None
    return part


def _keys(seen: pa.Table) -> set[str]:
    return set(seen.column("record_key").drop_null().to_pylist())


def _part(
    store: Storehouse,
    source: Source,
    tables: Mapping[FileRef, pa.Table],
    permit: Permit,
    key: bytes,
) -> LinkedPart:
    """The linked file of one delivery, and how many of its rows found no person."""
    seen = tables.get(source.ref)
    if seen is None:
        seen = gather(store, [source], permit, key).get(source.ref)
    people = {} if seen is None else index.people(_keys(seen))
    return part_of(store, source, seen, people, permit)


@transaction.atomic
def _record_run(
    run: LinkageRun,
    parts: Sequence[LinkedPart],
    decision: Decision,
    laws: Sequence[Agreement],
) -> LinkageRun:
    told = keep_run(run, parts, decision, laws)
    audit.record("linkage.linked", run, by=run.by, at=run.at, decision=decision, detail=told)
    return run
