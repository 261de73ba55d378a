"""What the generator hands over: the deliveries as the partners would send them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Expectation = Literal["accepted", "flawed", "refused_columns"]


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """One delivery: who sends which files under which agreement, and what should become of it."""

    organization: str
    agreement: str
    feed: str
    period: str
    files: tuple[Path, ...]
    mapping: Path | None
    expect: Expectation = "accepted"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Community:
    """A made community: its folder, its deliveries, and the folder of what is true."""

    folder: Path
    deliveries: tuple[PlannedDelivery, ...]
    truth: Path


def examples_folder(community: str = "river-county") -> Path:
    """The agreements and mappings of an example community.

    In a checkout they lie beside the source, where a partnership looks for them; an installed
    package carries a copy.
    """
    here = Path(__file__).parent
    packaged = here / "examples" / community
    return packaged if packaged.is_dir() else here.parents[2] / "examples" / community


def plan(
    organization: str,
    agreement: str,
    feed: str,
    period: str,
    file: Path,
    *,
    expect: Expectation = "accepted",
    note: str = "",
) -> PlannedDelivery:
    """A delivery of one file with the example mapping of its feed."""
    mapping = examples_folder() / "mappings" / organization / f"{feed}.toml"
    return PlannedDelivery(organization, agreement, feed, period, (file,), mapping, expect, note)
