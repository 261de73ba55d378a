"""One outcome on paper: the figure, its drawings and tables, and where it all comes from."""

from collections.abc import Iterable
from io import BytesIO
from typing import Final

import vl_convert
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos

from cairn.agreements.printing.letters import beyond, font_files, plain
from cairn.dashboards import page, queries
from cairn.dashboards.charts import draw
from cairn.dashboards.palette import Size, Theme
from cairn.dashboards.queries import Shown
from cairn.dashboards.whence import whence
from cairn.releases import labels
from cairn.releases.tables import Table

_MARGIN: Final = 20
_LINE: Final = 6
_WIDE: Final = 0
_NAME: Final = 5
_NUMBER: Final = 2
"""How wide a column of names is beside one of numbers."""
_SHARPNESS: Final = 2.0
"""How many dots stand for one of the drawing's own."""
_DOTS: Final = 25.4 / 96
"""Millimeters of one dot of a drawing."""
_HEADED: Final = 30
"""Millimeters for the heading of a drawing, its note, and the space around both."""


def pdf(one: Shown, home: str) -> bytes:
    """The outcome as a PDF on letter paper; ``home`` is the address of its page. A letter that no
    font of this machine has is left as a question mark: the page shows it."""
    paper = _Paper(one)
    definition, release = one.definition, one.release
    drawn = list(page.charts(one.figures, one.version))
    paper.add_page()
    paper.say(labels.spoken(definition.title), size=20, bold=True)
    paper.say(labels.spoken(definition.why))
    share, latest = labels.in_units(one.figures.county, definition), one.figures.latest
    paper.say(
        f"{share}: {page.share_line(one.figures.county, one.figures.statistic)}, {latest}",
        size=14,
        bold=True,
    )
    if release.corrects is not None:
        paper.say(f"{_('These figures were corrected')}. {release.what_changed}")
    if release.story:
        paper.say(_("The story behind the curve"), size=13, bold=True)
        paper.say(release.story)
    if release.caveats:
        paper.say(_("How children were told apart"), size=13, bold=True)
    for caveat in release.caveats:
        paper.say(labels.caveat(caveat))
    for chart in drawn:
        svg = draw(chart.table.kind, one.figures, Theme.LIGHT, Size.WIDE)
        paper.together(_HEADED + paper.drawn(svg)[1])
        paper.say(chart.table.title, size=13, bold=True)
        if chart.note:
            paper.say(chart.note)
        paper.show(svg, chart.alternative)
        paper.tabulate(chart.table)
    paper.say(_("Where this comes from"), size=13, bold=True)
    for heading, said in whence(one, home):
        paper.say(f"{heading}: {said}" if heading else said)
    return bytes(paper.output())


class _Paper(FPDF):
    """Letter paper with the address of the page and the page number below."""

    def __init__(self, one: Shown) -> None:
        super().__init__(format="letter")
        self.set_margin(_MARGIN)
        self.set_auto_page_break(auto=True, margin=_MARGIN)
        self.set_title(labels.spoken(one.definition.title))
        self.set_creator("Cairn")
        self.set_lang(get_language() or "en")
        fonts = font_files() if beyond(_words(one)) else None
        self._family = "own" if fonts else "helvetica"
        for style, file in zip(("", "B"), fonts or (), strict=False):
            self.add_font(self._family, style, str(file))
        # One release makes the same bytes whenever it is asked for.
        self.set_creation_date(one.release.published_at)

    def _shown(self, text: str) -> str:
        if self._family != "helvetica":
            return text
        return plain(text).encode("latin-1", "replace").decode("latin-1")

    def say(self, text: str, *, size: int = 10, bold: bool = False) -> None:
        """One paragraph."""
        self.set_font(self._family, "B" if bold else "", size)
        line = _LINE if size <= _LINE * 2 else size / 2
        shown = self._shown(text)
        self.multi_cell(_WIDE, line, shown, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(_LINE / 3)

    def drawn(self, svg: str) -> tuple[float, float]:
        """How wide and how tall a drawing is on the paper, in millimeters: all of it on one sheet,
        with its heading."""
        wide, tall = (_dots(svg, side) * _DOTS for side in ("width", "height"))
        smaller = min(1.0, self.epw / wide, (self.eph - _HEADED) / tall)
        return wide * smaller, tall * smaller

    def together(self, tall: float) -> None:
        """Begins a new sheet where ``tall`` millimeters do not fit on this one."""
        if self.will_page_break(tall):
            self.add_page()

    def show(self, svg: str, alternative: str) -> None:
        """A drawing, with the words for who cannot see it."""
        png = vl_convert.svg_to_png(svg, scale=_SHARPNESS)
        self.image(BytesIO(png), w=self.drawn(svg)[0], alt_text=alternative)
        self.ln(_LINE / 2)

    def tabulate(self, table: Table) -> None:
        """The numbers of a drawing."""
        self.set_font(self._family, "", 9)
        headings = (*table.columns, *table.headings)
        named = len(table.columns)
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            line_height=_LINE - 1,
            col_widths=(*(_NAME,) * named, *(_NUMBER,) * 3),
            text_align=(*("LEFT",) * named, *("RIGHT",) * 3),
        ) as printed:
            printed.row([self._shown(heading) for heading in headings])
            for line in table.lines:
                first = [line.group or "-", line.label] if named > 1 else [line.label]
                cells = (*first, *(number for _heading, number in line.told))
                printed.row([self._shown(cell) for cell in cells])
        self.ln(_LINE)

    def footer(self) -> None:
        """Below each page."""
        self.set_y(-15)
        self.set_font(self._family, "", 8)
        self.cell(_WIDE, _LINE, self._shown(f"{self.title} · {self.page_no()}"), align="R")


def _dots(svg: str, side: str) -> float:
    """How many dots a drawing is wide, or high."""
    return float(svg.partition(f' {side}="')[2].partition('"')[0])


def _words(one: Shown) -> Iterable[str]:
    yield one.release.story
    yield from queries.sources(one.release)
    for table in one.figures.tables.values():
        for key in table:
            yield from key
