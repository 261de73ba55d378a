"""Compute and audit the residual: the rest of each cell when a contributor subtracts its own part.

An organization that sent the rows of its own students knows its share of every cell exactly. So
the publication reveals a second table to it, that of all others, and this residual table must
withstand the same rule.

The residual is a table like any other, and it is attacked like one. A contributor is assumed to
know one thing more than its own rows and the publication: in which groups there are no others.
It may well know that, for example of its own schools; and protection against an attacker who
knows too much also protects against one who knows less.

A few students of others, or a withheld number of theirs that has become narrow, is something that
the partner can work out. A release is protected against that (`contributor_protection`); one that
was published before is not. In a margin that is not safe, a partner's own numbers are not shown to
it beside the published ones, so that Cairn does not do the subtraction for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cairn.sdc import audit
from cairn.sdc.audit import PublishedCounts
from cairn.sdc.options import Zeros
from cairn.sdc.tables import (
    ALL,
    MOST_DIMS_OF_SHOWN_ZERO,
    RESULT,
    AuditCertificate,
    CellCounts,
    FeasibilityInterval,
    Key,
    Nest,
    SuppressionRule,
    UnfitRequestError,
)

__all__ = [
    "FEWEST_OTHER_CONTRIBUTORS",
    "CellContributor",
    "OpenDims",
    "audit_residual",
    "find_safe_margins",
    "list_disclosed_others",
    "list_open_dims",
]


@dataclass(frozen=True, slots=True)
class CellContributor:
    """Name an organization that knows which of the people counted are its own.

    Args:
        name: its name in the audit; the publication never shows it.
        own: its own people by finest cell; an absent key is none.
    """

    name: str
    own: Mapping[Key, int]


def subtract_contributor(cells: CellCounts, contributor: CellContributor) -> CellCounts:
    """Subtract a contributor's own people from the finest cells.

    Args:
        cells: the finest counts of everyone.
        contributor: the organization that subtracts its own people.

    Returns:
        The finest counts of all others.

    Raises:
        UnfitRequestError: the contributor has more people in a cell than the cell counts.
    """
    residual = {key: n - contributor.own.get(key, 0) for key, n in cells.counts.items()}
    if contributor.own.keys() - residual.keys() or any(n < 0 for n in residual.values()):
        raise UnfitRequestError(
            "A contributor cannot have more people of its own in a cell than the cell counts."
        )
    return CellCounts(cells.dims, residual)


def audit_residual(
    dims: tuple[str, ...],
    counts: PublishedCounts,
    residual: Mapping[Key, int],
    tables: Sequence[Sequence[str]],
    nests: Sequence[Nest],
    rule: SuppressionRule,
    *,
    ranges: audit.CellBounds | None = None,
    hinted_changes: Sequence[Mapping[Key, int]] = (),
) -> AuditCertificate:
    """Audit the table of everyone but one contributor, as that contributor sees it.

    Args:
        dims: names of the dimensions of each key.
        counts: every published cell; None where withheld.
        residual: the true numbers of all others, of every cell of every margin. About a withheld
            cell the attack learns only whether it is empty.
        tables: the dimensions of each table, as they were requested.
        nests: which dimension lies within which.
        rule: what the residual table must withstand.
        ranges: for withheld cells, the least and the most that is known of the others in them.
        hinted_changes: hinted changes of the others' numbers that lead to other feasible tables.

    Returns:
        The certificate of the residual table.

    Raises:
        InconsistentTableError: the cells are incomplete or contradict each other.
    """
    empty = _find_known_empty(audit.TableShape(dims, counts, tables, nests), counts, residual, rule)
    seen = {
        key: residual[key] if n is not None or key in empty else None for key, n in counts.items()
    }
    return audit.audit_tables(
        dims,
        seen,
        tables,
        nests,
        rule,
        ranges=ranges,
        hints=audit.AuditHints(residual, hinted_changes),
    )


def list_disclosed_others(certificate: AuditCertificate) -> list[Key]:
    """List cells in which the contributor singles out few others.

    Args:
        certificate: the certificate of the residual table.

    Returns:
        The keys of these cells.
    """
    return [
        *(interval.key for interval in list_narrow_others(certificate)),
        *certificate.exposed,
        *certificate.pooled,
    ]


def list_narrow_others(certificate: AuditCertificate) -> list[FeasibilityInterval]:
    """List withheld numbers of others that are narrowed too far, and that could be small.

    One that is known to be large is as good as published, and identifies no student.
    """
    return [
        interval for interval in certificate.narrowed if interval.low < certificate.rule.minimum
    ]


def _find_known_empty(
    shape: audit.TableShape,
    counts: PublishedCounts,
    residual: Mapping[Key, int],
    rule: SuppressionRule,
) -> set[Key]:
    """Find withheld cells in groups that a contributor knows to have no others in them.

    Groups are known to be empty where they are shown, where the rule always shows empty groups,
    and wherever they lie within such groups.
    """
    known = {
        key
        for key, n in counts.items()
        if not residual[key]
        and shape.find_group(key) == key
        and (
            n is not None
            or rule.zeros is Zeros.SHOWN
            or shape.count_crossed_values(key) <= MOST_DIMS_OF_SHOWN_ZERO
        )
    }
    margins = {audit.list_open_positions(key) for key in known}
    return {
        key
        for key, n in counts.items()
        if n is None
        and not residual[key]
        and any(audit.project_key(key, margin) in known for margin in margins)
    }


OpenDims = frozenset[str]
"""The dimensions that a cell is broken down by, except for the outcome's result."""

FEWEST_OTHER_CONTRIBUTORS = 2
"""With one other contributor, everyone else is that one partner by name."""


def find_safe_margins(
    dims: tuple[str, ...],
    published: PublishedCounts,
    residual: Mapping[Key, int],
    *,
    by: str,
    others: int,
    nests: Sequence[Nest],
    rule: SuppressionRule,
) -> frozenset[OpenDims]:
    """Find the margins in which a contributor may see its own numbers beside the published ones.

    Args:
        dims: names of the dimensions of each key.
        published: every cell of every margin; None where withheld.
        residual: the true numbers of everyone else, by the same keys.
        by: the dimension that distinguishes contributors.
        others: how many other contributors there are.
        nests: which dimension lies within which.
        rule: what the residual table must withstand.

    Returns:
        The safe margins; empty where the published numbers contradict each other.
    """
    margins = {list_open_dims(dims, key) for key in published} - {frozenset()}
    largest = [
        sorted(margin_) for margin_ in margins if not any(margin_ < other for other in margins)
    ]
    if not others:
        return frozenset()
    try:
        certificate = audit_residual(dims, published, residual, sorted(largest), nests, rule)
    except audit.InconsistentTableError:
        return frozenset()
    # Parts that come to a few disclose in the margin that divides, not in that of their total.
    disclosed = set(list_disclosed_others(certificate)) - set(certificate.pooled) | set(
        certificate.exposed
    )
    return frozenset(
        margin
        for margin in margins
        if (by in margin or others >= FEWEST_OTHER_CONTRIBUTORS)
        and not any(list_open_dims(dims, key) <= margin for key in disclosed)
        and not _pools_few_others(dims, published, residual, margin, nests, rule)
    )


def list_open_dims(dims: tuple[str, ...], key: Key) -> OpenDims:
    """List the dimensions that a cell is broken down by.

    Args:
        dims: names of the dimensions of the key.
        key: of the cell.

    Returns:
        The dimensions with a value other than "All", except for the outcome's result.
    """
    values = zip(dims, key, strict=True)
    return frozenset(dim for dim, value in values if value != ALL and dim != RESULT)


def _pools_few_others(
    dims: tuple[str, ...],
    published: PublishedCounts,
    residual: Mapping[Key, int],
    margin: OpenDims,
    nests: Sequence[Nest],
    rule: SuppressionRule,
) -> bool:
    """Tell whether withheld parts of one margin come to a few others."""
    cells = {key: count for key, count in published.items() if list_open_dims(dims, key) <= margin}
    return bool(audit_residual(dims, cells, residual, [sorted(margin)], nests, rule).pooled)
