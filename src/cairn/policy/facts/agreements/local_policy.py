"""Define what one partnership decides for itself where the law leaves a choice."""

from dataclasses import dataclass
from typing import Final

from cairn.policy.vocabulary import Purpose

__all__ = ["AGE_OF_MAJORITY", "CONSERVATIVE_POLICY", "LocalPolicy"]

AGE_OF_MAJORITY: Final = 18
"""The age in years at which the rights pass from the parent to the student (34 CFR 99.3)."""


@dataclass(frozen=True, slots=True)
class LocalPolicy:
    """Hold the local settings of a decision; every default is the conservative reading.

    ``rights_pass_at_18``: a parent's consent stops supporting new disclosures once the student is
        18 or
    in postsecondary education. FERPA passes the *right* then (34 CFR 99.5(a)) and does not say in
    terms
    whether an earlier consent ends; counsel may read it otherwise, so that such a consent still
    counts.
    ``standing_purposes`` are those for which the agreement itself names the use, so that no project
    has
    to be authorized in addition: a tutoring program that serves children daily. ``told_from`` is
    the
    smallest number of children that a recipient sees as a number.
    """

    rights_pass_at_18: bool = True
    standing_purposes: frozenset[Purpose] = frozenset()
    told_from: int = 10


CONSERVATIVE_POLICY: Final = LocalPolicy()
