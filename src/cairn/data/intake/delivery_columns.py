"""Show what happens to each column of a file: kept, left out, or not covered."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cairn.data.intake.facts import parse_delivery_mapping
from cairn.data.intake.models import Delivery
from cairn.policy.facts import AgreementFact
from cairn.policy.law import KEPT_BACK_UNSAID
from cairn.policy.vocabulary import Outcome
from cairn.warehouse.schema import ColumnMapping, ColumnTarget

NOT_MAPPED = "not mapped"
UNSTATED_RESTRICTIONS = KEPT_BACK_UNSAID.id
ALLOWED = Outcome.ALLOW.value


@dataclass(frozen=True, slots=True)
class DeliveryColumn:
    """One source column. `covered` is None while it is not mapped.

    `kept` says whether the stored delivery holds it: a dropped column can only come back when
    the file is sent again.
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
class UnwrittenColumn:
    """A column that was never written: its name, the reason, and the agreement's clause."""

    name: str
    reason: str
    clause: str


def list_delivery_columns(
    delivery: Delivery, mapping: ColumnMapping, terms: AgreementFact
) -> list[DeliveryColumn]:
    """List every column that a delivery's file had, as the mapping would read it now."""
    dropped = {entry["name"] for entry in delivery.report.get("dropped", ())}
    names = dict.fromkeys(
        [*parse_delivery_mapping(delivery).columns, *mapping.columns, *sorted(dropped)]
    )
    absent = set(delivery.report.get("missing", ()))
    targets = mapping.targets(names)
    return [
        _describe_column(name, targets.get(name), mapping, terms, kept=name not in dropped)
        for name in names
        if name not in absent
    ]


def list_unwritten_columns(delivery: Delivery, terms: AgreementFact) -> list[UnwrittenColumn]:
    """List the columns that a report names as never written, each with the deciding clause."""
    clause, waiting_columns = (
        ", ".join(_list_clauses(terms, delivery.record)),
        _list_waiting_columns(delivery),
    )
    reasons = dict.fromkeys(
        (column_entry["name"], column_entry["reason"])
        for column_entry in delivery.report.get("dropped", ())
    )
    return [
        UnwrittenColumn(name, _("waiting for the school's statement about its records"), "")
        if name in waiting_columns
        else UnwrittenColumn(name, *_explain_drop(reason, clause))
        for name, reason in reasons
    ]


def _explain_drop(reason: str, clause: str) -> tuple[str, str]:
    """Return the reason in words, and the clause if the agreement is the reason."""
    if reason != NOT_MAPPED:
        return reason, clause
    words = _(
        "No data element is chosen for this column. If you need the column, choose one in the "
        "column mapping."
    )
    return words, ""


def _list_waiting_columns(delivery: Delivery) -> frozenset[str]:
    """List the columns left out because the sender had not stated what it withholds."""
    reasons = delivery.decision.get("reasons", ())
    elements = {
        reason["about"]
        for reason in reasons
        if reason["code"] == UNSTATED_RESTRICTIONS and reason["effect"] != ALLOWED
    }
    if not elements or delivery.mapping is None:
        return frozenset()
    mapping = parse_delivery_mapping(delivery)
    names = [column_entry["name"] for column_entry in delivery.report.get("dropped", ())]
    return frozenset(
        name
        for name, target in mapping.targets(names).items()
        if elements
        & {mapping.type.fields[field_name].element for field_name in target.fields(mapping.type)}
    )


def _describe_column(
    name: str,
    target: ColumnTarget | None,
    mapping: ColumnMapping,
    terms: AgreementFact,
    *,
    kept: bool,
) -> DeliveryColumn:
    if target is None:
        return DeliveryColumn(name, "", "", None, "", kept=False)
    elements = [mapping.type.fields[field].element for field in target.fields(mapping.type)]
    covered = terms.elements.issuperset(elements[:1] if target.rule else elements)
    return DeliveryColumn(
        name=name,
        target=f"{target.field}:{target.rule}" if target.rule else target.field,
        element=", ".join(elements),
        covered=covered,
        clause=", ".join(_list_clauses(terms, mapping.record)),
        kept=kept,
    )


def _list_clauses(terms: AgreementFact, record: str) -> Iterable[str]:
    return dict.fromkeys(
        term.clause for term in terms.data if term.record == record and term.clause
    )
