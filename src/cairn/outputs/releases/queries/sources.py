"""Find the matched files to count figures from, and the facts about the children in them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from cairn.data.identity.api import LinkedFile, list_linked_files
from cairn.data.intake.api import build_rows_fact, describe_row_origin, list_conformed_local_ids
from cairn.outputs.releases import facts
from cairn.outputs.releases.catalogue import load_indicator_catalogue
from cairn.policy.facts import AgreementFact, RowsFact
from cairn.policy.vocabulary import Purpose
from cairn.warehouse.measures import IndicatorDefinition, is_dimension, list_breakdown_elements
from cairn.warehouse.pipeline import RowOrigin
from cairn.warehouse.store import FileRef, FileStore

__all__ = ["LinkedSources", "find_definition_sources", "find_record_sources", "load_row_facts"]


@dataclass(frozen=True, slots=True)
class LinkedSources:
    """Linked files with the agreements under which they came.

    Attributes:
        refs: the files, each once.
        agreements: facts of the agreements, in the order of their references.
        parts: the files again, each with its organization, agreement and record type.
    """

    refs: tuple[FileRef, ...]
    agreements: tuple[AgreementFact, ...]
    parts: tuple[LinkedFile, ...]

    @property
    def rows(self) -> dict[FileRef, RowOrigin]:
        """Return the owner and agreement of the rows in each file."""
        return {
            part.ref: describe_row_origin(
                part.organization, part.agreement, file_year=part.file_year
            )
            for part in self.parts
        }


def get_outcome_definitions(outcomes: Iterable[str]) -> tuple[IndicatorDefinition, ...]:
    """Return the definitions of outcomes by their ids."""
    catalogue = load_indicator_catalogue()
    return tuple(catalogue[outcome] for outcome in outcomes)


def list_outcome_elements(
    outcomes: Iterable[str], tables: Iterable[Iterable[str]] = ()
) -> frozenset[str]:
    """Return every data element that counting these outcomes by these tables uses."""
    elements = {
        element
        for definition in get_outcome_definitions(outcomes)
        for element in definition.elements
    }
    return frozenset(elements) | list_breakdown_elements(
        dim for table in tables for dim in table if is_dimension(dim)
    )


def find_outcome_sources(
    outcomes: Iterable[str],
    purpose: Purpose,
    *,
    tables: Iterable[Iterable[str]] = (),
    pilot: bool = False,
) -> LinkedSources:
    """Find the matched files of the records that these outcomes and tables read, for a purpose.

    Only files under agreements that name the purpose are used; data shared for another purpose is
    not read. A pilot release uses files of pilots only, any other release none of them.
    """
    elements = list_outcome_elements(outcomes, tables)
    return _find_sources({name.partition(".")[0] for name in elements}, purpose, pilot=pilot)


def find_definition_sources(
    definitions: Iterable[IndicatorDefinition], purpose: Purpose, *, pilot: bool = False
) -> LinkedSources:
    """Find the matched files of the record types that these definitions read, for a purpose.

    Args:
        definitions: the definitions, published by or not.
        purpose: the purpose that an agreement must name.
        pilot: look in pilots' files instead of real ones.

    Returns:
        The files; none where no agreement covers them.
    """
    records = {record for definition in definitions for record in definition.records}
    return _find_sources(records, purpose, pilot=pilot)


def _find_sources(records: Collection[str], purpose: Purpose, *, pilot: bool) -> LinkedSources:
    matched_parts = [part for part in list_linked_files(pilot=pilot) if part.record in records]
    agreements = facts.load_lineage(part.agreement for part in matched_parts)
    return _select_covered_sources(
        matched_parts,
        {
            agreement.reference: agreement
            for agreement in agreements
            if purpose in agreement.purposes
        },
    )


def find_record_sources(
    records: Collection[str], agreements: Collection[str], *, pilot: bool = False
) -> LinkedSources:
    """Find the linked files of some record types, under some agreements only.

    Args:
        records: names of the record types.
        agreements: references of the agreements.
        pilot: look in pilots' files instead of real ones.

    Returns:
        The files; none where no agreement of these covers them.
    """
    matched_parts = [part for part in list_linked_files(pilot=pilot) if part.record in records]
    named_agreements = facts.load_lineage(
        part.agreement for part in matched_parts if part.agreement in agreements
    )
    return _select_covered_sources(
        matched_parts, {agreement.reference: agreement for agreement in named_agreements}
    )


def _select_covered_sources(
    parts: Iterable[LinkedFile], agreements_by_reference: Mapping[str, AgreementFact]
) -> LinkedSources:
    covered_parts = [part for part in parts if part.agreement in agreements_by_reference]
    agreements = tuple(
        agreements_by_reference[name] for name in sorted({part.agreement for part in covered_parts})
    )
    return LinkedSources(
        refs=tuple(sorted({part.ref for part in covered_parts})),
        agreements=agreements,
        parts=tuple(covered_parts),
    )


def load_row_facts(sources: LinkedSources, store: FileStore, on: date) -> tuple[RowsFact, ...]:
    """Load the policy facts about the children in the rows under each agreement.

    Args:
        sources: the files and their agreements.
        store: the file store that holds the files.
        on: the day for which access is computed.

    Returns:
        One fact for each agreement, in their order.
    """
    return tuple(
        build_rows_fact(terms, _collect_local_ids(sources.parts, terms.reference, store), on)
        for terms in sources.agreements
    )


def _collect_local_ids(
    parts: Iterable[LinkedFile], agreement: str, store: FileStore
) -> dict[str, Iterator[str]]:
    """Return the ids in the rows under one agreement, by the organization that assigned them."""
    refs: dict[str, list[FileRef]] = defaultdict(list)
    for part in parts:
        if part.agreement == agreement:
            refs[part.organization].append(part.ref)
    return {
        organization: _read_local_ids(organization_refs, store)
        for organization, organization_refs in refs.items()
    }


def _read_local_ids(parts: Iterable[FileRef], store: FileStore) -> Iterator[str]:
    """Yield the ids in the files that matched files were made from; they are read on demand."""
    for part in parts:
        for conformed in store.manifest(part).inputs:
            yield from list_conformed_local_ids(store, FileRef.parse(conformed))
