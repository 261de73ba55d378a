"""Write one outcome as a PDF: the figure, its charts and tables, and its sources."""

from collections.abc import Iterable
from io import BytesIO
from typing import Final

import vl_convert
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos

from cairn.governance.agreements import api as agreements_api
from cairn.outputs.dashboards import outcome_page, queries
from cairn.outputs.dashboards.charts.figures import ChartSize, ChartTheme, draw_figure_chart
from cairn.outputs.dashboards.downloads.data_files import list_provenance
from cairn.outputs.dashboards.queries import PublishedOutcome
from cairn.outputs.releases import api as releases_api

_PAGE_MARGIN: Final = 20
_LINE_HEIGHT: Final = 6
_FULL_WIDTH: Final = 0
_NAME_COLUMN_WIDTH: Final = 5

_NUMBER_COLUMN_WIDTH: Final = 2
"""The relative width of a column of names and one of numbers."""

_CHART_SCALE: Final = 2.0
"""How many pixels are drawn for one pixel of a chart."""

_MILLIMETERS_PER_PIXEL: Final = 25.4 / 96
"""The size of one pixel of a chart, in millimeters."""

_HEADING_HEIGHT: Final = 30
"""The height of a chart's heading, note and margins, in millimeters."""


def write_outcome_pdf(published_outcome: PublishedOutcome, page_url: str) -> bytes:
    """Write the outcome as a PDF on letter paper; `page_url` is the page's URL.

    A character that no font on this machine has becomes a question mark; the page shows it.
    """
    paper = _OutcomePdf(published_outcome)
    definition, release = published_outcome.definition, published_outcome.release
    outcome_charts = list(
        outcome_page.build_outcome_charts(published_outcome.figures, published_outcome.version)
    )
    paper.add_page()
    paper.add_paragraph(releases_api.localize_text(definition.title), size=20, bold=True)
    paper.add_paragraph(releases_api.localize_text(definition.why))
    share, latest = (
        releases_api.format_figure_with_unit(published_outcome.figures.county, definition),
        published_outcome.figures.latest,
    )
    paper.add_paragraph(
        f"{share}: "
        + outcome_page.describe_share(
            published_outcome.figures.county, published_outcome.figures.statistic
        )
        + f", {latest}",
        size=14,
        bold=True,
    )
    if release.corrects is not None:
        paper.add_paragraph(f"{_('These figures were corrected')}. {release.what_changed}")
    if published_outcome.stories:
        paper.add_paragraph(_("The story behind the numbers"), size=13, bold=True)
    for story in published_outcome.stories:
        paper.add_paragraph(story)
    if release.caveats:
        paper.add_paragraph(_("How records were matched"), size=13, bold=True)
    for caveat in release.caveats:
        paper.add_paragraph(releases_api.describe_caveat(caveat))
    for chart in outcome_charts:
        svg = draw_figure_chart(
            chart.table.code, published_outcome.figures, ChartTheme.LIGHT, ChartSize.WIDE
        )
        paper.keep_together(_HEADING_HEIGHT + paper.measure_chart(svg)[1])
        paper.add_paragraph(chart.table.title, size=13, bold=True)
        if chart.note:
            paper.add_paragraph(chart.note)
        paper.add_chart(svg, chart.alternative)
        paper.add_table(chart.table)
    paper.add_paragraph(_("Source and legal basis"), size=13, bold=True)
    for heading, text in list_provenance(published_outcome, page_url):
        paper.add_paragraph(f"{heading}: {text}" if heading else text)
    return bytes(paper.output())


class _OutcomePdf(FPDF):
    """Lay out letter pages with the title and page number at the bottom."""

    def __init__(self, published_outcome: PublishedOutcome) -> None:
        super().__init__(format="letter")
        self.set_margin(_PAGE_MARGIN)
        self.set_auto_page_break(auto=True, margin=_PAGE_MARGIN)
        self.set_title(releases_api.localize_text(published_outcome.definition.title))
        self.set_creator("Cairn")
        self.set_lang(get_language() or "en")
        fonts = (
            agreements_api.find_font_files()
            if agreements_api.find_unsupported_letter(_collect_text(published_outcome))
            else None
        )
        self._family = "own" if fonts else "helvetica"
        for style, file in zip(("", "B"), fonts or (), strict=False):
            self.add_font(self._family, style, str(file))
        # One release gives the same bytes at any time.
        self.set_creation_date(published_outcome.release.published_at)

    def _encode_text(self, text: str) -> str:
        if self._family != "helvetica":
            return text
        return (
            agreements_api.replace_typographic_characters(text)
            .encode("latin-1", "replace")
            .decode("latin-1")
        )

    def add_paragraph(self, text: str, *, size: int = 10, bold: bool = False) -> None:
        """Add one paragraph."""
        self.set_font(self._family, "B" if bold else "", size)
        line = _LINE_HEIGHT if size <= _LINE_HEIGHT * 2 else size / 2
        encoded = self._encode_text(text)
        self.multi_cell(_FULL_WIDTH, line, encoded, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(_LINE_HEIGHT / 3)

    def measure_chart(self, svg: str) -> tuple[float, float]:
        """Return the width and height of a chart on paper, in millimeters; it fits on one page."""
        width, height = (
            _read_pixels(svg, side) * _MILLIMETERS_PER_PIXEL for side in ("width", "height")
        )
        scale = min(1.0, self.epw / width, (self.eph - _HEADING_HEIGHT) / height)
        return width * scale, height * scale

    def keep_together(self, height: float) -> None:
        """Start a new page if `height` millimeters do not fit on this one."""
        if self.will_page_break(height):
            self.add_page()

    def add_chart(self, svg: str, alternative: str) -> None:
        """Add a chart, with its text alternative."""
        png = vl_convert.svg_to_png(svg, scale=_CHART_SCALE)
        self.image(BytesIO(png), w=self.measure_chart(svg)[0], alt_text=alternative)
        self.ln(_LINE_HEIGHT / 2)

    def add_table(self, table: releases_api.BreakdownTable) -> None:
        """Add the numbers of a chart."""
        self.set_font(self._family, "", 9)
        headings = (*table.columns, *table.headings)
        name_columns = len(table.columns)
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            line_height=_LINE_HEIGHT - 1,
            col_widths=(*(_NAME_COLUMN_WIDTH,) * name_columns, *(_NUMBER_COLUMN_WIDTH,) * 3),
            text_align=(*("LEFT",) * name_columns, *("RIGHT",) * 3),
        ) as printed:
            printed.row([self._encode_text(heading) for heading in headings])
            for line in table.lines:
                names = [line.group or "-", line.label] if name_columns > 1 else [line.label]
                cells = (*names, *(number for _heading, number in line.told))
                printed.row([self._encode_text(cell) for cell in cells])
        self.ln(_LINE_HEIGHT)

    def footer(self) -> None:
        """Add the bottom line of each page."""
        self.set_y(-15)
        self.set_font(self._family, "", 8)
        self.cell(
            _FULL_WIDTH,
            _LINE_HEIGHT,
            self._encode_text(f"{self.title} · {self.page_no()}"),
            align="R",
        )


def _read_pixels(svg: str, side: str) -> float:
    """Return the width or height of a chart, in pixels."""
    return float(svg.partition(f' {side}="')[2].partition('"')[0])


def _collect_text(published_outcome: PublishedOutcome) -> Iterable[str]:
    yield from published_outcome.stories
    yield from queries.list_source_names(published_outcome)
    for table in published_outcome.figures.tables.values():
        for key in table:
            yield from (word for pair in key.values for word in pair)
