"""Define the colors and sizes of charts, from the stylesheet's light and dark tokens."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ChartPalette:
    """Hold the colors of one theme.

    `low` and `high` end a scale of one hue that color-blind readers can order. Past `turn` of the
    scale
    the text on a tile changes from `on_low` to `on_high`: black and white, changing where both have
    a
    contrast of 4.5 to 1 against the tile.
    """

    ink: str
    soft: str
    line: str
    edge: str
    sheet: str
    sunk: str
    mark: str
    accent: str
    low: str
    high: str
    turn: float
    on_low: str
    on_high: str


class ChartTheme(StrEnum):
    """Name the color theme that the reader's device asks for."""

    LIGHT = "light"
    DARK = "dark"


class ChartSize(StrEnum):
    """Name the size of a chart; each is drawn twice, so that it is readable on a phone."""

    WIDE = "wide"
    PHONE = "phone"


CHART_PALETTES = {
    ChartTheme.LIGHT: ChartPalette(
        ink="#1e2322",
        soft="#565c59",
        line="#d9d5ca",
        edge="#b9b5aa",
        sheet="#ffffff",
        sunk="#efede6",
        mark="#17565a",
        accent="#96521c",
        low="#e6f0ee",
        high="#17565a",
        turn=0.73,
        on_low="#000000",
        on_high="#ffffff",
    ),
    ChartTheme.DARK: ChartPalette(
        ink="#ebe8e0",
        soft="#aeb0a8",
        line="#383e3f",
        edge="#5a6262",
        sheet="#1c2021",
        sunk="#252a2b",
        mark="#86cbc6",
        accent="#e8ae77",
        low="#22393b",
        high="#86cbc6",
        turn=0.5,
        on_low="#ffffff",
        on_high="#000000",
    ),
}

CHART_WIDTHS = {ChartSize.WIDE: 640, ChartSize.PHONE: 320}
