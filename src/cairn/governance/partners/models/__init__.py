"""Database rows of organizations, their people, and how they protect what they hold."""

from cairn.governance.partners.models.organizations import (
    ORGANIZATION_KINDS,
    ROLE_CHOICES,
    Affiliation,
    Contact,
    LiveOn,
    Organization,
)
from cairn.governance.partners.models.security import (
    Assessment,
    Bar,
    Control,
    SecurityPlan,
    SubProcessor,
)

__all__ = [
    "ORGANIZATION_KINDS",
    "ROLE_CHOICES",
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
