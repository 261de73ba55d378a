"""Describe what the generator produces: the deliveries as the partners would send them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ExpectedResult = Literal["accepted", "flawed", "refused_columns"]


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """Hold one delivery: who sends which files under which agreement, and the expected result."""

    organization: str
    agreement: str
    feed: str
    period: str
    files: tuple[Path, ...]
    mapping: Path | None
    expect: ExpectedResult = "accepted"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Community:
    """Hold a generated community: its folder, its deliveries, and the folder of the ground
    truth.
    """

    folder: Path
    deliveries: tuple[PlannedDelivery, ...]
    truth: Path


def find_examples_folder(community: str = "river-county") -> Path:
    """Find the agreements and mappings of an example community.

    In a checkout they lie beside the source, where a partnership looks for them; an installed
    package carries a copy.

    Args:
        community: the name of the example's folder.
    Returns:
        The folder.
    """
    demo_folder = Path(__file__).parent
    packaged_folder = demo_folder / "examples" / community
    return (
        packaged_folder
        if packaged_folder.is_dir()
        else demo_folder.parents[2] / "examples" / community
    )


def plan_delivery(
    organization: str,
    agreement: str,
    feed: str,
    period: str,
    file: Path,
    *,
    expect: ExpectedResult = "accepted",
    note: str = "",
) -> PlannedDelivery:
    """Plan a delivery of one file with the example mapping of its feed."""
    mapping = find_examples_folder() / "mappings" / organization / f"{feed}.toml"
    return PlannedDelivery(organization, agreement, feed, period, (file,), mapping, expect, note)
