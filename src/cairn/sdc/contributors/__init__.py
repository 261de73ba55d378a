"""Protect each data owner's students from other contributors, who can subtract their part."""

from cairn.sdc.contributors.contributor_protection import protect_from_contributors
from cairn.sdc.contributors.contributor_view import ContributorView
from cairn.sdc.contributors.residual import CellContributor
from cairn.sdc.contributors.residual_audit import (
    FEWEST_OTHER_CONTRIBUTORS,
    OpenDims,
    audit_residual,
    find_safe_margins,
    list_disclosed_others,
    list_open_dims,
)

__all__ = [
    "FEWEST_OTHER_CONTRIBUTORS",
    "CellContributor",
    "ContributorView",
    "OpenDims",
    "audit_residual",
    "find_safe_margins",
    "list_disclosed_others",
    "list_open_dims",
    "protect_from_contributors",
]
