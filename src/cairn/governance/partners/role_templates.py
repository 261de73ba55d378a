"""Typical positions in a partnership, with the role for each; guidance only.

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
        _("Every partnership needs one. In a small one, this person may fill all positions."),
    ),
    RoleTemplate(
        _("Data analyst"),
        Role.ANALYST,
        _("Produces figures from linked data and drafts releases. Cannot review their own."),
    ),
    RoleTemplate(
        _("Data architect or programmer"),
        Role.DATA_MANAGER,
        _("Sets up data submissions and column mappings. Server administrators need no role here."),
    ),
    RoleTemplate(
        _("Tutor, coach or navigator"),
        Role.PROGRAM_STAFF,
        _(
            "Takes attendance, writes notes, and sees the students on the roster. To limit the "
            "person to a program or site, its steward assigns them under Programs, Staff."
        ),
    ),
    RoleTemplate(
        _("Partner liaison"),
        Role.PROGRAM_STAFF,
        _("Sees the data submissions of one organization and the children on its roster."),
    ),
    RoleTemplate(
        _("School staff"),
        Role.PROGRAM_STAFF,
        _(
            "Add the role at the school or district. Sees its own students, and which programs "
            "serve them."
        ),
    ),
    RoleTemplate(
        _("Fellow or intern"),
        Role.REVIEWER,
        _("Reads releases but no student records. Set a last day on the person's page."),
    ),
    RoleTemplate(
        _("Position shared with a district"),
        Role.STEWARD,
        _("Add two roles, one at the district and one here. Each applies to that work only."),
    ),
    RoleTemplate(
        _("Loaned executive"),
        Role.COMMITTEE_MEMBER,
        _("Takes part in decisions but sees no student records."),
    ),
    RoleTemplate(
        _("Counsel"),
        Role.COUNSEL,
        _("Reads the agreements and findings of the organization that they advise."),
    ),
)
