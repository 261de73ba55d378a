"""Organizations, their people, and what is on record about how they protect what they hold."""

from cairn.partners.models.organizations import (
    KINDS,
    ROLES,
    Affiliation,
    Contact,
    LiveOn,
    Organization,
)
from cairn.partners.models.security import Assessment, Bar, Control, SecurityPlan, SubProcessor

__all__ = [
    "KINDS",
    "ROLES",
    "Affiliation",
    "Assessment",
    "Bar",
    "Contact",
    "Control",
    "LiveOn",
    "Organization",
    "SecurityPlan",
    "SubProcessor",
]
