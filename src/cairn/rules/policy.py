"""What one partnership decided for itself, where the law leaves a choice."""

from dataclasses import dataclass
from typing import Final

from cairn.rules.vocabulary import Purpose

MAJORITY: Final = 18
"""The age at which the rights pass from the parent to the student (34 CFR 99.3)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Local settings of the decision. A default is the conservative reading.

    ``rights_pass_at_18``: a parent's consent stops supporting new disclosures once the student
    is 18 or in postsecondary education. FERPA passes the *right* then (34 CFR 99.5(a)) and does
    not say in terms what becomes of a consent given before; counsel may read it otherwise, so
    that such a consent counts on.
    ``standing_purposes`` are those for which the agreement itself names the use, so that no
    project has to be authorized beside it: a tutoring program that serves children daily.
    ``told_from`` is the smallest number of children that a recipient is told as a number.
    """

    rights_pass_at_18: bool = True
    standing_purposes: frozenset[Purpose] = frozenset()
    told_from: int = 10


CONSERVATIVE: Final = Policy()
