"""Define the fact of a release that renews itself."""

from dataclasses import dataclass

from cairn.policy.facts.agreements.agreement import AgreementFact

__all__ = ["ReleaseRenewalFact"]


@dataclass(frozen=True, slots=True)
class ReleaseRenewalFact:
    """Describe the series of releases that a renewal continues.

    Attributes:
        id: id of the renewal.
        partners: slug of the organization that the releases are for; if they are public, slugs of
            the owners of their data.
        agreements: facts of every agreement that names one of the partners as a party.
        was_withdrawn: whether a published release of the series was withdrawn since the renewal
            was requested, or every release of the series.
    """

    id: str
    partners: frozenset[str]
    agreements: tuple[AgreementFact, ...]
    was_withdrawn: bool
