"""Rules that agencies follow, by name. Numbers with their source; what was not read says so."""

from typing import Final

from cairn.disclosure.handling import Handling, Shows
from cairn.disclosure.percent import WHOLE, Band, Recoding, coded

_ROUNDED: Final = Recoding((Band(1, WHOLE),))
_NCES: Final = Recoding(
    (
        Band(10, coded(20, 10)),
        Band(21, coded(10, 10)),
        Band(41, coded(5, 5)),
        Band(101, coded(3, 1)),
        Band(201, coded(2, 1)),
        Band(301, coded(1, 1)),
    )
)
_EDFACTS: Final = Recoding(
    (
        Band(6, frozenset({50})),
        Band(16, frozenset({21, 40, 60, 80})),
        Band(31, coded(10, 10)),
        Band(61, coded(5, 5)),
        Band(301, coded(1, 1)),
    )
)

PLAIN: Final = Handling(
    name="plain",
    title="Most state education agencies",
    citation="NCES 2011-603, page 1: minimum group sizes from 5 to 30, most often 10",
    verified=True,
    minimum=10,
    shows=Shows.COUNTS,
    recoding=_ROUNDED,
    note="Counts are shown where they are safe, with whole percentages.",
)
"""The rule where none is named."""

_ALL: Final = (
    PLAIN,
    Handling(
        name="ed-nces-2011-603",
        title="Federal education statistics: reporting percentages without counts",
        citation="NCES 2011-603, Statistical Methods for Protecting Personally Identifiable "
        "Information in Aggregate Reporting (December 2010), recommended reporting rules",
        verified=False,
        minimum=10,
        shows=Shows.PERCENTAGES,
        recoding=_NCES,
        note="The principles were read (no counts of subgroups, top and bottom codes by group "
        "size, whole percentages); the bands are from general knowledge.",
    ),
    Handling(
        name="edfacts",
        title="Federal public files of state assessments: ranges beside the group's size",
        citation="EDFacts state assessments in public use files, documentation",
        verified=False,
        minimum=6,
        shows=Shows.SIZES,
        recoding=_EDFACTS,
        note="The bands are from general knowledge. Measured: beside a group's size they never "
        "give the number behind the percentage back.",
    ),
    Handling(
        name="cms-11",
        title="Federal health data: no cell of 1 to 10",
        citation="CMS cell size suppression policy, version of January 26, 2024: no number from "
        "1 to 10, nor a percentage from which one follows",
        verified=True,
        minimum=11,
        shows=Shows.COUNTS,
        recoding=_ROUNDED,
        note="The policy allows zeros. An outcome that nobody (or everybody) of a group has is "
        "withheld here all the same, since it tells about each of them.",
    ),
    Handling(
        name="state-il",
        title="Illinois report cards: groups of fewer than 10 students",
        citation="Illinois State Board of Education, Student Data Safeguarding, method 1 "
        "(page archived)",
        verified=True,
        minimum=10,
        shows=Shows.COUNTS,
        recoding=_ROUNDED,
    ),
    Handling(
        name="state-ny",
        title="New York report cards: groups of fewer than five students",
        citation="New York State Education Department, data support article 115000765546",
        verified=True,
        minimum=5,
        shows=Shows.COUNTS,
        recoding=_ROUNDED,
        note="The state also withholds the next smallest group. Here what is needed is withheld, "
        "which may be more or less than one group.",
    ),
    Handling(
        name="idea-disproportionality",
        title="Special education: comparing a group with all others",
        citation="34 CFR 300.647(b): minimum cell of 10 and minimum n of 30 presumed reasonable",
        verified=True,
        minimum=10,
        shows=Shows.COUNTS,
        recoding=_ROUNDED,
        group=30,
    ),
)

PRESETS: Final = {rule.name: rule for rule in _ALL}
