"""What readers of rates learn from each method, counted the same way."""

from cairn.sdc.perturbation.controlled_rounding import round_tables
from cairn.sdc.perturbation.percentage_bands import publish_bands
from cairn.sdc.perturbation.usefulness import (
    list_band_widths,
    list_rounded_widths,
    list_suppressed_widths,
    measure_usefulness,
)
from cairn.sdc.protect import protect_tables
from cairn.sdc.tables import ALL, CellCounts, SuppressionRule, TableRequest

RATES = {"f": (400, 2531), "m": (500, 2600), "x": (1, 4)}
REQUEST = TableRequest(
    CellCounts(
        ("gender", "result"),
        {
            (gender, result): n
            for gender, (yes, size) in RATES.items()
            for result, n in (("yes", yes), ("no", size - yes))
        },
    ),
    (("gender",),),
)
SIZES = {(ALL,): 5135, ("f",): 2531, ("m",): 2600, ("x",): 4}
RULE = SuppressionRule()


def test_bands_tell_more_than_suppression() -> None:
    bands = list_band_widths(publish_bands(REQUEST, RULE))
    suppressed = list_suppressed_widths(protect_tables(REQUEST, RULE))
    told = measure_usefulness(("gender",), SIZES, bands)
    held = measure_usefulness(("gender",), SIZES, suppressed)
    assert (told.cells, told.telling, told.share, told.student_share) == (3, 3, 1.0, 1.0)
    assert held.telling < told.telling
    assert told.by_group == {("gender", "f"): (1, 1), ("gender", "m"): (1, 1)}


def test_a_width_is_a_mean_over_what_tells() -> None:
    widths = {(ALL,): 0.0, ("f",): 10.0, ("m",): None}
    told = measure_usefulness(("gender",), SIZES, widths)
    assert (told.telling, told.width, told.students_telling) == (2, 5.0, 7666)
    nothing = measure_usefulness(("gender",), {}, {})
    assert (nothing.share, nothing.student_share, nothing.width) == (0.0, 0.0, None)


def test_rounded_numbers_have_a_width_too() -> None:
    counts = {("f", "yes"): 6, ("f", "no"): 12, ("m", "yes"): 900, ("m", "no"): 300}
    request = TableRequest(CellCounts(("gender", "result"), counts), (("gender",),))
    rule = SuppressionRule(minimum=4, width_small=2)
    widths = list_rounded_widths(round_tables(request, rule, 5))
    assert widths["m",] is not None
    assert widths["m",] <= 2
    assert (widths["f",] or 100) > 20
