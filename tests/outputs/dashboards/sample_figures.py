"""Figures of two years with something withheld in each table."""

from cairn.outputs.releases.figures import COUNTY_KEY, FigureCount, OutcomeFigures
from cairn.warehouse.exporters.release_files import ALL_GROUPS

_NOW = {
    COUNTY_KEY: FigureCount(60, 100),
    ("Elm", ALL_GROUPS, ALL_GROUPS, ALL_GROUPS): FigureCount(60, 100),
    ("Elm", "Drake", ALL_GROUPS, ALL_GROUPS): FigureCount(25, 50),
    ("Elm", "Elder", ALL_GROUPS, ALL_GROUPS): FigureCount(None, 40),
    ("Elm", "not_on_record", ALL_GROUPS, ALL_GROUPS): FigureCount(None, None),
    (ALL_GROUPS, ALL_GROUPS, "asian", ALL_GROUPS): FigureCount(24, 60),
    (ALL_GROUPS, ALL_GROUPS, "asian", "F"): FigureCount(None, 30),
    (ALL_GROUPS, ALL_GROUPS, "asian", "M"): FigureCount(0, 0),
}
FIGURES = OutcomeFigures(
    "o",
    ("2023-24", "2024-25", "2025-26"),
    {
        "2023-24": {COUNTY_KEY: FigureCount(None, None)},
        "2024-25": {COUNTY_KEY: FigureCount(50, 100)},
        "2025-26": _NOW,
    },
)
HIDDEN = OutcomeFigures(
    "o",
    ("2025-26",),
    {
        "2025-26": {
            COUNTY_KEY: FigureCount(None, 12),
            ("Elm", "Drake", ALL_GROUPS, ALL_GROUPS): FigureCount(None, 12),
        }
    },
)
