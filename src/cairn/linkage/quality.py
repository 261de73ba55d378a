"""How right the index is: for everyone, and by source, surname, race, sex and language.

Attributes never enter linkage. They are joined here, on the far side, to the random ids of the few
people of a reviewed sample, and what comes out is counts.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from django.utils import timezone

from cairn.accounts.models import User
from cairn.intake import facts as intake
from cairn.intake.rows import fact
from cairn.intake.storehouse import key_ring, open_storehouse
from cairn.linkage import figures, sampling
from cairn.linkage.among import among
from cairn.linkage.models import Link, LinkageRun, LinkedPart
from cairn.linkage.sealing import Sealer
from cairn.linkage.statements import opened
from cairn.partners.facts import actor
from cairn.rules.agreement import Agreement
from cairn.rules.mart import may_count
from cairn.rules.vocabulary import Purpose
from cairn.warehouse.linking import spelling
from cairn.warehouse.person.calibration import Histogram
from cairn.warehouse.person.doubt import Kind
from cairn.warehouse.person.estimate import Band, Quality, gaps, missing, quality
from cairn.warehouse.zones import FileRef, Storehouse

ATTRIBUTES: Final = ("race_ethnicity", "gender", "home_language")
SOURCE, SURNAME = "source", "surname"
ONE_WORD, SEVERAL_WORDS = "one word", "two words or more"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One answered question of the sample: its band, whether the index was wrong, whose it is."""

    kind: Kind
    band: int
    wrong: bool
    groups: Mapping[str, frozenset[str]]


def of_parts(
    parts: Iterable[LinkedPart], beyond: Histogram, *, by: User, at: datetime
) -> dict[str, Any]:
    """How right linking is, by all attributes that these parts' agreements let anyone count.
    ``beyond``: as ``sampling.totals`` has it."""
    store, parts = open_storehouse(), list(parts)
    refs = {FileRef.parse(part.file): part for part in parts}
    asked = {
        f"{part.record}.{name}"
        for ref, part in refs.items()
        for name, _ in store.manifest(ref).columns
        if name in ATTRIBUTES
    }
    laws = [intake.agreement(name) for name in sorted({part.agreement for part in parts})]
    on = timezone.localdate(at)
    told = [fact(terms, dict.fromkeys(_whose(parts, terms), ()), on) for terms in laws]
    allowed = may_count(laws, asked, Purpose.PUBLIC_REPORTING, actor(by), on, rows=told)
    fields = {e.partition(".")[2] for e in allowed.usable} if allowed.allowed else set()
    shut = {(name, one) for name, schools in allowed.shut.items() for one in schools}
    open_ = [ref for ref, part in refs.items() if (part.agreement, part.organization) not in shut]
    return measured(store, open_, fields, Sealer(key_ring()), beyond)


def beyond_of(run: LinkageRun | None) -> dict[float, int]:
    """What was counted between circles when everything was weighed last (``circles.beyond``)."""
    return {float(bits): n for bits, n in (run.found.get("beyond", {}) if run else {}).items()}


def _whose(parts: Iterable[LinkedPart], terms: Agreement) -> frozenset[str]:
    """The organizations that sent what came under an agreement."""
    return frozenset(part.organization for part in parts if part.agreement == terms.reference)


def measured(
    store: Storehouse,
    linked: Iterable[FileRef],
    fields: Collection[str],
    sealer: Sealer,
    beyond: Histogram,
) -> dict[str, Any]:
    """All of it as plain JSON, as a run keeps it: ``overall`` (none while answers are missing),
    ``missing`` (how many), ``groups`` and ``gaps`` of more than two points."""
    curves = sampling.curves()
    bands = sampling.bands(curves)
    people = figures.of_index().named
    answered = _reviewed(store, linked, fields, sealer)
    by_kind = _by_group(bands, answered)
    found = [gap for kind, groups in by_kind.items() for gap in gaps(kind, groups)]
    overall = quality(people, bands, totals=sampling.totals(curves, beyond))
    return {
        "overall": asdict(overall) if overall else None,
        "missing": missing(bands),
        "reviewed": len(answered),
        "groups": {
            kind: {name: asdict(q) for name, q in groups.items() if q is not None}
            for kind, groups in by_kind.items()
        },
        "gaps": [asdict(gap) for gap in found],
    }


def _by_group(
    bands: Iterable[Band], answered: Collection[Reviewed]
) -> dict[str, dict[str, Quality | None]]:
    """Kind of group → group → its quality. A band's joints are a group's as its sample's are."""
    whole = {(band.kind, band.number): band for band in bands}
    seen = Counter((one.kind, one.band) for one in answered)
    told: dict[tuple[str, str], dict[tuple[Kind, int], list[bool]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in answered:
        for kind, names in one.groups.items():
            for name in names:
                told[kind, name][one.kind, one.band].append(one.wrong)
    found: dict[str, dict[str, Quality | None]] = defaultdict(dict)
    for (kind, name), of_band in sorted(told.items()):
        mine = [
            Band(
                *key,
                population=round(whole[key].population * len(wrong) / seen[key]),
                reviewed=len(wrong),
                wrong=sum(wrong),
                chance=whole[key].chance,
            )
            for key, wrong in of_band.items()
        ]
        found[kind][name] = quality(0, mine, least=1)
    return found


def _reviewed(
    store: Storehouse, linked: Iterable[FileRef], fields: Collection[str], sealer: Sealer
) -> list[Reviewed]:
    answers = list(sampling.answers())
    records = {
        row.pk: list(row.records.values_list("record_id", "record__key", "record__source"))
        for row, _ in answers
    }
    numbers = sorted({number for held in records.values() for number, _, _ in held})
    surname = _surnames(numbers, sealer)
    person = dict(
        Link.objects.filter(record__among=among(numbers), until__isnull=True).values_list(
            "record_id", "person_id"
        )
    )
    of_person = _attributes(store, linked, fields, set(person.values()))
    return [
        Reviewed(
            sampling.kind_of(row),
            row.band,
            wrong,
            _groups(records[row.pk], surname, person, of_person),
        )
        for row, wrong in answers
    ]


def _groups(
    held: Collection[tuple[int, str, str]],
    surname: Mapping[str, str],
    person: Mapping[int, str],
    of_person: Mapping[str, Mapping[str, frozenset[str]]],
) -> dict[str, frozenset[str]]:
    people = {person[number] for number, _, _ in held if number in person}
    return {
        SOURCE: frozenset(source for _, _, source in held),
        SURNAME: frozenset(surname[key] for _, key, _ in held if key in surname),
        **{
            field: frozenset(v for one in people for v in values.get(one, ()))
            for field, values in of_person.items()
        },
    }


def _surnames(numbers: Collection[int], sealer: Sealer) -> dict[str, str]:
    """Record key → how its surname is built."""
    said = opened(numbers, sealer)
    return {
        key: SEVERAL_WORDS if len(spelling.family_words(name)) > 1 else ONE_WORD
        for key, name in zip(
            said["record_key"].to_pylist(), said["family_name"].to_pylist(), strict=True
        )
        if name
    }


def _attributes(
    store: Storehouse, linked: Iterable[FileRef], fields: Collection[str], people: Collection[str]
) -> dict[str, dict[str, frozenset[str]]]:
    """Field → person → what is said of her, of those people alone."""
    found: dict[str, dict[str, set[str]]] = {f: defaultdict(set) for f in ATTRIBUTES if f in fields}
    wanted = pa.array(sorted(people), pa.string())
    for ref in linked if people and found else ():
        told = [name for name, _ in store.manifest(ref).columns if name in found]
        if not told:
            continue
        table = store.read(ref)
        mine = table.filter(pc.is_in(table["person_id"], wanted))
        for name in told:
            for person, value in zip(
                mine["person_id"].to_pylist(), mine[name].to_pylist(), strict=True
            ):
                if value is not None:
                    found[name][person].add(str(value))
    return {f: {p: frozenset(v) for p, v in of.items()} for f, of in found.items()}
