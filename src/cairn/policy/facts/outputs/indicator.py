"""Define the facts of one version of an indicator's definition."""

from dataclasses import dataclass

__all__ = ["IndicatorVersionFact"]


@dataclass(frozen=True, slots=True)
class IndicatorVersionFact:
    """Describe one version of an indicator's definition, as Cairn has it on record.

    Attributes:
        indicator: title of the indicator.
        version: number of the version.
        organization: slug of the organization that wrote it.
        author: ID of the person who wrote it last.
        is_draft: whether it waits for approval.
        is_previewed: whether it was counted on data as it reads now.
    """

    indicator: str
    version: int
    organization: str
    author: str
    is_draft: bool
    is_previewed: bool
