"""Elm and the hub, and the way of a draft to an agreement, step by step."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from cairn.governance.agreements import draft_facts
from cairn.governance.agreements.actions import (
    counsel_review,
    draft_lifecycle,
    signature_and_record,
)
from cairn.governance.agreements.models import Agreement, Draft
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.policy.lint import list_unconfirmed_criteria
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind

DRAFT = """
reference = "N-1"
title = "Sharing: Elm and the hub"
tier = "data_sharing_agreement"
purposes = ["program_evaluation"]
starts = 2026-01-01
ends = 2031-06-30
termination_notice_days = 30

[[parties]]
organization = "elm"
name = "Elm School District"
kind = "school_district"
role = "provider"

[[parties]]
organization = "hub"
name = "The Hub"
kind = "backbone"
role = "authorized_representative"

[legal_basis]
basis = "audit_evaluation"
clause = "4"

[legal_basis.criteria]
designation = { value = "designated", clause = "4.1", quotation = "designates the hub in writing" }
activity = { clause = "2", quotation = "The hub evaluates kindergarten to grade 12" }
education_program = { clause = "2", quotation = "kindergarten to grade 12" }
destruction = { value = "1 year", clause = "9", quotation = "erasure of every copy" }
policies = { clause = "4.1" }
program_operator = { value = "elm" }

[[data]]
record = "enrollment"
elements = ["local_id", "grade"]
years = ["2021-22", "2025-26"]
clause = "Exhibit A"
used_for = "who attends which grade"

[retention]
period_days = 365
counted_from = "delivery"
method = "erasure of every copy"
clause = "9"

[disclosure]
minimum_cell = 10

[delivery]
channels = ["upload"]

[[clauses]]
ref = "2"
kind = "legal_basis"
said = "The hub evaluates kindergarten to grade 12."

[[clauses]]
ref = "4.1"
kind = "legal_basis"
said = "The district designates the hub in writing."

[[clauses]]
ref = "22"
kind = "joinder"
said = "another organization may join"
"""


@dataclass(frozen=True, slots=True)
class Writing:
    """The people of one agreement, and its draft on the way."""

    elm: Organization
    hub: Organization
    manager: User
    steward: User
    counsel: User

    def begin(self, text: str = DRAFT, **changes: object) -> Draft:
        given: dict[str, object] = {
            "text": text,
            "organization": self.hub,
            "by": self.manager,
            "at": now(),
        }
        return draft_lifecycle.begin_draft(**{**given, **changes})  # type: ignore[arg-type]

    def with_counsel(self, text: str = DRAFT, **changes: object) -> Draft:
        draft = self.begin(text, **changes)
        draft_lifecycle.submit_draft_to_counsel(draft=draft, by=self.manager, at=now())
        return draft

    def confirm(self, draft: Draft) -> None:
        """Counsel of Elm confirms each criterion that waits for it."""
        findings = draft_facts.read_draft(draft, now().date()).open_law_findings
        for criterion in list_unconfirmed_criteria(findings):
            counsel_review.confirm_criterion(
                draft=draft, organization=self.elm, criterion=criterion, by=self.counsel, at=now()
            )

    def out(self, text: str = DRAFT, **changes: object) -> Draft:
        draft = self.with_counsel(text, **changes)
        self.confirm(draft)
        counsel_review.record_counsel_clearance(
            draft=draft, organization=self.elm, by=self.counsel, at=now()
        )
        signature_and_record.send_draft_for_signature(draft=draft, by=self.manager, at=now())
        return draft

    def sign(self, draft: Draft, organization: Organization, by: User) -> None:
        signature_and_record.sign_draft(
            draft=draft,
            organization=organization,
            capacity="director",
            by=by,
            at=now(),
        )

    def signed(self, text: str = DRAFT, **changes: object) -> Agreement:
        draft = self.out(text, **changes)
        self.sign(draft, self.elm, self.steward)
        self.sign(draft, self.hub, self.manager)
        draft.refresh_from_db()
        assert draft.agreement is not None
        return draft.agreement


def now() -> datetime:
    return timezone.localtime()


def make(person: Callable[..., User], organization: Callable[..., Organization]) -> Writing:
    """The hub, Elm, and who acts for them."""
    hub = organization("hub", kind=OrganizationKind.BACKBONE)
    elm = organization("elm")
    return Writing(
        elm=elm,
        hub=hub,
        manager=person(Role.DATA_MANAGER, at="hub", kind=OrganizationKind.BACKBONE),
        steward=person(Role.STEWARD, at="elm"),
        counsel=person(Role.COUNSEL, at="elm"),
    )
