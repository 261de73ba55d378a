"""Figures of two years with something withheld in each table."""

from cairn.releases.figures import COUNTY, Count, Figures
from cairn.warehouse.released import ALL

_NOW = {
    COUNTY: Count(60, 100),
    ("Elm", ALL, ALL, ALL): Count(60, 100),
    ("Elm", "Drake", ALL, ALL): Count(25, 50),
    ("Elm", "Elder", ALL, ALL): Count(None, 40),
    ("Elm", "not_on_record", ALL, ALL): Count(None, None),
    (ALL, ALL, "asian", ALL): Count(24, 60),
    (ALL, ALL, "asian", "F"): Count(None, 30),
    (ALL, ALL, "asian", "M"): Count(0, 0),
}
FIGURES = Figures(
    "o",
    ("2023-24", "2024-25", "2025-26"),
    {
        "2023-24": {COUNTY: Count(None, None)},
        "2024-25": {COUNTY: Count(50, 100)},
        "2025-26": _NOW,
    },
)
HIDDEN = Figures(
    "o",
    ("2025-26",),
    {
        "2025-26": {
            COUNTY: Count(None, 12),
            ("Elm", "Drake", ALL, ALL): Count(None, 12),
        }
    },
)
