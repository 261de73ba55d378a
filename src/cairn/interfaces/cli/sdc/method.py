"""Name the methods of protecting a table, as the command line spells them."""

from enum import StrEnum


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
