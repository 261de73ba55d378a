"""Define the JSON fields of a release: counts of cells, codes and reasons, never a cell."""

from typing import NotRequired, TypedDict


class GroupMergeOption(TypedDict):
    """Describe values of a dimension that could be merged, and the effect of merging them.

    `cells` is how many more cells would be shown; `share` is the percent of children who would then
    be in a shown cell of the most detailed table.
    """

    dim: str
    values: list[str]
    cells: int
    share: int


class MethodUsefulness(TypedDict):
    """Describe what one method of protection shows to readers of rates.

    `method` is "suppress", "bands", "merge" (of the groups in `values`) or "round". Of `cells`
    groups with at least 10 children, `telling` have a percentage, a band or a range. `share` is
    the percent of children in such groups, `width` the mean width in percentage points, None where
    nothing is shown. `groups` has, for each group of race and ethnicity, these two counts again.
    """

    method: str
    values: list[str]
    cells: int
    telling: int
    share: int
    width: int | None
    groups: list[tuple[str, int, int]]


class SuppressionAlternatives(TypedDict):
    """Describe what suppression keeps of one outcome in one year, and the alternatives to it.

    `exact` counts shown cells that hold children, `share` is the percent of children in shown cells
    of the most detailed table, `blanks` counts withheld cells, `ranges` counts those that could
    show a range instead, and `width` is the mean width of such a range, in children. `useful`
    compares how much each method shows to readers of rates; a check from before the comparison
    existed lacks it.
    """

    exact: int
    share: int
    blanks: int
    ranges: int
    width: int
    merges: list[GroupMergeOption]
    useful: NotRequired[list[MethodUsefulness]]


class YearCertificate(TypedDict):
    """Summarize the disclosure audit of one outcome in one year: counts of cells, no cell.

    `beside` is the number of earlier releases audited together with this one. `few_others` counts
    numbers withheld because a contributor, which knows its own children, could work out a small
    number of other children; `contributors` is how many districts audited the tables, and each
    program that is a dimension of the tables did, too;
    `between_two` counts shown numbers that combine exactly two contributors. `tried_by` lists the
    attackers that took part (`Attacker` values), so that a later reader knows which kinds were not
    tried. `together` are the merged groups of race and ethnicity. `ways` describes alternatives,
    for the newest year of each outcome. A certificate from before a feature existed lacks the
    field.

    `insiders` are the partners (slugs) that attacked as one who knows all of its own children but
    one: the audience of the release, and those of earlier releases.

    For an outcome in percentage bands, `method` is "bands", the counts are of groups, and `widened`
    is how many bands are wider than their size class requires, to protect others.

    For a measure, `statistic` is the published statistic, `asked` is how many people and withheld
    groups the attack on sums covered (0 for a median), and `telling` counts figures withheld
    because they would reveal one child's value, or that no child or every child has it.
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
    ways: NotRequired[SuppressionAlternatives]
    insiders: NotRequired[list[str]]
    method: NotRequired[str]
    widened: NotRequired[int]
    statistic: NotRequired[str]
    asked: NotRequired[int]
    telling: NotRequired[int]


class OwnerCounts(TypedDict):
    """Describe what one data owner sent: rows by record type, and a table by outcome.

    `counted` has only the outcomes that the owner's rows alone can count, as `zone/digest`.
    """

    rows: dict[str, int]
    counted: dict[str, str]


class MergedGroups(TypedDict):
    """Describe groups of race and ethnicity (codes) that the author wants counted as one.

    `why` gives the reason and the people consulted. `shown` is how many numbers the last check
    before the merge showed, None if there was no check.
    """

    values: list[str]
    why: str
    shown: int | None


class StoredConflict(TypedDict):
    """Describe an outcome and year in which the last check conflicted with earlier releases.

    `leave_out` are the tables that would hide a public number, and `works` the nearest set of
    tables that hides none: the dimensions of each, joined by commas.
    """

    outcome: str
    school_year: str
    how: str
    releases: list[str]
    leave_out: NotRequired[list[str]]
    works: NotRequired[list[str]]
