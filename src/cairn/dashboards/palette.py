"""The colors of charts: the tokens of the stylesheet, for a light and a dark page."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Palette:
    """One theme. `low` and `high` end a scale of one hue that a color-blind reader can order;
    past `turn` of the way its words change from `on_low` to `on_high`. Black and white, changing
    where both have 4.5 to 1 against the tile.
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


class Theme(StrEnum):
    """What the reader's device asks for."""

    LIGHT = "light"
    DARK = "dark"


class Size(StrEnum):
    """A chart is drawn twice, so that its words are readable on a phone too."""

    WIDE = "wide"
    PHONE = "phone"


PALETTES = {
    Theme.LIGHT: Palette(
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
    Theme.DARK: Palette(
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
WIDTHS = {Size.WIDE: 640, Size.PHONE: 320}
