"""Ship column mappings of known exports, which say what each ID is and what "met" means.

A layout is a TOML file in a folder beside this module. A file is of a layout if it has every
column of the layout's signature; a share of matching columns never decides, and a layout, not a
match rate, says which column is the district's own student ID.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from cairn.warehouse.schema import ColumnMapping, fold_header

__all__ = ["Layout", "LayoutMark", "find_layout", "load_layouts"]

_FOLDERS: Final = ("assessments", "housing", "postsecondary", "programs")


class LayoutMark(StrEnum):
    """How far a layout was tried."""

    CONFIRMED = "confirmed"
    DOCUMENTATION = "documentation"

    @property
    def label(self) -> str:
        """The mark in words."""
        return _MARK_LABELS[self]


_MARK_LABELS: Final = {
    LayoutMark.CONFIRMED: "confirmed on a real file",
    LayoutMark.DOCUMENTATION: "from public documentation",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The layout of one product's export.

    Attributes:
        name: short name, such as "dibels_8".
        kind: the folder of its kind, such as "assessments".
        title: title of the export.
        vendor: maker of the product.
        product: name of the product.
        mark: whether it was confirmed on a real file.
        signature: columns that such a file always has.
        ids: column with an ID → the meaning of the ID, also of columns that are not read.
        met_by: by what rule a result meets the standard; empty if the file has no results.
        met_source: where that rule was published.
        mapping: the column mapping.
    """

    name: str
    kind: str
    title: str
    vendor: str
    product: str
    mark: LayoutMark
    signature: tuple[str, ...]
    ids: Mapping[str, str]
    mapping: ColumnMapping
    met_by: str = ""
    met_source: str = ""


@cache
def load_layouts() -> Mapping[str, Layout]:
    """Load every layout that Cairn ships.

    Returns:
        Layouts by name, in alphabetical order of their kinds and names.
    """
    layouts = {}
    for kind in _FOLDERS:
        for path in sorted(files(__name__).joinpath(kind).iterdir(), key=lambda entry: entry.name):
            name = path.name.removesuffix(".toml")
            layouts[name] = parse_layout(name, kind, path.read_text("utf-8"))
    return MappingProxyType(layouts)


def find_layout(header: Iterable[str]) -> Layout | None:
    """Find the layout of a file by its columns.

    Args:
        header: headings of a table.

    Returns:
        Of the layouts with their whole signature in the file, and with any of their results, the
        one that reads the most columns; None if there is none.
    """
    headings = list(header)
    present = {fold_header(heading) for heading in headings}
    candidates = [
        layout
        for layout in load_layouts().values()
        if present.issuperset(map(fold_header, layout.signature))
        and (not layout.mapping.results or layout.mapping.find_result_columns(headings))
    ]
    return max(
        candidates,
        key=lambda layout: (
            len(layout.mapping.list_read_columns(headings)),
            len(layout.signature),
        ),
        default=None,
    )


def parse_layout(name: str, kind: str, text: str) -> Layout:
    """Parse a layout from TOML.

    Raises:
        MappingProblem: its column mapping cannot be used.
    """
    data = tomllib.loads(text)
    mapping = ColumnMapping.from_table(data.pop("mapping"))
    mark, signature = LayoutMark(data.pop("mark")), tuple(data.pop("signature"))
    return Layout(name=name, kind=kind, mark=mark, signature=signature, mapping=mapping, **data)
