"""Typical positions in a partnership, with the role that fits each; a help for choosing only.

What a person may do follows from the role alone; a position's title grants nothing.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.models import ROLE_CHOICES
from cairn.policy.vocabulary import Role


@dataclass(frozen=True, slots=True)
class RoleTemplate:
    """A position, the role for it, and what to keep in mind."""

    position: str | Promise
    role: Role
    note: str | Promise

    @property
    def label(self) -> str | Promise:
        """The role in the words of pages."""
        return dict(ROLE_CHOICES)[self.role.value]


ROLE_TEMPLATES: Final = (
    RoleTemplate(
        _("Data manager"),
        Role.DATA_MANAGER,
        _("The least a partnership needs. One person may do all of these, in a small one."),
    ),
    RoleTemplate(
        _("Data analyst"),
        Role.ANALYST,
        _("Makes figures from linked data; drafts releases and never reviews their own."),
    ),
    RoleTemplate(
        _("Data architect or programmer"),
        Role.DATA_MANAGER,
        _("Sets up deliveries and mappings. Whoever only runs the machine needs no role here."),
    ),
    RoleTemplate(
        _("Manager of outside partners"),
        Role.PROGRAM_STAFF,
        _("Sees deliveries of one organization, and the children on its roster."),
    ),
    RoleTemplate(
        _("Fellow or intern"),
        Role.REVIEWER,
        _("Reads releases and sees no child. Give the role an end date from the start."),
    ),
    RoleTemplate(
        _("Position shared with a district"),
        Role.STEWARD,
        _("Two roles: one at the district, one here. Each counts only when acting for that one."),
    ),
    RoleTemplate(
        _("Loaned executive"),
        Role.COMMITTEE_MEMBER,
        _("Takes part in decisions and sees no child."),
    ),
    RoleTemplate(
        _("Counsel"),
        Role.COUNSEL,
        _("Reads agreements and findings of the organization that they advise."),
    ),
)
