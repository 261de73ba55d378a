"""What becomes of each column of a file: kept, left out, or not covered, and by which clause."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cairn.intake.facts import mapping as mapping_of
from cairn.intake.models import Delivery
from cairn.rules.agreement import Agreement
from cairn.rules.cards.use import KEPT_BACK_UNSAID
from cairn.rules.vocabulary import Outcome
from cairn.warehouse.mapping import Mapping, Target

NOT_MAPPED = "not mapped"
UNSAID = KEPT_BACK_UNSAID.id
ALLOWED = Outcome.ALLOW.value


@dataclass(frozen=True, slots=True)
class Column:
    """One source column. `covered` is None while it is not mapped to anything.

    `kept` says whether the delivery here holds it: a column that was dropped can only come back
    when the file is sent again.
    """

    name: str
    target: str
    element: str
    covered: bool | None
    clause: str
    kept: bool

    @property
    def send_again(self) -> bool:
        """Whether the file must be sent again for this column to be kept."""
        return bool(self.covered) and not self.kept


@dataclass(frozen=True, slots=True)
class Dropped:
    """A column that was never written: its name, why, and what the agreement's clause says."""

    name: str
    reason: str
    clause: str


def of(row: Delivery, mapping: Mapping, terms: Agreement) -> list[Column]:
    """Every column that a delivery's file had, as the mapping would read it now."""
    dropped = {entry["name"] for entry in row.report.get("dropped", ())}
    names = dict.fromkeys([*mapping_of(row).columns, *mapping.columns, *sorted(dropped)])
    absent = set(row.report.get("missing", ()))
    targets = mapping.targets(names)
    return [
        _column(name, targets.get(name), mapping, terms, kept=name not in dropped)
        for name in names
        if name not in absent
    ]


def dropped(row: Delivery, terms: Agreement) -> list[Dropped]:
    """The columns that a report says were never written, each with the clause that decided."""
    clause, waiting = ", ".join(_clauses(terms, row.record)), _waiting(row)
    found = dict.fromkeys((one["name"], one["reason"]) for one in row.report.get("dropped", ()))
    return [
        Dropped(name, _("waits for what its school says of its children"), "")
        if name in waiting
        else Dropped(name, reason, "" if reason == NOT_MAPPED else clause)
        for name, reason in found
    ]


def _waiting(row: Delivery) -> frozenset[str]:
    """The columns that stayed out because the sender had not said what it keeps back."""
    reasons = row.decision.get("reasons", ())
    elements = {r["about"] for r in reasons if r["code"] == UNSAID and r["effect"] != ALLOWED}
    if not elements or row.mapping is None:
        return frozenset()
    mapping = mapping_of(row)
    names = [one["name"] for one in row.report.get("dropped", ())]
    return frozenset(
        name
        for name, target in mapping.targets(names).items()
        if elements & {mapping.type.fields[f].element for f in target.fields(mapping.type)}
    )


def _column(
    name: str, target: Target | None, mapping: Mapping, terms: Agreement, *, kept: bool
) -> Column:
    if target is None:
        return Column(name, "", "", None, "", kept=False)
    elements = [mapping.type.fields[field].element for field in target.fields(mapping.type)]
    covered = terms.elements.issuperset(elements[:1] if target.rule else elements)
    return Column(
        name=name,
        target=f"{target.field}:{target.rule}" if target.rule else target.field,
        element=", ".join(elements),
        covered=covered,
        clause=", ".join(_clauses(terms, mapping.record)),
        kept=kept,
    )


def _clauses(terms: Agreement, record: str) -> Iterable[str]:
    return dict.fromkeys(t.clause for t in terms.data if t.record == record and t.clause)
