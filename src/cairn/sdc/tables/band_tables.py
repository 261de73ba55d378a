"""Hold tables published as percentage bands, and the result of the attack on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from cairn.sdc.tables.reporting_rules import format_percent_band
from cairn.sdc.tables.request import Key

__all__ = [
    "ANY_PERCENT",
    "BandCertificate",
    "BandExposure",
    "BandPopulation",
    "BandTables",
    "PublishedGroup",
]

ANY_PERCENT = (0, 100)
"""The band that says nothing about the outcome."""


@dataclass(frozen=True, slots=True)
class PublishedGroup:
    """State what one release says of one group.

    Args:
        key: a value for each dimension, without the outcome; "All" where summed over.
        percents: the lowest and highest whole percent that the true share may round to.
        size: the least and the most students in the group, as far as its publication shows:
            the size class of its band, or fewer than the minimum for a blank.
        yes: the least and the most students with the outcome, where a number is published.
    """

    key: Key
    percents: tuple[int, int] = ANY_PERCENT
    size: tuple[int, float] = (0, inf)
    yes: tuple[int, float] = (0, inf)

    @property
    def tells(self) -> bool:
        """Tell whether the band says anything about the outcome."""
        return self.percents != ANY_PERCENT

    @property
    def width(self) -> int:
        """Return the width of the band in percentage points; 0 for a whole percent."""
        low, high = self.percents
        return high - low

    @property
    def percentage(self) -> str:
        """Return the band as printed; empty where nothing is shown."""
        return format_percent_band(*self.percents)


@dataclass(frozen=True, slots=True)
class BandPopulation:
    """Count the people of one release by finest group.

    Args:
        dims: names of the dimensions, without the outcome.
        sizes: students by finest group.
        yes: students with the outcome; an absent key is none.
    """

    dims: tuple[str, ...]
    sizes: Mapping[Key, int]
    yes: Mapping[Key, int]


@dataclass(frozen=True, slots=True)
class BandExposure:
    """Name a group for which the number of students with the outcome becomes too narrow.

    Args:
        attacker: who can narrow it.
        key: the group; for people who came between two releases, the group they came to.
        values: how many numbers were proven to stay possible.
        required: how many must.
        release: the release, or the two releases between which they came; empty for the only one.
        record: the number of the record that a participant knows, in the order of the attack; None
            for another attacker, and where there is one release only.
        pooled: whether only the blank parts of the group are meant.
    """

    attacker: str
    key: Key
    values: int
    required: int
    release: str = ""
    record: int | None = None
    pooled: bool = False


@dataclass(frozen=True, slots=True)
class BandCertificate:
    """Record the attack on tables of percentage bands. Keep the exposures from the public.

    Args:
        digest: SHA-256 of what was attacked.
        attackers: who attacked, in order.
        targets: how many numbers were attacked, over all attackers.
        programs: integer programs solved; most targets need none.
        narrowest: the fewest numbers proven to stay possible for any target of at least two
            students; None where there is none.
        exposures: what became too narrow.
    """

    digest: str
    attackers: tuple[str, ...]
    targets: int
    programs: int
    narrowest: int | None
    exposures: tuple[BandExposure, ...]

    @property
    def safe(self) -> bool:
        """Tell whether nothing became too narrow."""
        return not self.exposures


@dataclass(frozen=True, slots=True)
class BandTables:
    """Hold tables of percentage bands with the certificate of their attack.

    Args:
        dims: names of the dimensions, without the outcome.
        groups: every group of every margin, once.
        certificate: of the attack on exactly these bands.
        widened: bands made wider than their size class requires, to protect other groups.
    """

    dims: tuple[str, ...]
    groups: tuple[PublishedGroup, ...]
    certificate: BandCertificate
    widened: int
