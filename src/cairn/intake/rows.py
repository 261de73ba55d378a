"""Rows → the children whom they name, as the law sees them; and how a permit names them.

A child is named by its key in `consents`, a keyed hash of its own organization's id: the door
knows whose consent to look for, and no name leaves the file.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial

import pyarrow.compute as pc

from cairn.consents import facts as consents
from cairn.consents.child_key import child_key
from cairn.rules.agreement import Agreement
from cairn.rules.rows import RowsFact
from cairn.rules.vocabulary import LegalBasis, PartyRole
from cairn.warehouse.children import LOCAL_ID, RowsOf
from cairn.warehouse.mapping import Mapping as ColumnMapping
from cairn.warehouse.meant import Roster
from cairn.warehouse.read.sheet import Sheet
from cairn.warehouse.zones import FileRef, Storehouse


def rows_of(organization: str, agreement: str, known: Roster | None = None) -> RowsOf:
    """How the storehouse names the children of an organization's rows under an agreement;
    ``known`` is what the organization has delivered of them before."""
    return RowsOf(agreement, organization, partial(child_key, organization), known or {})


def fact(terms: Agreement, ids: Mapping[str, Iterable[str]], on: date) -> RowsFact:
    """The children of rows under one agreement on a day; ``ids``: organization → its own ids.

    Under written consent everybody who is named is looked up; under any other basis those alone
    for whom something is set apart, since everybody else's rows are in, once their school has
    said so.
    """
    if terms.basis is not LegalBasis.CONSENT:
        schools = terms.organizations(PartyRole.PROVIDER)
        return RowsFact(terms.reference, consents.set_apart(ids, on), consents.stated(schools, on))
    keys = {child_key(whose, one) for whose, mine in ids.items() for one in mine if one.strip()}
    return RowsFact(terms.reference, consents.people(keys, on))


def local_ids(store: Storehouse, conformed: FileRef) -> frozenset[str]:
    """The ids by which the rows of a conformed file name children."""
    if LOCAL_ID not in (name for name, _ in store.manifest(conformed).columns):
        return frozenset()
    ids = pc.unique(store.read(conformed).column(LOCAL_ID)).to_pylist()
    return frozenset(one for one in ids if one)


def ids_in(sheets: Iterable[Sheet], mapping: ColumnMapping) -> frozenset[str]:
    """The ids by which the rows of a file name children."""
    return frozenset(
        one
        for sheet in sheets
        for header, target in mapping.targets(sheet.header).items()
        if target.field == LOCAL_ID
        for one in pc.unique(sheet.table[header]).to_pylist()
        if one
    )
