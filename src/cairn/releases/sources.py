"""Which linked files a release is counted from, and who of the people in them is left out."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from cairn.intake.rows import fact, local_ids, rows_of
from cairn.linkage import queries as linkage
from cairn.linkage.queries import Part
from cairn.releases import facts
from cairn.rules.agreement import Agreement
from cairn.rules.rows import RowsFact
from cairn.rules.vocabulary import Purpose
from cairn.warehouse.children import RowsOf
from cairn.warehouse.outcomes import OutcomeDefinition, catalogue
from cairn.warehouse.zones import FileRef, Storehouse


@dataclass(frozen=True, slots=True)
class Sources:
    """Linked files with the agreements that they came under."""

    refs: tuple[FileRef, ...]
    agreements: tuple[Agreement, ...]
    parts: tuple[Part, ...]

    @property
    def rows(self) -> dict[FileRef, RowsOf]:
        """Whose rows each file holds."""
        return {part.ref: rows_of(part.organization, part.agreement) for part in self.parts}


def definitions(outcomes: Iterable[str]) -> tuple[OutcomeDefinition, ...]:
    """The definitions of outcomes by their ids."""
    return tuple(catalogue()[outcome] for outcome in outcomes)


def elements(outcomes: Iterable[str]) -> frozenset[str]:
    """Every data element that counting these outcomes uses."""
    return frozenset(e for definition in definitions(outcomes) for e in definition.elements)


def of(outcomes: Iterable[str], purpose: Purpose, *, pilot: bool = False) -> Sources:
    """What was linked of the record types these outcomes read, under agreements that name the
    purpose. Data shared for another purpose are not even looked at; nor are those of pilots, or
    for a ``pilot`` any other."""
    records = {record for d in definitions(outcomes) for record in d.records}
    parts = [part for part in linkage.parts(pilot=pilot) if part.record in records]
    told = facts.lineage(part.agreement for part in parts)
    return _behind(parts, {a.reference: a for a in told if purpose in a.purposes})


def of_records(
    records: Collection[str], agreements: Collection[str], *, pilot: bool = False
) -> Sources:
    """What was linked of these record types under these agreements (by reference), no others."""
    parts = [part for part in linkage.parts(pilot=pilot) if part.record in records]
    told = facts.lineage(part.agreement for part in parts if part.agreement in agreements)
    return _behind(parts, {a.reference: a for a in told})


def _behind(parts: Iterable[Part], behind: Mapping[str, Agreement]) -> Sources:
    used = [part for part in parts if part.agreement in behind]
    agreements = tuple(behind[name] for name in sorted({part.agreement for part in used}))
    return Sources(
        refs=tuple(sorted({part.ref for part in used})),
        agreements=agreements,
        parts=tuple(used),
    )


def told(found: Sources, store: Storehouse, on: date) -> tuple[RowsFact, ...]:
    """What is on record on a day of the children whom the rows under each agreement name."""
    return tuple(
        fact(terms, _named(found.parts, terms.reference, store), on) for terms in found.agreements
    )


def _named(parts: Iterable[Part], agreement: str, store: Storehouse) -> dict[str, Iterator[str]]:
    """The ids in the rows under one agreement, by the organization whose ids they are."""
    refs: dict[str, list[FileRef]] = defaultdict(list)
    for part in parts:
        if part.agreement == agreement:
            refs[part.organization].append(part.ref)
    return {whose: _ids(mine, store) for whose, mine in refs.items()}


def _ids(parts: Iterable[FileRef], store: Storehouse) -> Iterator[str]:
    """The ids in the files that linked files were made of; read only when they are asked for."""
    for part in parts:
        for conformed in store.manifest(part).inputs:
            yield from local_ids(store, FileRef.parse(conformed))
