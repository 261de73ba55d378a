"""The doors of agreements: of some on record, and of drafts in the state that each door needs."""

from functools import partial
from typing import Any

from django.utils import timezone
from tests.entry_points.entry import Route

from cairn.data.intake.models import Delivery
from cairn.governance.agreements.actions.draft_lifecycle import _create_draft
from cairn.governance.agreements.actions.signature_and_record import save_agreement_version
from cairn.governance.agreements.confirmation_links import hash_confirmation_key
from cairn.governance.agreements.document_templates import DOCUMENT_TEMPLATES
from cairn.governance.agreements.draft_text import PartnerIdentity, fill_partner_text
from cairn.governance.agreements.facts import compute_text_digest
from cairn.governance.agreements.models import (
    Agreement,
    DictionaryRequest,
    Draft,
    PaperSignature,
    Signature,
    SignedPage,
)
from cairn.governance.agreements.toml_format.parser import parse_agreement
from cairn.governance.partners.models import Organization
from cairn.outputs.releases.models import GiveBack
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.agreements import AgreementState
from cairn.policy.vocabulary.organizations import OrganizationKind

MANAGER, STEWARD, COUNSEL = Role.DATA_MANAGER, Role.STEWARD, Role.COUNSEL
READERS = {MANAGER, STEWARD, COUNSEL}
EVERYONE = STAFF_ROLES | {Role.PUBLIC}
READ_AGREEMENTS = {MANAGER, Role.ANALYST, Role.REVIEWER, Role.COMMITTEE_MEMBER}
PARTIES = {*READ_AGREEMENTS, STEWARD, COUNSEL, Role.PROGRAM_STAFF}


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


def promised_report(**more: Any) -> dict[str, Any]:
    """A report of published tables that the district got under the agreement."""
    made = agreement(organization="district", **more)
    row = Agreement.objects.get(reference=made["reference"])
    row.text += '[[giveback]]\nwhat = "Tables"\nwithin_days = 90\ncontents = "published tables"\n'
    row.save(update_fields=["text"])
    sent = Delivery.objects.create(
        organization=Organization.objects.get(slug="district"),
        agreement_reference=row.reference,
        agreement_version=1,
        feed="students",
        channel="upload",
        file_name="students.csv",
        size=1,
        content_digest="0" * 64,
        fingerprint="0" * 64,
        state="received",
        decision={},
        decision_id="x",
        received_by=_somebody(),
        received_at=timezone.localtime(),
    )
    GiveBack.objects.create(
        delivery=sent, what="Tables", given_on=timezone.localdate(), given_by=_somebody()
    )
    return made


def signed_on_paper() -> dict[str, Any]:
    """The scan of a signature under a draft that waits for the other one."""
    made = Draft.objects.get(pk=draft(AgreementState.OUT_FOR_SIGNATURE)["pk"])
    signature = Signature.objects.create(
        draft=made,
        organization=Organization.objects.get(slug="district"),
        digest="0" * 64,
        name="A. Superintendent",
        capacity="Superintendent",
        method="paper",
        on=timezone.localdate(),
        by=_somebody(),
        at=timezone.localtime(),
    )
    SignedPage.objects.create(
        signature=signature, media_type="application/pdf", content=b"%PDF-1.7", digest="0" * 64
    )
    return {"pk": signature.pk}


def element_request() -> dict[str, Any]:
    """A request for a data element of the district."""
    row = DictionaryRequest.objects.create(
        draft_id=draft()["pk"],
        owner=Organization.objects.get(slug="district"),
        element="Shoe size",
        element_key="shoe size",
        asked_by=_somebody(),
        asked_at=timezone.localtime(),
    )
    return {"pk": row.pk}


CONFIRMATION_KEY = "the key of a one-time link"


def paper_to_confirm() -> dict[str, Any]:
    """A signature on paper that waits for its signer."""
    made = Draft.objects.get(pk=draft(AgreementState.OUT_FOR_SIGNATURE)["pk"])
    PaperSignature.objects.create(
        draft=made,
        organization=Organization.objects.get(slug="district"),
        digest=compute_text_digest(made.text),
        name="A. Superintendent",
        capacity="Superintendent",
        on=timezone.localdate(),
        media_type="application/pdf",
        page=b"%PDF-1.7",
        key=hash_confirmation_key(CONFIRMATION_KEY),
        expires_on=timezone.localdate(),
        by=_somebody(),
        at=timezone.localtime(),
    )
    return {"key": CONFIRMATION_KEY}


WITH_COUNSEL = partial(draft, AgreementState.COUNSEL_REVIEW)
OUT = partial(draft, AgreementState.OUT_FOR_SIGNATURE)

ROUTES = {
    "agreements:list": Route(STAFF_ROLES, "get", dict, (Action.VIEW_AGREEMENT,)),
    "agreements:load": Route({MANAGER}, "get", dict, (Action.LOAD_AGREEMENT,)),
    "agreements:detail": Route(PARTIES, "get", agreement, (Action.VIEW_AGREEMENT,)),
    "figures:agreement": Route(PARTIES, "get", agreement, (Action.VIEW_AGREEMENT,)),
    "figures:reports": Route({MANAGER, STEWARD}, "get", dict, (Action.VIEW_GIVE_BACK,)),
    "figures:report": Route({MANAGER, STEWARD}, "get", promised_report, (Action.VIEW_GIVE_BACK,)),
    "figures:report_file": Route(
        {MANAGER, STEWARD},
        "get",
        partial(promised_report, kind="csv"),
        (Action.VIEW_GIVE_BACK,),
    ),
    "figures:partner_releases": Route(
        {MANAGER, STEWARD}, "get", partial(dict, organization="district"), (Action.VIEW_GIVE_BACK,)
    ),
    "figures:partner_releases_file": Route(
        {MANAGER, STEWARD},
        "get",
        partial(dict, organization="district", kind="csv"),
        (Action.VIEW_GIVE_BACK,),
    ),
    "agreements:file": Route(
        PARTIES, "get", partial(agreement, form="toml"), (Action.VIEW_AGREEMENT,)
    ),
    "agreements:synthetic": Route(
        PARTIES, "get", partial(agreement, record="student"), (Action.VIEW_AGREEMENT,)
    ),
    "agreements:file_rules": Route(PARTIES, "get", agreement, (Action.VIEW_AGREEMENT,)),
    "agreements:record_rules": Route(
        PARTIES, "get", partial(agreement, record="student"), (Action.VIEW_AGREEMENT,)
    ),
    "agreements:file_template": Route(
        PARTIES, "get", partial(agreement, record="student", form="csv"), (Action.VIEW_AGREEMENT,)
    ),
    "agreements:drafts": Route(READERS, "get", dict, (Action.VIEW_DRAFT,)),
    "agreements:begin": Route({MANAGER, STEWARD}, "get", dict, (Action.DRAFT_AGREEMENT,)),
    "agreements:begin_many": Route({MANAGER, STEWARD}, "get", dict, (Action.DRAFT_AGREEMENT,)),
    "agreements:draft": Route({MANAGER}, "get", draft, (Action.VIEW_DRAFT,)),
    "agreements:text": Route({MANAGER}, "get", draft, (Action.VIEW_DRAFT, Action.DRAFT_AGREEMENT)),
    "agreements:parts": Route(
        {MANAGER},
        "post",
        draft,
        (Action.VIEW_DRAFT, Action.DRAFT_AGREEMENT),
        records=("draft.saved",),
    ),
    "agreements:ask_element": Route(
        {MANAGER},
        "post",
        draft,
        (Action.VIEW_DRAFT, Action.DRAFT_AGREEMENT),
        records=("element_request.asked",),
        sends={"owner": "district", "element": "Shoe size", "description": "for vouchers"},
    ),
    "agreements:element_request": Route(
        {MANAGER, STEWARD}, "get", element_request, (Action.CHANGE_DICTIONARY,)
    ),
    "agreements:step": Route(
        {MANAGER},
        "get",
        partial(draft, step="parties"),
        (Action.VIEW_DRAFT, Action.DRAFT_AGREEMENT),
    ),
    "agreements:elements": Route(
        {MANAGER},
        "post",
        draft,
        (Action.VIEW_DRAFT, Action.DRAFT_AGREEMENT),
    ),
    "agreements:versions": Route(READERS, "get", WITH_COUNSEL, (Action.VIEW_DRAFT,)),
    "agreements:restore": Route(
        {MANAGER},
        "post",
        partial(draft, version=1),
        (Action.VIEW_DRAFT, Action.DRAFT_AGREEMENT),
        records=("draft.unchanged",),
    ),
    "agreements:draft_file": Route(
        READERS, "get", partial(WITH_COUNSEL, form="toml"), (Action.VIEW_DRAFT,)
    ),
    "agreements:confirm_signature": Route(
        EVERYONE, "get", paper_to_confirm, (Action.CONFIRM_SIGNATURE,)
    ),
    "agreements:confirmation_page": Route(
        EVERYONE, "get", paper_to_confirm, (Action.CONFIRM_SIGNATURE,)
    ),
    "agreements:signed_page": Route(READERS, "get", signed_on_paper, (Action.VIEW_DRAFT,)),
    "agreements:submit": Route(
        {MANAGER},
        "post",
        draft,
        (Action.VIEW_DRAFT, Action.DRAFT_AGREEMENT),
        records=("draft.submitted",),
    ),
    "agreements:take_back": Route(
        {MANAGER},
        "post",
        WITH_COUNSEL,
        (Action.VIEW_DRAFT, Action.DRAFT_AGREEMENT),
        records=("draft.taken_back",),
    ),
    "agreements:set_aside": Route(
        {MANAGER}, "get", draft, (Action.VIEW_DRAFT, Action.DRAFT_AGREEMENT)
    ),
    "agreements:review": Route(READERS, "get", WITH_COUNSEL, (Action.VIEW_DRAFT,)),
    # What the data owner's counsel has not read cannot be sent; tests/governance/agreements does.
    "agreements:send_out": Route(
        set(), "post", WITH_COUNSEL, (Action.VIEW_DRAFT, Action.DRAFT_AGREEMENT)
    ),
    "agreements:sign": Route(READERS, "get", OUT, (Action.VIEW_DRAFT,)),
    "agreements:amend": Route(
        {MANAGER},
        "post",
        agreement,
        (Action.VIEW_AGREEMENT, Action.DRAFT_AGREEMENT),
        records=("draft.begun",),
        sends={"organization": "backbone"},
    ),
    "agreements:pilot": Route(
        {MANAGER},
        "post",
        agreement,
        (Action.VIEW_AGREEMENT, Action.DRAFT_AGREEMENT),
        records=("draft.begun",),
        sends={"organization": "backbone"},
    ),
    "agreements:join": Route(
        {MANAGER},
        "post",
        agreement,
        (Action.VIEW_AGREEMENT, Action.DRAFT_AGREEMENT),
        records=("draft.begun",),
        sends={"organization": "backbone"},
    ),
    "agreements:take_back_notice": Route(
        set(),
        "post",
        agreement,
        (Action.VIEW_AGREEMENT, Action.TERMINATE_AGREEMENT),
        sends={"organization": "backbone"},
    ),
    "agreements:terminate": Route(
        {MANAGER, STEWARD}, "get", agreement, (Action.VIEW_AGREEMENT, Action.TERMINATE_AGREEMENT)
    ),
    # It still runs; tests/governance/agreements closes one that has ended.
    "agreements:begin_closing": Route(
        set(), "post", agreement, (Action.VIEW_AGREEMENT, Action.CLOSE_AGREEMENT)
    ),
}
