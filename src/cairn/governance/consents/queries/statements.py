"""Read the statements of families that go with data about their children (34 CFR 99.21(c)(2))."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from cairn.governance.consents import providers
from cairn.governance.consents.models.child import Child
from cairn.governance.consents.protected_identity import (
    ChildLabel,
    unseal_child_label,
    unseal_fields,
)
from cairn.policy.checks import find_statements_to_send
from cairn.policy.facts import FamilyStatementFact
from cairn.policy.vocabulary import Level
from cairn.warehouse.schema import get_record_type

__all__ = ["StatementToSend", "list_children_with_statements", "list_statements_to_send"]


@dataclass(frozen=True, slots=True)
class StatementToSend:
    """One statement that goes with a disclosure, for a reader who may see the contested part.

    Attributes:
        fact: the statement as policy sees it.
        child: the child, unsealed.
        text: the statement.
    """

    fact: FamilyStatementFact
    child: ChildLabel
    text: str

    @property
    def records(self) -> list[str]:
        """The contested parts of the record, in words; empty means the whole record."""
        return sorted(get_record_type(name).title for name in self.fact.records)


def list_statements_to_send(
    keys: Collection[str], elements: Collection[str] | None, level: Level, on: date
) -> list[StatementToSend]:
    """List the statements that must go with a disclosure.

    Args:
        keys: keys of the children in it; the caller has checked that the reader may see them.
        elements: elements (``record.field``) in it; None if they are not known.
        level: how close the data are to one child.
        on: day of the disclosure.
    Returns:
        The statements with their texts, oldest first.
    """
    by_id = {item.fact.id: item for item in providers.load_sealed_statements(keys)}
    found = find_statements_to_send(
        (item.fact for item in by_id.values()), keys, elements, level, on
    )
    labels = {
        row.key: unseal_child_label(row.key, row.sealed)
        for row in Child.objects.filter(key__in=[fact.person for fact in found])
    }
    return [
        StatementToSend(
            fact,
            labels[fact.person],
            unseal_fields(fact.person, by_id[fact.id].sealed)["statement"],
        )
        for fact in found
    ]


def list_children_with_statements(organization: str) -> dict[str, str]:
    """List an organization's children with a statement of their family in the record.

    Args:
        organization: slug of the organization.
    Returns:
        Local ID → child key.
    """
    rows = Child.objects.filter(organization__slug=organization, statement_on__isnull=False)
    return {unseal_child_label(row.key, row.sealed).local_id: row.key for row in rows}
