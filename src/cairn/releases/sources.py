"""Which linked files a release is counted from, and who of the people in them is left out."""

from collections.abc import Iterable
from dataclasses import dataclass

from cairn.linkage import queries as linkage
from cairn.releases import facts
from cairn.rules.agreement import Agreement
from cairn.rules.vocabulary import Purpose
from cairn.warehouse.outcomes import OutcomeDefinition, catalogue
from cairn.warehouse.zones import FileRef


@dataclass(frozen=True, slots=True)
class Sources:
    """Linked files with the agreements that they came under."""

    refs: tuple[FileRef, ...]
    agreements: tuple[Agreement, ...]


def definitions(outcomes: Iterable[str]) -> tuple[OutcomeDefinition, ...]:
    """The definitions of outcomes by their ids."""
    return tuple(catalogue()[outcome] for outcome in outcomes)


def elements(outcomes: Iterable[str]) -> frozenset[str]:
    """Every data element that counting these outcomes uses."""
    return frozenset(e for definition in definitions(outcomes) for e in definition.elements)


def of(outcomes: Iterable[str], purpose: Purpose) -> Sources:
    """What was linked of the record types these outcomes read, under agreements that name the
    purpose. Data shared for another purpose are not even looked at."""
    records = {record for d in definitions(outcomes) for record in d.records}
    parts = [part for part in linkage.parts() if part.record in records]
    told = facts.lineage(part.agreement for part in parts)
    behind = {a.reference: a for a in told if purpose in a.purposes}
    used = [part for part in parts if part.agreement in behind]
    return Sources(
        refs=tuple(sorted({part.ref for part in used})),
        agreements=tuple(behind[name] for name in sorted({part.agreement for part in used})),
    )
