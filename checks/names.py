"""Count names, docstrings and imports that break the style guide, and fail when a count rises.

`make check` runs this. Each figure has a limit and a target in `limits.toml` in this folder. Lower
a limit when its figure has fallen, so that it cannot rise again.

    python checks/names.py                              print the table; exit 1 above a limit
    python checks/names.py --list one_word_functions    list the offenders of one figure
"""

import argparse
import math
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import docstring_figures
import name_figures
from source_tree import Measurement, Settings, SourceTree, read_tree

ROOT: Final = Path(__file__).resolve().parents[1]

FIGURES: Final[dict[str, Callable[[SourceTree, Settings], Measurement]]] = {
    "one_word_functions": name_figures.measure_one_word_functions,
    "shared_functions": name_figures.measure_shared_functions,
    "shared_classes": name_figures.measure_shared_classes,
    "misnamed_modules": name_figures.measure_misnamed_modules,
    "crowded_folders": name_figures.measure_crowded_folders,
    "oblique_words": docstring_figures.measure_oblique_words,
    "undocumented_exports": docstring_figures.measure_undocumented_exports,
    "import_lines": name_figures.measure_import_lines,
    "deep_imports": name_figures.measure_deep_imports,
}


def find_lower_limit(value: float, limit: float) -> float | None:
    """Suggest a lower limit for a figure that has fallen clearly below its limit.

    Args:
        value: the figure today.
        limit: its limit today.

    Returns:
        The figure rounded up to a tenth, or None where that is not at least a tenth of the limit
        lower than the limit.
    """
    lower = math.ceil(value * 10) / 10
    return lower if lower < limit and lower <= limit * 0.9 else None


def print_table(measured: dict[str, Measurement], figures: dict[str, Settings]) -> bool:
    """Print every figure with its limit and target.

    Args:
        measured: the figures by name.
        figures: for each name its `title`, `limit` and `target`.

    Returns:
        Whether every figure is within its limit.
    """
    notes = []
    print(f"{'figure':22}{'now':>8}{'limit':>8}{'target':>8}  what is counted")
    for name, measurement in measured.items():
        about, limit = figures[name], figures[name]["limit"]
        value = measurement.value
        lower = find_lower_limit(value, limit)
        remark = f" ({measurement.remark})" if measurement.remark else ""
        print(f"{name:22}{value:8.4g}{limit:8g}{about['target']:8g}  {about['title']}{remark}")
        if value > limit:
            notes.append(f"{name} is above its limit: python checks/names.py --list {name}")
        elif lower is not None:
            notes.append(f"{name} has fallen: lower its limit in limits.toml to {lower:g}")
    for note in notes:
        print(note)
    return all(m.value <= figures[name]["limit"] for name, m in measured.items())


def main(arguments: list[str] | None = None) -> int:
    """Print the table, or the offenders of one figure; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", choices=FIGURES, metavar="FIGURE", help=", ".join(FIGURES))
    parser.add_argument("--source", type=Path, default=ROOT / "src" / "cairn")
    parser.add_argument("--limits", type=Path, default=Path(__file__).with_name("limits.toml"))
    chosen = parser.parse_args(arguments)
    settings = tomllib.loads(chosen.limits.read_text("utf-8"))
    tree = read_tree(chosen.source)
    if chosen.list:
        for offender in FIGURES[chosen.list](tree, settings).offenders:
            print(offender)
        return 0
    measured = {name: measure(tree, settings) for name, measure in FIGURES.items()}
    return 0 if print_table(measured, settings["figures"]) else 1


if __name__ == "__main__":
    sys.exit(main())
