"""The doors of agreements: of some on record, and of drafts in the state that each door needs."""

from functools import partial
from typing import Any

from django.utils import timezone

from cairn.governance.agreements.actions.agreement_record import save_agreement_version
from cairn.governance.agreements.actions.draft_lifecycle import _create_draft
from cairn.governance.agreements.document_templates import DOCUMENT_TEMPLATES
from cairn.governance.agreements.draft_text import PartnerIdentity, fill_partner_text
from cairn.governance.agreements.models import Draft
from cairn.governance.agreements.toml_format.parser import parse_agreement
from cairn.governance.partners.models.organizations import Organization
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.agreements import AgreementState
from cairn.policy.vocabulary.organizations import OrganizationKind

MANAGER, STEWARD, COUNSEL = Role.DATA_MANAGER, Role.STEWARD, Role.COUNSEL
READERS = {MANAGER, STEWARD, COUNSEL}
READ_AGREEMENTS = {MANAGER, Role.ANALYST, Role.REVIEWER, Role.COMMITTEE_MEMBER}
PARTIES = {*READ_AGREEMENTS, STEWARD, COUNSEL, Role.PROGRAM_STAFF}


def reference(**more: str) -> dict[str, str]:
    """A reference that nobody has heard of: the rules are asked all the same."""
    return {"reference": "NOT-ON-RECORD", **more}


def _text() -> str:
    """The memorandum between the backbone and the district that the doors are tried from."""
    memorandum = next(start for start in DOCUMENT_TEMPLATES if start.name == "01-memorandum")
    text = fill_partner_text(
        memorandum.text,
        reference="DOOR-1",
        title="Memorandum",
        writer=PartnerIdentity("backbone", "Backbone", OrganizationKind.BACKBONE.value),
        partner=PartnerIdentity("district", "District", OrganizationKind.SCHOOL_DISTRICT.value),
    )
    return text.replace("tier =", "starts = 2026-01-01\nends = 2031-06-30\ntier =", 1)


def _organization(slug: str, kind: OrganizationKind) -> Organization:
    made, _ = Organization.objects.get_or_create(
        slug=slug, defaults={"name": slug.title(), "kind": kind.value}
    )
    return made


def _somebody() -> User:
    return User.objects.get_or_create(email="somebody@example.org", defaults={"name": "Some"})[0]


def draft(state: AgreementState = AgreementState.DRAFT, **more: Any) -> dict[str, Any]:
    backbone = _organization("backbone", OrganizationKind.BACKBONE)
    _organization("district", OrganizationKind.SCHOOL_DISTRICT)
    made: Draft = _create_draft(
        _text(), backbone, None, based_on="", batch="", by=_somebody(), at=timezone.localtime()
    )
    made.state = state.value
    made.save(update_fields=["state"])
    return {"pk": made.pk, **more}


def agreement(**more: Any) -> dict[str, Any]:
    _organization("backbone", OrganizationKind.BACKBONE)
    _organization("district", OrganizationKind.SCHOOL_DISTRICT)
    row = save_agreement_version(
        _text(), parse_agreement(_text()), by=_somebody(), at=timezone.localtime()
    )
    return {"reference": row.reference, **more}


WITH_COUNSEL = partial(draft, AgreementState.COUNSEL_REVIEW)
OUT = partial(draft, AgreementState.OUT_FOR_SIGNATURE)

# Route → (who may, method, the objects it needs).
DOORS = {
    "agreements:list": (STAFF_ROLES, "get", dict),
    "agreements:load": ({MANAGER}, "get", dict),
    "agreements:detail": (READ_AGREEMENTS, "get", reference),
    "agreements:file": (PARTIES, "get", partial(agreement, form="toml")),
    "agreements:synthetic": (READ_AGREEMENTS, "get", partial(reference, record="student")),
    "agreements:drafts": (READERS, "get", dict),
    "agreements:begin": ({MANAGER, STEWARD}, "get", dict),
    "agreements:begin_many": ({MANAGER, STEWARD}, "get", dict),
    "agreements:draft": ({MANAGER}, "get", draft),
    "agreements:text": ({MANAGER}, "get", draft),
    "agreements:section": ({MANAGER}, "get", partial(draft, section="agreement")),
    "agreements:versions": (READERS, "get", WITH_COUNSEL),
    "agreements:restore": ({MANAGER}, "post", partial(draft, version=1)),
    "agreements:draft_file": (READERS, "get", partial(WITH_COUNSEL, form="toml")),
    "agreements:submit": ({MANAGER}, "post", draft),
    "agreements:take_back": ({MANAGER}, "post", WITH_COUNSEL),
    "agreements:set_aside": ({MANAGER}, "get", draft),
    "agreements:review": (READERS, "get", WITH_COUNSEL),
    # What the data owner's counsel has not read cannot be sent; tests/governance/agreements does.
    "agreements:send_out": (set(), "post", WITH_COUNSEL),
    "agreements:sign": (READERS, "get", OUT),
    # What is sent names an organization; without one the address leads nowhere.
    "agreements:amend": (PARTIES, "post", agreement),
    "agreements:pilot": (PARTIES, "post", agreement),
    "agreements:join": (PARTIES, "post", agreement),
    "agreements:take_back_notice": (PARTIES, "post", agreement),
    "agreements:terminate": ({MANAGER, STEWARD}, "get", agreement),
    # It still runs; tests/governance/agreements closes one that has ended.
    "agreements:begin_closing": (set(), "post", agreement),
}
