"""The table of a funder's portfolio."""

from typing import ClassVar, Final

import django_tables2
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cairn.platform.tables.api import ListTable
from cairn.services.programs.funding.portfolio import PortfolioLine

_NONE: Final = "\N{EN DASH}"


class PortfolioTable(ListTable):
    """The programs that an organization funds, each with its published outcomes.

    Only names are sorted: a list in the order of the figures would rank programs, which serve
    different children.
    """

    caption = _("Programs and their published outcomes")
    filter_columns: ClassVar[tuple[str, ...]] = ("outcome", "organization")
    may_download = True

    program = django_tables2.Column(verbose_name=_("Program"), accessor="funded__program__name")
    organization = django_tables2.Column(
        verbose_name=_("Organization"), accessor="funded__program__organization__name"
    )
    offer = django_tables2.Column(
        verbose_name=_("Sites, ages and aim"), accessor="funded", orderable=False
    )
    outcome = django_tables2.Column(
        verbose_name=_("Outcome"), accessor="outcome__title", empty_values=(), orderable=False
    )
    year = django_tables2.Column(
        verbose_name=_("Year"), accessor="outcome__newest__year", default=_NONE, orderable=False
    )
    share = django_tables2.Column(
        verbose_name=_("In the program"),
        accessor="outcome__newest__share",
        default=_NONE,
        orderable=False,
    )
    size = django_tables2.Column(
        verbose_name=_("Children"), accessor="outcome__newest__size", default=_NONE, orderable=False
    )
    others = django_tables2.Column(
        verbose_name=_("All other children"),
        accessor="outcome__newest__others",
        default=_NONE,
        orderable=False,
    )
    difference = django_tables2.Column(
        verbose_name=_("Difference"),
        accessor="outcome__newest__difference",
        default=_NONE,
        orderable=False,
    )

    def render_program(self, record: PortfolioLine) -> SafeString:
        """Name the program, with the pages on which families register."""
        name = record.funded.program.name
        links = format_html_join(
            "",
            '<br><a class="small" href="{}">{}<span class="hide-text">, {}</span></a>',
            (
                (
                    reverse("programs:register", args=[group.pk]),
                    gettext("Registration: %(group)s") % {"group": group.name},
                    name,
                )
                for group in record.funded.open_groups
            ),
        )
        return format_html("{}{}", name, links)

    def value_program(self, record: PortfolioLine) -> str:
        """Return the name of the program."""
        return record.funded.program.name

    def render_offer(self, record: PortfolioLine) -> str:
        """Say where the program's groups meet, for which ages, and what they aim at."""
        funded = record.funded
        aims = ", ".join(funded.aims)
        parts = (
            ", ".join(funded.sites) or gettext("no group now"),
            gettext("ages or grades %(ages)s") % {"ages": ", ".join(funded.ages)}
            if funded.ages
            else "",
            gettext("aims at: %(aims)s") % {"aims": aims} if aims else "",
        )
        return "; ".join(filter(None, parts))

    def render_outcome(self, record: PortfolioLine) -> SafeString:
        """Link to the trend of the program's children on the outcome's public page."""
        if record.outcome is None:
            address = reverse("dashboards:compose") + "?rows=program"
            return format_html(
                '{}<br><a class="small" href="{}">{}<span class="hide-text">: {}</span></a>',
                self.value_outcome(record),
                address,
                gettext("Ask for a figure by program"),
                record.funded.program.name,
            )
        return format_html(
            '<a href="{}">{}<span class="hide-text">, {}</span></a>',
            record.outcome.address,
            record.outcome.title,
            record.funded.program.name,
        )

    def value_outcome(self, record: PortfolioLine) -> str:
        """Return the title of the outcome."""
        return record.outcome.title if record.outcome else gettext("Nothing published yet")

    def render_share(self, value: str, record: PortfolioLine) -> str:
        """Say why a figure is missing."""
        return gettext("Not shown to protect privacy") if record.is_suppressed else value

    def render_size(self, value: str, record: PortfolioLine) -> str:
        """Leave the number of children out beside a figure that is not shown."""
        return _NONE if record.is_suppressed else value
