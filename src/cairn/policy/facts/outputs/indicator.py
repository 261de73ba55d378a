"""Define the facts of an indicator's definition, written or counted by a release."""

from dataclasses import dataclass, field

from cairn.policy.facts.later_fields import ADDED_LATER

__all__ = ["CountedIndicatorFact", "IndicatorVersionFact"]


@dataclass(frozen=True, slots=True)
class IndicatorVersionFact:
    """Describe one version of an indicator's definition, as Cairn has it on record.

    Attributes:
        indicator: title of the indicator.
        version: number of the version.
        organization: slug of the organization that wrote it.
        writers: IDs of all people who wrote on it.
        is_draft: whether it waits for approval.
        is_previewed: whether it was counted on data as it reads now.
    """

    indicator: str
    version: int
    organization: str
    writers: frozenset[str]
    is_draft: bool
    is_previewed: bool


@dataclass(frozen=True, slots=True)
class CountedIndicatorFact:
    """Describe a definition by which a release counts figures.

    Attributes:
        id: ID under which its figures are published.
        title: its title.
        indicator: ID that all its versions share.
        denominator: the record and the element that say who is counted in which period.
        unit: "percent", "mean" or "count".
        breakdowns: the dimensions by which it may be broken down.
        is_shipped: whether Cairn ships it; the community wrote it otherwise.
        is_newest: whether no later version of it is approved.
        is_corrected: whether the release corrects one that counts this very version.
        people: ID of the indicator that counts exactly its people, with which it is audited; its
            own ID if it says itself who is counted.
        records: the record types of the rows that say who is counted, and who of them reached it.
    """

    id: str
    title: str
    indicator: str
    denominator: tuple[str, str]
    unit: str
    breakdowns: tuple[str, ...]
    is_shipped: bool
    is_newest: bool = True
    is_corrected: bool = False
    people: str = field(default="", metadata=ADDED_LATER)
    records: tuple[str, ...] = field(default=(), metadata=ADDED_LATER)
