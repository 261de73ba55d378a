"""The doors of consents and of opt-outs."""

from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from tests.entry_points.entry import Route

from cairn.governance.consents.actions.children import find_or_create_child
from cairn.governance.consents.actions.consents import build_opt_out, create_consent
from cairn.governance.consents.models.annual_notices import AnnualNoticeVersion
from cairn.governance.consents.models.child import Child, RosterEntry, TaxEvidence
from cairn.governance.consents.models.consent import Consent, Sitting
from cairn.governance.consents.models.consent_form import ConsentForm
from cairn.governance.consents.models.opt_outs import Objection, Recording
from cairn.governance.consents.protected_identity import ChildLabel
from cairn.governance.consents.signature_lists import FamilySignature
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.platform.sealing.api import load_key_ring
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.families import SignerRelation
from cairn.warehouse.store.attachments import store_attachment

MANAGER, STEWARD, STAFF = Role.DATA_MANAGER, Role.STEWARD, Role.PROGRAM_STAFF
VIEWERS, DISTRICT = {MANAGER, STEWARD, STAFF}, {MANAGER, STEWARD}


def _river() -> Organization:
    """The organization whose rows these doors lead to."""
    return Organization.objects.get_or_create(
        slug="river", defaults={"name": "River", "kind": "school_district"}
    )[0]


def _recorder() -> User:
    return User.objects.create_user("recorder@example.org", "Recorder")


def recording() -> dict[str, Any]:
    """A recording of opt-outs."""
    row = Recording.objects.create(
        organization=_river(),
        scope="all_discretionary",
        season="2026-27",
        recorded_by=_recorder(),
        recorded_at=timezone.localtime(),
    )
    return {"pk": row.pk}


def _form() -> ConsentForm:
    return ConsentForm.objects.create(
        slug="help",
        organization=_river(),
        texts={"en": {"title": "Help", "what": "Attendance", "why": "Help"}},
        records=["attendance.*"],
        purposes=["service_coordination"],
        published_by=_recorder(),
        published_at=timezone.localtime(),
    )


def form() -> dict[str, Any]:
    """A form that is offered."""
    return {"pk": _form().pk}


def sitting() -> dict[str, Any]:
    """A list of papers with its scan."""
    row, scan = (
        _form(),
        store_attachment(settings.CAIRN_DATA, load_key_ring(), b"%PDF-1.7 invented"),
    )
    made = Sitting.objects.create(
        form=row,
        collected_by=row.organization,
        recorded_by=row.published_by,
        recorded_at=timezone.localtime(),
        scan=scan.name,
        scan_key=scan.wrapped_key,
        scan_type=scan.kind,
    )
    return {"pk": made.pk}


def _child() -> Child:
    return find_or_create_child(_river(), ChildLabel("S-1"), by=_river())


def child() -> dict[str, Any]:
    """A child with a row."""
    return {"pk": _child().pk}


def _signed() -> Consent:
    signature = FamilySignature("Rosa", SignerRelation.PARENT, timezone.localdate(), "en")
    return create_consent(
        _child(),
        _form(),
        signature,
        event="record",
        records=["attendance.*"],
        at=timezone.localtime(),
    )


def consent() -> dict[str, Any]:
    """A consent that was recorded."""
    return {"reference": _signed().reference}


def conflict() -> dict[str, Any]:
    """A child and a form."""
    row = _signed()
    return {"pk": row.child_id, "form_pk": row.form_id}


def objection() -> dict[str, Any]:
    """An opt-out that somebody else wants ended."""
    rosa, leo = (
        FamilySignature(name, SignerRelation.PARENT, timezone.localdate(), "en")
        for name in ("Rosa", "Leo")
    )
    row = Recording.objects.get(pk=recording()["pk"])
    out = build_opt_out(row, _child().key, "S-1", rosa)
    out.save()
    made = Objection.objects.create(
        opt_out=out, signer="l" * 64, relation=leo.relation.value, asked_at=timezone.localtime()
    )
    return {"pk": made.pk}


def program() -> dict[str, Any]:
    """An organization with a roster."""
    return {"slug": _river().slug}


def entry() -> dict[str, Any]:
    """A child on a roster."""
    row = RosterEntry.objects.create(
        child=_child(), organization=_river(), starts=timezone.localdate()
    )
    return {"pk": row.pk}


def tax_evidence() -> dict[str, Any]:
    """Evidence that a child is a tax dependent."""
    row = TaxEvidence.objects.create(
        child=_child(),
        tax_year=timezone.localdate().year - 1,
        document="Form 1040",
        recorded_by=User.objects.create_user("checker@example.org", "Checker"),
        recorded_at=timezone.localtime(),
    )
    return {"pk": row.pk}


def _district() -> Organization:
    """The district whose steward tries these doors."""
    return Organization.objects.get_or_create(
        slug="district", defaults={"name": "District", "kind": "school_district"}
    )[0]


def noticing() -> dict[str, Any]:
    """A district that gives annual notices."""
    return {"slug": _district().slug}


def notice() -> dict[str, Any]:
    """An annual notice on record."""
    row = AnnualNoticeVersion.objects.create(
        organization=_district(),
        season="2025-26",
        version=1,
        published_on=date(2025, 8, 1),
        directory=["student.grade"],
        opt_out_until=date(2025, 9, 30),
        official_criteria=True,
        forwarding=True,
        recorded_by=_recorder(),
        recorded_at=timezone.localtime(),
    )
    return {"pk": row.pk}


COUNSEL = Role.COUNSEL
NOTICE_READERS = {MANAGER, STEWARD, COUNSEL}
ROUTES = {
    "notices:list": Route(NOTICE_READERS, "get", dict, (Action.VIEW_ANNUAL_NOTICE,)),
    "notices:detail": Route(NOTICE_READERS, "get", notice, (Action.VIEW_ANNUAL_NOTICE,)),
    "notices:record": Route({STEWARD}, "get", noticing, (Action.RECORD_ANNUAL_NOTICE,)),
    "notices:correct": Route({STEWARD}, "get", notice, (Action.RECORD_ANNUAL_NOTICE,)),
    "notices:withdraw": Route({STEWARD}, "get", notice, (Action.RECORD_ANNUAL_NOTICE,)),
    "opt_outs:list": Route(DISTRICT, "get", dict, (Action.VIEW_OPT_OUTS,)),
    "opt_outs:record": Route(DISTRICT, "get", dict, (Action.RECORD_OPT_OUT,)),
    "opt_outs:withdraw": Route(DISTRICT, "get", dict, (Action.RECORD_OPT_OUT,)),
    "opt_outs:undo": Route(DISTRICT, "get", recording, (Action.RECORD_OPT_OUT,)),
    "consents:list": Route(VIEWERS, "get", dict, (Action.VIEW_CONSENTS,)),
    "consents:publish": Route(DISTRICT, "get", dict, (Action.CHANGE_CONSENT_FORM,)),
    "consents:retire": Route(DISTRICT, "get", form, (Action.CHANGE_CONSENT_FORM,)),
    "consents:papers": Route(VIEWERS, "get", dict, (Action.RECORD_CONSENT,)),
    "consents:undo": Route(VIEWERS, "get", sitting, (Action.RECORD_CONSENT,)),
    "consents:scan": Route(VIEWERS, "get", sitting, (Action.VIEW_CONSENTS,)),
    "consents:queue": Route({STEWARD}, "get", dict, (Action.VERIFY_CONSENT,)),
    "consents:decide": Route({STEWARD}, "post", dict, (Action.VERIFY_CONSENT,)),
    "consents:program": Route(VIEWERS, "get", program, (Action.VIEW_CONSENTS,)),
    "consents:roster": Route(VIEWERS, "get", program, (Action.RECORD_CONSENT,)),
    "consents:claims": Route({STEWARD}, "get", dict, (Action.VERIFY_CONSENT,)),
    "consents:leave": Route(VIEWERS, "get", entry, (Action.RECORD_CONSENT,)),
    "consents:statements": Route(VIEWERS, "get", entry, (Action.VIEW_CONSENTS,)),
    "consents:conflicts": Route(DISTRICT, "get", dict, (Action.ANSWER_FAMILY,)),
    "consents:conflict": Route(DISTRICT, "get", conflict, (Action.ANSWER_FAMILY,)),
    "consents:keeping": Route({STEWARD}, "get", dict, (Action.VERIFY_CONSENT,)),
    "consents:state": Route({STEWARD}, "get", dict, (Action.STATE_OF_CHILDREN,)),
    "consents:nations": Route({STEWARD}, "get", dict, (Action.VERIFY_CONSENT,)),
    "consents:kept_back": Route({STEWARD}, "get", dict, (Action.VERIFY_CONSENT,)),
    "consents:of_child": Route({STEWARD}, "get", child, (Action.VERIFY_CONSENT,)),
    "consents:objection": Route(DISTRICT, "get", objection, (Action.ANSWER_FAMILY,)),
    "consents:rights": Route(DISTRICT, "get", child, (Action.ANSWER_FAMILY,)),
    "consents:tax_evidence": Route({STEWARD}, "get", child, (Action.VERIFY_CONSENT,)),
    "consents:end_tax_evidence": Route({STEWARD}, "get", tax_evidence, (Action.VERIFY_CONSENT,)),
    "consents:detail": Route(VIEWERS, "get", consent, (Action.VIEW_CONSENTS,)),
    "consents:revoke": Route(VIEWERS, "get", consent, (Action.VIEW_CONSENTS,)),
    "consents:export": Route(VIEWERS, "get", consent, (Action.VIEW_CONSENTS,)),
}
