"""List the breakdowns for which data are on record, so that a form offers no empty table."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import pyarrow.compute as pc
from django.core.cache import caches

from cairn.data.identity.api import LinkedFile, list_linked_files
from cairn.governance.partners.api import Organization, find_program_names
from cairn.outputs.releases import facts
from cairn.outputs.releases.protection.counts import ReleaseInsider
from cairn.platform.storage.api import open_file_store
from cairn.policy.vocabulary import Purpose
from cairn.sdc.tables import SMALLEST_MINIMUM_CELL
from cairn.warehouse import measures
from cairn.warehouse.store import FileRef, NoSuchFile

_FEWEST_MEMBERS: Final = SMALLEST_MINIMUM_CELL
"""A program with fewer rows is not offered: nothing of it could be shown."""


def list_offered_dimensions(purpose: Purpose, fewest: int = _FEWEST_MEMBERS) -> tuple[str, ...]:
    """List the dimensions, beside place, race and gender, for which agreements share data.

    Whether a release may use one is decided when it is checked.

    Args:
        purpose: the purpose that an agreement must name.
        fewest: the smallest number of rows of a program that is listed.
    Returns:
        The dimensions, in the order of pages; each program is one.
    """
    parts = [*list_linked_files(), *list_linked_files(pilot=True)]
    agreements = {
        terms.reference: terms
        for terms in facts.load_lineage(part.agreement for part in parts)
        if purpose in terms.purposes
    }
    return tuple(
        dimension
        for breakdown in measures.load_breakdowns().values()
        if breakdown.element
        for dimension in _list_dimensions(
            breakdown,
            [
                part
                for part in parts
                if part.record == breakdown.record
                and part.agreement in agreements
                and breakdown.element in agreements[part.agreement].elements
            ],
            fewest,
        )
    )


def list_program_contributors(
    definitions: Iterable[measures.IndicatorDefinition], purpose: Purpose
) -> tuple[str, ...]:
    """List the programs that know children of these indicators: all, if one is about programs.

    Args:
        definitions: the indicators of a release.
        purpose: the purpose that an agreement must name.
    Returns:
        The dimension of each program.
    """
    if not any(definition.is_about_programs for definition in definitions):
        return ()
    return tuple(filter(measures.get_member_name, list_offered_dimensions(purpose, fewest=1)))


def list_insiders(
    audiences: Iterable[Organization | None], purpose: Purpose
) -> tuple[ReleaseInsider, ...]:
    """List the partners with a release of their own, and how the tables name their children.

    A partner's programs are those that it runs in Cairn, that have its name, and that are in files
    that it sent.

    Args:
        audiences: the partners; None for a public release.
        purpose: the purpose that an agreement must name.
    Returns:
        Each partner once.
    """
    partners = {partner.slug: partner for partner in audiences if partner}
    if not partners:
        return ()
    offered = list_offered_dimensions(purpose, fewest=1)
    insiders = []
    for slug, partner in sorted(partners.items()):
        names = _list_own_names(partner)
        dimensions = frozenset(
            dimension
            for dimension in offered
            if measures.fold_program_name(measures.get_member_name(dimension)) in names
        )
        districts = frozenset({partner.name.casefold(), slug})
        insiders.append(ReleaseInsider(slug, dimensions, districts))
    return tuple(insiders)


def _list_own_names(partner: Organization) -> frozenset[str]:
    """List the names of a partner's programs, spelled alike."""
    names = {partner.name, partner.slug, *find_program_names(partner.slug)}
    for breakdown in measures.load_breakdowns().values():
        if breakdown.rule is measures.BreakdownRule.MEMBER:
            for part in [*list_linked_files(), *list_linked_files(pilot=True)]:
                if part.record == breakdown.record and part.organization == partner.slug:
                    names |= _count_names(part.ref, breakdown.field).keys()
    return frozenset(measures.fold_program_name(name) for name in names) - {""}


def _list_dimensions(
    breakdown: measures.Breakdown, parts: list[LinkedFile], fewest: int
) -> Iterator[str]:
    if breakdown.rule is measures.BreakdownRule.MEMBER:
        names = list_program_names(
            (_count_names(part.ref, breakdown.field) for part in parts), fewest
        )
        yield from (measures.build_member_dimension(breakdown.id, name) for name in names)
    elif parts:
        yield breakdown.id


def list_program_names(counts: Iterable[Counter[str]], fewest: int) -> list[str]:
    """List the names with enough rows, in the spelling that most rows use.

    Args:
        counts: rows by name, of each file.
        fewest: the smallest number of rows.
    Returns:
        The names, in alphabetical order.
    """
    spellings: dict[str, Counter[str]] = {}
    for count in counts:
        for name, rows in count.items():
            same = measures.fold_program_name(name)
            spellings.setdefault(same, Counter())[name] += rows
    return sorted(
        max(sorted(names), key=names.__getitem__)
        for same, names in spellings.items()
        if same and names.total() >= fewest
    )


def _count_names(ref: FileRef, field: str) -> Counter[str]:
    """Count the rows of a file by name. A file never changes, so the counts are kept."""

    def count() -> Counter[str]:
        try:
            table = open_file_store().read(ref)
        except NoSuchFile:
            return Counter()
        if field not in table.column_names:
            return Counter()
        pairs = pc.value_counts(table.column(field)).to_pylist()
        return Counter({pair["values"]: pair["counts"] for pair in pairs if pair["values"]})

    return caches["figures"].get_or_set(f"names:{ref}:{field}", count, timeout=None) or count()
