"""Define the facts of an organization that provides or receives data."""

from dataclasses import dataclass
from datetime import date

from cairn.policy.vocabulary import OrganizationKind


@dataclass(frozen=True, slots=True)
class OrganizationFact:
    """Describe one organization on a date.

    ``None`` means unknown, which denies where it matters. ``education_program``: it is principally
    engaged in education (34 CFR 99.3). ``ferpa`` and ``hipaa``: it is an educational agency, a
    covered
    entity. ``state`` is a postal code ("MD"), or empty if unknown. ``barred_until`` is the last day
    of
    a bar (34 CFR 99.67). ``overdue`` counts the destructions that it owes and has not done;
    ``None`` if
    they were not looked up.
    """

    slug: str
    kind: OrganizationKind
    name: str = ""
    education_program: bool | None = None
    ferpa: bool | None = None
    hipaa: bool | None = None
    state: str = ""
    barred_until: date | None = None
    overdue: int | None = None
    programs: frozenset[str] = frozenset()
