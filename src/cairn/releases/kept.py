"""What a release keeps beside its figures: counts of cells, codes and reasons, never a cell."""

from typing import NotRequired, TypedDict


class Merged(TypedDict):
    """Values of a dimension that could be counted as one: cells shown more than now, and the
    percent of children who are then in a shown cell of the finest kind."""

    dim: str
    values: list[str]
    cells: int
    share: int


class Ways(TypedDict):
    """What withholding keeps of one outcome in one year, and what else could be done: cells with
    children in them that are shown, the percent of children in the finest of them, blanks, those
    of them that could say a range, and how many numbers wide such a range is."""

    exact: int
    share: int
    blanks: int
    ranges: int
    width: int
    merges: list[Merged]


class Certificate(TypedDict):
    """The attacker's audit of one outcome in one year. Counts of cells only, never a cell.

    `beside`: how many earlier releases were attacked with it; one checked before that was done has
    none. `few_others`: numbers withheld because a contributor, which knows its own, could work out
    few others; `contributors`: how many attacked; `between_two`: numbers shown in which only two of
    them have children. A release checked before contributors attacked has none of the three.
    `tried_by`: who attacked (`rules.attackers`), so that it is known of whom nobody had thought.
    `together`: the groups of race and ethnicity that are counted as one.
    `ways`: what else could be done, of the newest year of each outcome.
    Of a measure `statistic` is what was told, `asked` of how many people and withheld groups the
    attack on the sums asked (none of a median), and `telling` how many figures are withheld because
    they would tell what one child has, or that nobody or everybody has it.
    """

    outcome: str
    school_year: str
    digest: str
    cells: int
    withheld: int
    small: int
    complementary: int
    narrowest: int | None
    programs: int
    safe: bool
    tried_by: NotRequired[list[str]]
    together: NotRequired[list[list[str]]]
    beside: NotRequired[int]
    few_others: NotRequired[int]
    contributors: NotRequired[int]
    between_two: NotRequired[int]
    ways: NotRequired[Ways]
    statistic: NotRequired[str]
    asked: NotRequired[int]
    telling: NotRequired[int]


class Own(TypedDict):
    """What one owner sent of a release: how many rows of each record type, and for each outcome
    that its rows alone can tell, the table counted from them, as `zone/digest`."""

    rows: dict[str, int]
    counted: dict[str, str]


class CountedAsOne(TypedDict):
    """Groups of race and ethnicity (codes) that the author asks to be counted as one, why and whom
    it asked, and how many numbers the last check before that showed; None where there was none."""

    values: list[str]
    why: str
    shown: int | None


class Met(TypedDict):
    """An outcome and year in which the last check met earlier releases, by their names of then."""

    outcome: str
    school_year: str
    how: str
    releases: list[str]
