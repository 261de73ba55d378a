"""List the filters that a user saved, each with the number of students that it keeps today."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.http import urlencode

from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.services.students.models import SavedFilter
from cairn.services.students.tables import CaseloadTable


@dataclass(frozen=True, slots=True)
class FilterLine:
    """One saved filter above the list.

    Attributes:
        row: the saved filter.
        query: the query string that opens it.
        students: number of students that it keeps today, of those that the user may see.
        is_open: whether the list shows it.
    """

    row: SavedFilter
    query: str
    students: int
    is_open: bool


def list_saved_filters(organization: Organization, user: User) -> QuerySet[SavedFilter]:
    """List the filters that a user saved for an organization's list, by name.

    Args:
        organization: the organization that the user acts for.
        user: the owner of the filters.

    Returns:
        The saved filters.
    """
    return SavedFilter.objects.filter(organization=organization, user=user)


def count_saved_filters(rows: Iterable[SavedFilter], table: CaseloadTable) -> list[FilterLine]:
    """Count the students that each saved filter keeps, from the rows of the list alone.

    Args:
        rows: the saved filters.
        table: the list, with the values that policy opens for this user today.

    Returns:
        One line for each saved filter.
    """
    return [
        FilterLine(
            row,
            urlencode(row.choices),
            table.count_matches(row.choices),
            row.choices == table.chosen_filters,
        )
        for row in rows
    ]


def select_filter_choices(sent: Mapping[str, str]) -> dict[str, str]:
    """Select the filters of the list of students from what a page sent.

    Args:
        sent: form fields or the query of an address.

    Returns:
        The chosen text by column; nothing else of what was sent.
    """
    chosen = {name: sent.get(name, "").strip() for name in CaseloadTable.filter_columns}
    return {name: text[:200] for name, text in chosen.items() if text}


def describe_filter_choices(choices: Mapping[str, str]) -> list[tuple[str, str]]:
    """Name each filter of a choice in the words of the list.

    Args:
        choices: the chosen text by column.

    Returns:
        Heading and chosen text of each.
    """
    columns = CaseloadTable.base_columns
    return [(str(columns[name].verbose_name), text) for name, text in choices.items()]
