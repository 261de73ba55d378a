"""Define the reporting rules that agencies follow, by name, with the source of each number.

A rule says how small is small and what may be printed beside a percentage. Numbers that were not
read in the source are marked as not verified. The strictest rule in the lineage wins:
`join_reporting_rules` joins rules into one that shows no more than any of them.

Percentages are recoded into bands so coarse that they do not disclose the counts behind them.
"""

import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final

from cairn.sdc.options import Sums, Zeros
from cairn.sdc.tables.rule import SuppressionRule

__all__ = [
    "BAND_SCHEMES",
    "DEFAULT_REPORTING_RULE",
    "REPORTING_RULES",
    "BandScheme",
    "PercentageBand",
    "PercentageDetail",
    "PercentageRecoding",
    "ReportingRule",
    "SizeKnowledge",
    "compute_percent",
    "format_percent_band",
    "join_reporting_rules",
]

HUNDRED_PERCENT = 100

EVERY_PERCENT = frozenset(range(1, 101))
"""Cut at every whole percent: no recoding beyond rounding."""


def build_cuts(ends: int, step: int) -> frozenset[int]:
    """List where percentage bands begin, in whole percents.

    One band runs from 0 to ``ends``, then one begins at each ``step``, and one runs from
    ``100 - ends`` up. ``build_cuts(20, 10)``: at most 20, 21-29, 30-39 … 70-79, 80 and up.

    Args:
        ends: width of the top and bottom code, in percent.
        step: width of the bands between, in percent.

    Returns:
        The whole percents at which a new band begins.
    """
    steps = range(ends + step - ends % step, 100 - ends, step)
    return frozenset({ends + 1, 100 - ends, *steps})


@dataclass(frozen=True, slots=True)
class PercentageBand:
    """Say how groups of at least ``least`` people are recoded, up to the next band.

    Args:
        least: the smallest group it is for.
        cuts: the whole percents, 1 to 100, at which a new value begins.
    """

    least: int
    cuts: frozenset[int]


@dataclass(frozen=True, slots=True)
class PercentageRecoding:
    """Recode percentages by group size: the larger the group, the finer.

    Args:
        bands: in order of size; a group smaller than the first has no percentage.

    Raises:
        ValueError: the bands are out of order, or a cut is not a whole percent from 1 to 100.
    """

    bands: tuple[PercentageBand, ...]

    def __post_init__(self) -> None:
        if any(a.least >= b.least for a, b in pairwise(self.bands)):
            raise ValueError("Bands stand in the order of the smallest group of each.")
        if any(not 1 <= cut <= HUNDRED_PERCENT for band in self.bands for cut in band.cuts):
            raise ValueError("A cut is a whole percent from 1 to 100.")

    def find_cuts(self, size: int) -> frozenset[int]:
        """List where new values begin for a group of this size; none if it has no percentage."""
        index = bisect_right([band.least for band in self.bands], size)
        return self.bands[index - 1].cuts if index else frozenset()

    def find_interval(self, yes: int, size: int) -> tuple[int, int] | None:
        """Find the lowest and highest whole percent that print the same as ``yes`` of ``size``.

        Returns:
            The pair (lowest, highest); None where nothing is printed: the group is too small, or
            every percent prints the same.
        """
        cuts = sorted(self.find_cuts(size))
        if not cuts:
            return None
        band_index = bisect_right(cuts, compute_percent(yes, size))
        return (
            cuts[band_index - 1] if band_index else 0,
            cuts[band_index] - 1 if band_index < len(cuts) else HUNDRED_PERCENT,
        )

    def format_percentage(self, yes: int, size: int) -> str:
        """Format the percentage as printed: ``37%``, ``20-29%``, ``≤5%``, ``≥95%``, or nothing."""
        interval = self.find_interval(yes, size)
        return "" if interval is None else format_percent_band(*interval)


def format_percent_band(low: int, high: int) -> str:
    """Format a band of whole percents: ``37%``, ``20-29%``, ``≤5%`` or ``≥95%``.

    Args:
        low: the lowest whole percent in it.
        high: the highest.

    Returns:
        The text; empty for a band from 0 to 100, which says nothing.
    """
    if (low, high) == (0, HUNDRED_PERCENT):
        return ""
    if low == high:
        return f"{low}%"
    if low == 0:
        return f"≤{high}%"
    return f"≥{low}%" if high == HUNDRED_PERCENT else f"{low}-{high}%"


def compute_percent(yes: int, size: int) -> int:
    """Compute the whole percent of ``yes`` in ``size``, halves rounded up.

    Args:
        yes: people with the outcome.
        size: people, at least one.

    Returns:
        The whole percent.
    """
    return (200 * yes + size) // (2 * size)


def join_recodings(
    first_recoding: PercentageRecoding, second_recoding: PercentageRecoding
) -> PercentageRecoding:
    """Join two recodings: a new value begins only where it does in both.

    Args:
        first_recoding: a recoding.
        second_recoding: another.

    Returns:
        A recoding that discloses no more than either.
    """
    if not first_recoding.bands or not second_recoding.bands:
        return PercentageRecoding(())
    smallest_group = max(first_recoding.bands[0].least, second_recoding.bands[0].least)
    sizes = {
        band.least
        for band in (*first_recoding.bands, *second_recoding.bands)
        if band.least >= smallest_group
    }
    return PercentageRecoding(
        tuple(
            PercentageBand(
                least, first_recoding.find_cuts(least) & second_recoding.find_cuts(least)
            )
            for least in sorted(sizes)
        )
    )


class PercentageDetail(IntEnum):
    """The detail printed beside a percentage; each value shows less than the one before.

    A recoded percentage beside its exact number would be undone by it.
    """

    COUNTS = 0
    """People with the outcome, the group's size, and the percentage of the two."""
    SIZES = 1
    """The group's size and the recoded percentage, never how many have the outcome."""
    PERCENTAGES = 2
    """The recoded percentage alone."""


@dataclass(frozen=True, slots=True)
class ReportingRule:
    """State one reporting rule of an agency, as data.

    Args:
        name: the value of ``--rule``.
        title: who follows it, in plain words.
        citation: the document that states it.
        verified: whether its numbers were read there; if not, ``note`` says which were not.
        minimum: fewer people than this are small, in a group or with (or without) the outcome.
        group: a group of fewer people is withheld entirely; never under ``minimum``.
        shows: the detail printed beside a percentage.
        recoding: percentages by group size.
        note: other demands of the rule, or doubts about its interpretation.
        zeros: whether an empty group may be withheld.
        sums: what withheld cells may add up to.
    """

    name: str
    title: str
    citation: str
    verified: bool
    minimum: int
    shows: PercentageDetail
    recoding: PercentageRecoding
    group: int = 0
    note: str = ""
    zeros: Zeros = Zeros.COVER
    sums: Sums = Sums.FREE

    @property
    def suppression_rule(self) -> SuppressionRule:
        """Return the rule that protector and attacker apply."""
        return SuppressionRule(minimum=self.minimum, zeros=self.zeros, sums=self.sums)

    @property
    def smallest_group(self) -> int:
        """Return the size of the smallest group that may be shown."""
        return max(self.group, self.minimum)


def join_reporting_rules(*rules: ReportingRule) -> ReportingRule:
    """Join rules, in any order, into one that shows no more than any of them.

    Args:
        rules: one rule or more.

    Returns:
        The joined rule; its name, title and citation list those joined.
    """
    first, *others = sorted(rules, key=lambda rule: rule.name)
    joined = first
    for other in others:
        joined = ReportingRule(
            name=f"{joined.name} + {other.name}",
            title=f"{joined.title}; {other.title}",
            citation=f"{joined.citation}; {other.citation}",
            verified=joined.verified and other.verified,
            minimum=max(joined.minimum, other.minimum),
            shows=max(joined.shows, other.shows),
            recoding=join_recodings(joined.recoding, other.recoding),
            group=max(joined.group, other.group),
            note=" ".join(filter(None, (joined.note, other.note))),
            zeros=Zeros.COVER if Zeros.COVER in {joined.zeros, other.zeros} else Zeros.SHOWN,
            sums=Sums.PROTECTED if Sums.PROTECTED in {joined.sums, other.sums} else Sums.FREE,
        )
    return joined


_WHOLE_PERCENTS: Final = PercentageRecoding((PercentageBand(1, EVERY_PERCENT),))


class SizeKnowledge(StrEnum):
    """Say how well readers know the number of students in each group."""

    PUBLIC = "public"
    """Everyone knows it: it is published, or follows from enrollments that are."""

    UNKNOWN = "unknown"
    """Only its class is known, as the width of the band shows it."""


@dataclass(frozen=True, slots=True)
class BandScheme:
    """Hold percentage bands by group size with their source.

    Args:
        title: who publishes in these bands.
        citation: the document that states them.
        verified: whether the bands were read there.
        sizes: what may be known of group sizes where these bands are safe.
        recoding: the bands.
    """

    title: str
    citation: str
    verified: bool
    sizes: SizeKnowledge
    recoding: PercentageRecoding


def load_band_schemes() -> dict[str, BandScheme]:
    """Load the schemes of percentage bands by name, from `percentage_bands.toml`.

    Returns:
        The schemes by name.
    """
    text = files(__package__).joinpath("percentage_bands.toml").read_text(encoding="utf-8")
    return {
        name: BandScheme(
            entry["title"],
            entry["citation"],
            entry["verified"],
            SizeKnowledge(entry["sizes"]),
            PercentageRecoding(tuple(_read_band(band) for band in entry["bands"])),
        )
        for name, entry in tomllib.loads(text).items()
    }


def _read_band(entry: Mapping[str, Any]) -> PercentageBand:
    cuts = entry.get("cuts") or build_cuts(entry["ends"], entry["step"])
    return PercentageBand(entry["least"], frozenset(cuts))


BAND_SCHEMES: Final = load_band_schemes()
"""The schemes of percentage bands by name."""

DEFAULT_REPORTING_RULE: Final = ReportingRule(
    name="plain",
    title="Most state education agencies",
    citation="NCES 2011-603, page 1: minimum group sizes from 5 to 30, most often 10",
    verified=True,
    minimum=10,
    shows=PercentageDetail.COUNTS,
    recoding=_WHOLE_PERCENTS,
    note="Counts are shown where they are safe, with whole percentages.",
)
"""The rule where none is named."""

_PRESETS: Final = (
    DEFAULT_REPORTING_RULE,
    ReportingRule(
        name="ed-nces-2011-603",
        title="Federal education statistics: reporting percentages without counts",
        citation="NCES 2011-603, Statistical Methods for Protecting Personally Identifiable "
        "Information in Aggregate Reporting (December 2010), recommended reporting rules",
        verified=False,
        minimum=10,
        shows=PercentageDetail.PERCENTAGES,
        recoding=BAND_SCHEMES["nces"].recoding,
        note="The principles were read (no counts of subgroups, top and bottom codes by group "
        "size, whole percentages); the bands are from general knowledge.",
    ),
    ReportingRule(
        name="edfacts",
        title="Federal public files of state assessments: ranges beside the group's size",
        citation="EDFacts state assessments in public use files, documentation",
        verified=False,
        minimum=6,
        shows=PercentageDetail.SIZES,
        recoding=BAND_SCHEMES["edfacts"].recoding,
        note="The bands are from general knowledge. Measured: beside a group's size they never "
        "give the number behind the percentage back.",
    ),
    ReportingRule(
        name="cms-11",
        title="Federal health data: no cell of 1 to 10",
        citation="CMS cell size suppression policy, version of January 26, 2024: no number from "
        "1 to 10, nor a percentage from which one follows",
        verified=True,
        minimum=11,
        shows=PercentageDetail.COUNTS,
        recoding=_WHOLE_PERCENTS,
        note="The policy allows zeros. An outcome that nobody (or everybody) of a group has is "
        "withheld here all the same, since it tells about each of them.",
    ),
    ReportingRule(
        name="state-il",
        title="Illinois report cards: groups of fewer than 10 students",
        citation="Illinois State Board of Education, Student Data Safeguarding, method 1 "
        "(page archived)",
        verified=True,
        minimum=10,
        shows=PercentageDetail.COUNTS,
        recoding=_WHOLE_PERCENTS,
    ),
    ReportingRule(
        name="state-ny",
        title="New York report cards: groups of fewer than five students",
        citation="New York State Education Department, data support article 115000765546",
        verified=True,
        minimum=5,
        shows=PercentageDetail.COUNTS,
        recoding=_WHOLE_PERCENTS,
        note="The state also withholds the next smallest group. Here what is needed is withheld, "
        "which may be more or less than one group.",
    ),
    ReportingRule(
        name="idea-disproportionality",
        title="Special education: comparing a group with all others",
        citation="34 CFR 300.647(b): minimum cell of 10 and minimum n of 30 presumed reasonable",
        verified=True,
        minimum=10,
        shows=PercentageDetail.COUNTS,
        recoding=_WHOLE_PERCENTS,
        group=30,
    ),
)

REPORTING_RULES: Final = {rule.name: rule for rule in _PRESETS}
