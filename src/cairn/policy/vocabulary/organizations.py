"""Kinds of organizations, and which of them are FERPA agencies."""

from enum import StrEnum
from typing import Final

__all__ = ["EDUCATION_AUTHORITY_KINDS", "FERPA_AGENCY_KINDS", "OrganizationKind"]


class OrganizationKind(StrEnum):
    """The kind of an organization, which decides the law that binds it."""

    SCHOOL_DISTRICT = "school_district"
    STATE_EDUCATION_AGENCY = "state_education_agency"
    POSTSECONDARY = "postsecondary"
    COMMUNITY_PROGRAM = "community_program"
    HEALTH = "health"
    GOVERNMENT = "government"
    TRIBAL_NATION = "tribal_nation"
    BACKBONE = "backbone"
    VENDOR = "vendor"
    FUNDER = "funder"


FERPA_AGENCY_KINDS: Final = frozenset(
    {
        OrganizationKind.SCHOOL_DISTRICT,
        OrganizationKind.STATE_EDUCATION_AGENCY,
        OrganizationKind.POSTSECONDARY,
    }
)
"""The kinds of organizations that hold student records as education records."""

EDUCATION_AUTHORITY_KINDS: Final = frozenset(
    {OrganizationKind.SCHOOL_DISTRICT, OrganizationKind.STATE_EDUCATION_AGENCY}
)
"""State and local educational authorities (34 CFR 99.31(a)(3)(iv)); a single college is none."""
