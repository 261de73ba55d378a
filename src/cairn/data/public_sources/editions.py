"""Compare two editions of a published table: which figures were added, removed or changed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from cairn.data.public_sources.models import PublicFigure, PublicSource
from cairn.warehouse import published_tables

__all__ = [
    "EditionDifference",
    "FigureChange",
    "build_public_figure",
    "compare_editions",
    "repeat_column_roles",
]

_TEXT_LENGTHS = {"place_id": 60, "place": 200, "period": 60, "group": 300, "measure": 200}
_VALUE_LENGTH = 60

_FigureKey = tuple[str, str, str, str]
_FigureValue = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure that the newer edition gives differently.

    Attributes:
        label: place, period, group and measure, in one line.
        earlier: the figure in the earlier edition, with its margin of error.
        later: the figure in the newer edition, with its margin of error.
    """

    label: str
    earlier: str
    later: str


@dataclass(frozen=True, slots=True)
class EditionDifference:
    """What differs between two editions, in figures.

    Attributes:
        added: figures that only the newer edition has.
        removed: figures that only the earlier edition has.
        changed: figures that both have, with another value or margin of error.
        unchanged: figures that both have alike.
        changes: the first of the changed figures.
    """

    added: int
    removed: int
    changed: int
    unchanged: int
    changes: tuple[FigureChange, ...]

    @property
    def is_alike(self) -> bool:
        """Whether both editions have the same figures."""
        return not (self.added or self.removed or self.changed)

    @property
    def has_nothing_in_common(self) -> bool:
        """Whether no place, period, group and measure is in both: perhaps another table."""
        return not (self.changed or self.unchanged)


def build_public_figure(source: PublicSource, row: published_tables.IndicatorRow) -> PublicFigure:
    """Build the database row of one figure, not saved.

    Args:
        source: the table.
        row: the figure.

    Returns:
        The row.
    """
    texts = {name: getattr(row, name)[:length] for name, length in _TEXT_LENGTHS.items()}
    return PublicFigure(
        source=source,
        row=row.row,
        **texts,
        numerator=_get_text(row.numerator),
        denominator=_get_text(row.denominator),
        estimate=_get_text(row.estimate),
        margin=_get_text(row.margin),
        kind=row.estimate.kind.value,
        low=row.estimate.low,
        high=row.estimate.high,
        reason=row.estimate.reason,
    )


def compare_editions(
    earlier: Iterable[PublicFigure], later: Iterable[PublicFigure], most_changes: int = 10
) -> EditionDifference:
    """Compare the figures of two editions by place, period, group and measure.

    A table may have the same place, period, group and measure several times; then as many figures
    as both have alike count as unchanged.

    Args:
        earlier: figures of the earlier edition.
        later: figures of the newer edition.
        most_changes: how many changed figures to list.

    Returns:
        The counts, and the first changed figures in the order of the earlier edition.
    """
    places: dict[str, str] = {}
    before, after = _group_values(earlier, places), _group_values(later, places)
    added = removed = changed = unchanged = 0
    changes: list[FigureChange] = []
    for key in [*before, *(one for one in after if one not in before)]:
        old, new = Counter(before.get(key, ())), Counter(after.get(key, ()))
        unchanged += (old & new).total()
        only_old, only_new = [*(old - new).elements()], [*(new - old).elements()]
        pairs = [*zip(only_old, only_new, strict=False)]
        changed += len(pairs)
        removed += len(only_old) - len(pairs)
        added += len(only_new) - len(pairs)
        label = " · ".join(part for part in (places.get(key[0], ""), *key[1:]) if part)
        for old_value, new_value in pairs[: most_changes - len(changes)]:
            values = _describe_value(old_value), _describe_value(new_value)
            changes.append(FigureChange(label, *values))
    return EditionDifference(added, removed, changed, unchanged, tuple(changes))


def repeat_column_roles(
    proposals: Sequence[published_tables.ColumnProposal], earlier_roles: Mapping[str, str]
) -> list[published_tables.ColumnProposal]:
    """Propose for each column what it was in the earlier edition, if that had it.

    Args:
        proposals: proposals for the columns of the newer edition.
        earlier_roles: what each column of the earlier edition was, by its heading.

    Returns:
        The proposals, in their order.
    """
    return [
        replace(
            proposal,
            role=published_tables.ColumnRole(earlier_roles[proposal.column]),
            reason=_("As in the earlier edition."),
        )
        if proposal.column in earlier_roles
        else proposal
        for proposal in proposals
    ]


def _group_values(
    figures: Iterable[PublicFigure], places: dict[str, str]
) -> dict[_FigureKey, list[_FigureValue]]:
    grouped: dict[_FigureKey, list[_FigureValue]] = defaultdict(list)
    for each in figures:
        # The spelling of a place may change; its code does not.
        place = each.place_id or each.place.casefold()
        places[place] = each.place or each.place_id
        key = (place, each.period, each.group, each.measure)
        grouped[key].append((each.estimate, each.margin, each.numerator, each.denominator))
    return grouped


def _describe_value(value: _FigureValue) -> str:
    estimate, margin, numerator, denominator = value
    text = f"{estimate or '—'} ± {margin}" if margin else estimate or "—"
    counts = " / ".join(part for part in (numerator, denominator) if part)
    return f"{text} ({counts})" if counts else text


def _get_text(value: published_tables.PublishedValue | None) -> str:
    return value.text[:_VALUE_LENGTH] if value else ""
