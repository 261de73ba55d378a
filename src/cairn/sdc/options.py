"""Choices of the disclosure control methods, as the command line and pages name them."""

from enum import StrEnum

__all__ = ["ProtectionMethod", "ReleaseMethod", "Statistic", "Sums", "Zeros"]


class Zeros(StrEnum):
    """Say whether an empty group may be withheld. An outsider is assumed to know which."""

    SHOWN = "shown"
    """Empty groups are always shown. The outsider then knows that a withheld group has members,
    and the protector must withstand that knowledge."""

    COVER = "cover"
    """Empty groups may be withheld to cover others, unless they are empty by structure: two of
    the group's values never occur together, as a grade that a school does not offer. An empty
    group of one or two dimensions is such a structure itself."""


class Sums(StrEnum):
    """Say what withheld cells may add up to.

    Where their total is shown, their sum follows from it: two races of 3 and 4 children at a
    school are one known group of 7.
    """

    PROTECTED = "protected"
    """Withheld cells that divide a shown total add up to the minimum or more."""

    FREE = "free"
    """They may add up to a small number, as in most published practice. Each cell by itself
    keeps its width."""


class Statistic(StrEnum):
    """Name the statistic that is published of each group."""

    MEAN = "mean"
    MEDIAN = "median"
    SUM = "sum"


class ProtectionMethod(StrEnum):
    """Name the treatment of a number too small to be shown."""

    SUPPRESS = "suppress"
    """It is withheld, and others that would give it away: a blank."""

    RANGES = "ranges"
    """The same, and in each blank the range that a reader could work out anyway."""

    ROUND = "round"
    """Every number goes to a multiple of a base, and sums hold."""

    CELL_KEY = "cell-key"
    """Every number is moved by noise that belongs to the people it counts."""


class ReleaseMethod(StrEnum):
    """Name how the outcomes of a release are protected."""

    BANDS = "bands"
    """Percentages in ranges that are wider for smaller groups, and no numbers of children."""

    SUPPRESS = "suppress"
    """Numbers of children, and blanks where they are small or would give a small one away."""
