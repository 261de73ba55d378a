"""Build the table of a source's figures, for staff and for the public."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cairn.data.public_sources.models import PublicSource
from cairn.data.public_sources.tables import PublicFigureTable
from cairn.platform.tables.api import build_list_table

_ROWS_PER_PAGE = 10
_OPTIONAL_COLUMNS = ("place_id", "numerator", "denominator", "margin", "reason")


def build_figure_table(source: PublicSource, request: HttpRequest) -> PublicFigureTable:
    """Build the searched, filtered and paged table of figures, without columns that are empty."""
    figures = list(source.figures.all())
    empty = [name for name in _OPTIONAL_COLUMNS if not any(getattr(f, name) for f in figures)]
    return build_list_table(
        PublicFigureTable, figures, request, rows_per_page=_ROWS_PER_PAGE, exclude=empty
    )


def describe_withheld_figures(source: PublicSource) -> str:
    """Say how many figures the publisher suppressed; empty if none."""
    if not source.figures_suppressed:
        return ""
    return _("%(n)s of %(total)s figures, suppressed or given as a range by the publisher") % {
        "n": intcomma(source.figures_suppressed),
        "total": intcomma(source.figures_total),
    }
