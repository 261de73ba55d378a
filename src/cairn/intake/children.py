"""Which children a file is about, by the keys under which their families find its disclosure."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

import pyarrow.compute as pc

from cairn.consents.child_key import child_key
from cairn.partners.models import Organization
from cairn.warehouse.mapping import Mapping, Target
from cairn.warehouse.zones import FileRef, Storehouse

_ID = "local_id"


def keys(
    store: Storehouse, landed: FileRef, mapping: Mapping, organization: Organization
) -> AbstractSet[str]:
    """The key of each child whom a row of a landed file names by its organization's own id.

    A file without such ids, or about no child, names nobody: its families cannot be told apart.
    """
    return frozenset(child_key(organization.slug, one) for one in ids(store, landed, mapping))


def ids(store: Storehouse, landed: FileRef, mapping: Mapping) -> Iterator[str]:
    """The ids by which the rows of a landed file name children; read when they are asked for."""
    if not mapping.type.subject:
        return
    table = store.read(landed)
    headers = [h for h, said in mapping.columns.items() if Target.parse(said).field == _ID]
    for header in headers:
        if header in table.column_names:
            found = pc.unique(table.column(header)).to_pylist()
            yield from (one for one in found if one and one.strip())
