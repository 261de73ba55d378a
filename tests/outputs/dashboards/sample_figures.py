"""Figures of two years with something withheld in each table."""

from cairn.outputs.releases.figures import COUNTY_KEY, FigureCount, OutcomeFigures
from cairn.warehouse.exporters import build_group_key

_NOW = {
    COUNTY_KEY: FigureCount(60, 100),
    build_group_key({"district": "Elm"}): FigureCount(60, 100),
    build_group_key({"district": "Elm", "school": "Drake"}): FigureCount(25, 50),
    build_group_key({"district": "Elm", "school": "Elder"}): FigureCount(None, 40),
    build_group_key({"district": "Elm", "school": "not_on_record"}): FigureCount(None, None),
    build_group_key({"race_ethnicity": "asian"}): FigureCount(24, 60),
    build_group_key({"race_ethnicity": "asian", "gender": "F"}): FigureCount(None, 30),
    build_group_key({"race_ethnicity": "asian", "gender": "M"}): FigureCount(0, 0),
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
            build_group_key({"district": "Elm", "school": "Drake"}): FigureCount(None, 12),
        }
    },
)
