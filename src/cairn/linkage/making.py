"""What every run of linkage does, whichever world it is of: which deliveries, which files."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import pyarrow as pa
from django.utils import timezone

from cairn.intake import facts as intake
from cairn.intake.queries import current
from cairn.linkage import figures
from cairn.linkage.gathering import Source
from cairn.linkage.models import LinkedPart
from cairn.rules.authority import in_force
from cairn.rules.decision import Permit
from cairn.rules.known import digest
from cairn.warehouse import mart
from cairn.warehouse.zones import FileRef, Storehouse

_METHOD: Final = "the person index, 2"
"""Changes when the method does, so that the same deliveries are then linked anew."""


INTEREST: Final = "to know which records are one child's, for the purposes of these agreements"


class NothingToLink(Exception):
    """No delivery is ready, or no agreement of one is in force."""


def standing(at: datetime, *, pilot: bool = False) -> tuple[list[Source], int]:
    """The deliveries of one world, synthetic or real, whose agreement is in force and of the same
    world, and how many are left out. Raises `NothingToLink`."""
    ready = [d for d in current() if d.synthetic is pilot]
    laws = [intake.agreement(reference) for reference in {d.agreement for d in ready}]
    live = {
        terms.reference
        for terms in laws
        if bool(terms.pilot) is pilot and in_force(terms, timezone.localdate(at)).allowed
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


def inputs_of(sources: Sequence[Source], permit: Permit) -> str:
    """Names these deliveries, and what may be seen of them, today."""
    lines = sorted(f"{s.organization} {s.agreement} {s.ref}" for s in sources)
    families = digest(permit.rows, permit.kept_back, permit.shut)
    text = "\n".join([_METHOD, *lines, *sorted(permit.elements), families, figures.decisions()])
    return hashlib.sha256(text.encode()).hexdigest()


def seen_of(source: Source, permit: Permit) -> str:
    """Names what linkage may see of one delivery."""
    mine = sorted(e for e in permit.elements if e.startswith(f"{source.record}."))
    shut = permit.shut.get(source.agreement)
    families = digest(permit.rows.get(source.agreement), permit.kept_back, shut)
    return digest(_METHOD, str(source.ref), mine, families)


def part_of(
    store: Storehouse,
    source: Source,
    seen: pa.Table | None,
    people: Mapping[str, str],
    permit: Permit,
) -> LinkedPart:
    """The linked file of one delivery, by the person of each record key and anchor in ``seen``."""
    rows = store.manifest(source.ref).rows
    crosswalk = mart.crosswalk(seen, people, rows=rows)
    name = mart.part_name(source.ref, crosswalk, permit, source.rows)
    ref = mart.parts(store).get(name) or mart.part(
        store,
        source.ref,
        crosswalk,
        source=source.organization,
        permit=permit,
        rows=source.rows,
    )
    return LinkedPart(
        delivery=source.delivery,
        organization=source.organization,
        agreement=source.agreement,
        record=source.record,
        file=str(ref),
        seen=seen_of(source, permit),
        rows=0 if seen is None else rows,
        rows_unlinked=0 if seen is None else crosswalk.column("person_id").null_count,
    )
