"""Define the columns of the list of deadlines."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import django_tables2 as columns
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.platform.deadline_sources.api import Deadline
from cairn.platform.tables.api import DayColumn, ListTable

_MOST_SHOWN: Final = 3
"""How many deadlines of one day and kind are listed; more fold into one row that opens."""


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """Hold one deadline in words.

    Attributes:
        due: the deadline.
        kind: its kind in words.
        acting: names of the organizations that must act.
    """

    due: Deadline
    kind: str
    acting: str


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """Hold one row of the list: a deadline, or many of the same day and kind."""

    lines: tuple[DeadlineLine, ...]

    @property
    def on(self) -> date:
        """Return the day."""
        return self.lines[0].due.on

    @property
    def kind(self) -> str:
        """Return the kind in words."""
        return self.lines[0].kind

    @property
    def what(self) -> str:
        """Return all deadlines of the row as text."""
        return "; ".join(
            f"{line.due.what} ({line.due.detail})" if line.due.detail else line.due.what
            for line in self.lines
        )

    @property
    def acting(self) -> str:
        """Return the organizations that must act, each once."""
        return ", ".join(dict.fromkeys(line.acting for line in self.lines if line.acting))


def fold_deadline_lines(lines: tuple[DeadlineLine, ...]) -> list[DeadlineRow]:
    """Fold the deadlines of one day and kind into one row, if there are many.

    Args:
        lines: deadlines of the same day and kind.

    Returns:
        One row for each deadline, or one for all of them.
    """
    return [DeadlineRow(lines)] if len(lines) > _MOST_SHOWN else [DeadlineRow((x,)) for x in lines]


class DeadlineTable(ListTable):
    """List deadlines; each row is a `DeadlineRow`. No row names a child."""

    caption = "Deadlines"
    may_search = False
    """The form above the list searches and filters both the list and the overdue deadlines."""
    may_download = True

    what = columns.Column(gettext_lazy("Deadline"))
    on = DayColumn(verbose_name=gettext_lazy("Due date"))
    kind = columns.Column(gettext_lazy("Type"))
    acting = columns.Column(gettext_lazy("Responsible organization"), empty_values=())

    def render_what(self, record: DeadlineRow) -> SafeString:
        """Link to where the organization acts; many deadlines fold."""
        links = [_link_deadline(line.due) for line in record.lines]
        if len(links) == 1:
            return links[0]
        title = _("%(kind)s: %(n)s on this day") % {
            "n": len(links),
            "kind": capfirst(record.kind),
        }
        items = format_html_join(
            "",
            '<li>{} <span class="small soft">{}</span></li>',
            zip(links, (line.acting for line in record.lines), strict=True),
        )
        return format_html("<details><summary>{}</summary><ul>{}</ul></details>", title, items)

    def value_what(self, record: DeadlineRow) -> str:
        """Return the deadlines as text."""
        return record.what

    def render_kind(self, value: str) -> SafeString:
        """Show the kind as a badge."""
        return format_html('<span class="badge">{}</span>', capfirst(value))

    def value_kind(self, value: str) -> str:
        """Return the kind as text."""
        return str(capfirst(value))

    def render_acting(self, record: DeadlineRow) -> str:
        """Show who must act, or a dash; many are counted, since the row names them unfolded."""
        names = {line.acting for line in record.lines if line.acting}
        if len(names) > _MOST_SHOWN:
            return _("%(n)s organizations") % {"n": len(names)}
        return record.acting or "—"

    def value_acting(self, record: DeadlineRow) -> str:
        """Return the name of each who must act."""
        return record.acting


def _link_deadline(due: Deadline) -> SafeString:
    title = (
        format_html('<a href="{}">{}</a>', due.address, due.what)
        if due.address
        else format_html("{}", due.what)
    )
    if not due.detail:
        return title
    return format_html('{}<br><span class="small soft">{}</span>', title, due.detail)
