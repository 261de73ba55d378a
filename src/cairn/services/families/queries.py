"""Read what a family page shows, and what families' requests ask of the district."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.governance.agreements.api import Agreement, load_agreement_facts
from cairn.governance.consents import api as consents_api
from cairn.governance.disclosure_log import api as disclosures_api
from cairn.governance.partners import api as partners_api
from cairn.governance.partners.api import Organization
from cairn.platform.deadline_sources.api import Deadline, DeadlineKind
from cairn.platform.inbox.api import InboxTask
from cairn.policy import checks, questions
from cairn.policy.facts import UNTIL_TERMINATED, Actor, AgreementFact, LocalPolicy
from cairn.policy.law import SIGNED_FORM_BASES, RecordDeadlines
from cairn.policy.vocabulary import (
    RECIPIENT_ROLES,
    Action,
    AnswerView,
    ConsentState,
    ConsentStatus,
    LegalBasis,
    LetterAccess,
    OptOutScope,
    PartyRole,
    ShareObstacle,
)
from cairn.services.families.models import CopyRequest, Letter, LetterRun, LetterState
from cairn.services.programs import api as programs_api

__all__ = ["list_copy_deadlines", "list_family_tasks"]


def load_record_deadlines(organization: Organization, on: date) -> RecordDeadlines | None:
    """Load the time that the law of an organization's state gives to answer families on a day."""
    fact = partners_api.load_organization_fact(organization)
    reviews = partners_api.load_state_reviews([organization.slug])
    return checks.find_record_deadlines(fact, checks.find_state_review(fact, reviews, on))


def can_open_page(letter: Letter, on: date) -> bool:
    """Whether a letter opens its child's page on a date, at least to read."""
    return load_letter_access(letter, on) is not LetterAccess.NONE


def load_letter_access(letter: Letter, on: date) -> LetterAccess:
    """Find what a letter opens on a date: the page, the page to read, or nothing."""
    if not letter.is_valid(on):
        return LetterAccess.NONE
    label = consents_api.unseal_child_label(letter.child.key, letter.child.sealed)
    if not have_rights_passed_since_printing(letter, label.birth_date, on):
        return LetterAccess.FULL
    person = consents_api.load_person_fact(letter.child, on)
    return checks.find_letter_access(person, has_ended=True)


def have_rights_passed_since_printing(letter: Letter, birth_date: date | None, on: date) -> bool:
    """Whether the rights passed to the student after a letter was printed (34 CFR 99.5)."""
    printed_on = timezone.localdate(letter.run.printed_at)
    return checks.have_rights_passed_since(
        birth_date, letter.child.postsecondary_since, printed_on, on
    )


_GIVEN_STATES = (ConsentState.GRANTED, ConsentState.VERIFIED)
_SHOWN_STATES = (*_GIVEN_STATES, ConsentState.REFUSED, ConsentState.REVOKED, ConsentState.RETURNED)


@dataclass(frozen=True, slots=True)
class FamilyShare:
    """One agreement in force today: recipients, records, purpose, legal basis and clauses.

    Attributes:
        terms: the agreement as policy knows it.
        may_opt_out: whether a family's opt-out of optional sharing leaves its child out.
        obstacle: why nothing is shared about one child today; empty if nothing stops it.
    """

    recipients: tuple[str, ...]
    what: tuple[str, ...]
    why: tuple[str, ...]
    basis: str
    with_yes_only: bool
    agreement: str
    title: str
    clauses: tuple[str, ...]
    ends: date | None
    terms: AgreementFact
    may_opt_out: bool
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class FamilyAnswer:
    """One answer as this reader may see it."""

    row: consents_api.Consent
    standing: ConsentStatus | None
    view: AnswerView


@dataclass(frozen=True, slots=True)
class FamilyPage:
    """Everything on one child's page."""

    child: consents_api.Child
    name: str
    offers: tuple[consents_api.ConsentForm, ...]
    answers: tuple[FamilyAnswer, ...]
    shares: tuple[FamilyShare, ...]
    declined: frozenset[OptOutScope]
    copies: tuple[CopyRequest, ...]
    program_copy_ready: bool
    disclosed: int
    student_answers: bool
    withheld: bool


def describe_share_obstacle(obstacle: ShareObstacle | None) -> str:
    """Describe for a family why nothing about its child is shared; empty if nothing stops it."""
    texts = {
        ShareObstacle.ON_HOLD: _("On hold until the district decides"),
        ShareObstacle.OPTED_OUT: _("Not shared: a person opted out of all optional sharing"),
        ShareObstacle.OPTED_OUT_OF_DIRECTORY: _(
            "Not shared: a person opted out of directory information"
        ),
        ShareObstacle.NO_PERMISSION: _("Not shared: no permission is in effect today"),
    }
    return texts[obstacle] if obstacle is not None else ""


def load_family_page(
    child: consents_api.Child, who: Actor, on: date, own_answers: Collection[str]
) -> FamilyPage:
    """Return the family page of one child. Raises `Refused` for everyone but its family.

    `own_answers` are the references of the consents that were answered in this session.
    """
    questions.may_view_family_page(child.key, who, on).require()
    child_label, person = (
        consents_api.unseal_child_label(child.key, child.sealed),
        consents_api.load_person_fact(child, on),
    )
    shown_states = [state.value for state in _SHOWN_STATES]
    rows = _select_answers(child).filter(state__in=shown_states)
    answered = {row.form.slug for row in rows if row.state in _GIVEN_STATES}
    offered = consents_api.ConsentForm.objects.filter(
        organization=child.organization, retired_at=None
    )
    answers = tuple(
        FamilyAnswer(
            detail.row,
            detail.standing,
            checks.find_answer_view(person, is_own=detail.row.reference in own_answers),
        )
        for detail in consents_api.load_consent_details(rows, who, on)
    )
    declined = list_declined_scopes(child)
    organization = child.organization
    signers = consents_api.load_state_signers([organization], on)[organization.slug]
    return FamilyPage(
        child=child,
        name=child_label.name,
        offers=tuple(form for form in offered if form.slug not in answered),
        answers=answers,
        shares=tuple(
            replace(
                share,
                obstacle=describe_share_obstacle(
                    checks.find_share_obstacle(share.terms, person, LocalPolicy(), signers, on)
                ),
            )
            for share in list_family_shares(child.organization, on)
        ),
        declined=declined,
        copies=tuple(child.copy_requests.filter(withdrawn_at=None, participant=None)),
        program_copy_ready=child.copy_requests.filter(withdrawn_at=None)
        .exclude(participant=None)
        .exclude(sealed_copy=b"")
        .exists(),
        disclosed=len(disclosures_api.list_disclosures_of_child(child.key))
        + disclosures_api.count_changed_lines(child.key),
        student_answers=bool(checks.have_rights_passed_to_student(person, on)),
        withheld=person.parents_conflict,
    )


@dataclass(frozen=True, slots=True)
class FamilyLogEntry:
    """One line of the sharing log: recipients, records and purposes in words for families."""

    row: disclosures_api.DisclosureRecord
    recipients: tuple[str, ...]
    what: tuple[str, ...]
    why: tuple[str, ...]

    @property
    def looked(self) -> str:
        """The name of the person who opened a page about the child; empty for any other line."""
        is_view = (
            self.row.action in (Action.VIEW, Action.LIST)
            and self.row.kind == disclosures_api.DISCLOSED
        )
        return self.row.by.name if is_view and self.row.by else ""


def list_disclosures_to_family(
    child: consents_api.Child, who: Actor, on: date
) -> list[FamilyLogEntry]:
    """List every disclosure of one child (34 CFR 99.32(c)). Raises `Refused` for everyone else.

    A line without a purpose of its own has the purposes of its agreements.
    """
    questions.may_view_family_page(child.key, who, on).require()
    rows = disclosures_api.list_disclosures_of_child(child.key)
    names = disclosures_api.load_organization_names()
    references = {reference for row in rows for reference in row.agreements}
    terms_by_reference = {
        terms.reference: terms
        for terms in load_agreement_facts(Agreement.objects.filter(reference__in=references), on)
    }
    return [_build_log_entry(row, names, terms_by_reference) for row in rows]


def _build_log_entry(
    row: disclosures_api.DisclosureRecord,
    names: Mapping[str, str],
    terms_by_reference: Mapping[str, AgreementFact],
) -> FamilyLogEntry:
    purposes = (
        [row.purpose]
        if row.purpose
        else [
            purpose.value
            for reference in row.agreements
            if reference in terms_by_reference
            for purpose in terms_by_reference[reference].purposes
        ]
    )
    return FamilyLogEntry(
        row=row,
        recipients=tuple(
            names.get(party.organization, party.organization)
            for party in row.parties.all()
            if party.side == "to"
        ),
        what=tuple(consents_api.describe_records_for_families(row.elements)),
        why=tuple(consents_api.describe_purposes_for_families(purposes)),
    )


def find_family_answer(child: consents_api.Child, reference: str) -> consents_api.Consent | None:
    """Find one answer of this child's family by its reference."""
    return _select_answers(child).filter(reference=reference).first()


def has_revoked_consent(row: consents_api.Consent, name: str) -> bool:
    """Whether this signer revoked the consent: only that person may undo it as a slip."""
    revoked = row.state == ConsentState.REVOKED.value
    return (
        revoked
        and bool(name)
        and row.revoker == consents_api.compute_signer_key(row.child.key, name)
    )


def find_offered_form(child: consents_api.Child, pk: int) -> consents_api.ConsentForm | None:
    """Find one form that the child's district offers."""
    rows = consents_api.ConsentForm.objects.filter(organization=child.organization, retired_at=None)
    return rows.prefetch_related("parties").filter(pk=pk).first()


def list_declined_scopes(child: consents_api.Child) -> frozenset[OptOutScope]:
    """Return the scopes of sharing that the family opted out of."""
    rows = consents_api.OptOut.objects.filter(child_key=child.key, withdrawn_at__isnull=True)
    return frozenset(OptOutScope(scope) for scope in rows.values_list("scope", flat=True))


def list_family_shares(organization: Organization, on: date) -> tuple[FamilyShare, ...]:
    """List what an organization shares today, from the agreements in force and no other source."""
    rows = list(organization.agreements.order_by("reference"))
    loaded = load_agreement_facts(rows, on)
    return tuple(
        share
        for row, terms in zip(rows, loaded, strict=True)
        for share in _build_shares(row, terms, organization.slug, on)
    )


def _build_shares(
    row: Agreement, terms: AgreementFact, owner: str, on: date
) -> Iterator[FamilyShare]:
    gives_data = owner in terms.list_organizations(PartyRole.PROVIDER) and terms.data
    # A pilot uses synthetic data, so no child of this family is in it.
    if (
        terms.pilot
        or not gives_data
        or terms.basis is LegalBasis.NO_DISCLOSURE
        or not questions.decide_agreement_in_force(terms, on).allowed
    ):
        return
    yield FamilyShare(
        recipients=tuple(party.name for party in terms.parties if party.role in RECIPIENT_ROLES),
        what=tuple(consents_api.describe_records_for_families(terms.elements)),
        why=tuple(
            consents_api.describe_purposes_for_families(party.value for party in terms.purposes)
        ),
        basis=str(consents_api.describe_basis_for_families(terms.basis)),
        with_yes_only=terms.basis in SIGNED_FORM_BASES,
        agreement=row.reference,
        title=row.title,
        clauses=tuple(dict.fromkeys(term.clause for term in terms.data if term.clause)),
        ends=None if terms.ends in (None, UNTIL_TERMINATED) else terms.ends,
        terms=terms,
        may_opt_out=checks.may_family_opt_out(terms),
    )


def _select_answers(child: consents_api.Child) -> QuerySet[consents_api.Consent]:
    return (
        consents_api.Consent.objects.filter(child=child)
        .select_related("child__organization", "form__organization", "superseded_by")
        .prefetch_related("form__parties")
    )


def list_letter_runs(who: Actor, on: date) -> QuerySet[LetterRun]:
    """List the letter runs of the user's own district. Raises `Refused`."""
    districts = consents_api.list_permitted_organizations(Action.INVITE_FAMILY, who, on)
    return LetterRun.objects.filter(organization__in=districts).select_related(
        "organization", "printed_by"
    )


@dataclass(frozen=True, slots=True)
class SentLetter:
    """One letter as the district sees it: the child, and whether its code is valid on a date."""

    letter: Letter
    child: consents_api.ChildLabel
    state: LetterState


def list_letters(who: Actor, on: date) -> QuerySet[Letter]:
    """List every letter of the user's own district. Raises `Refused`."""
    districts = consents_api.list_permitted_organizations(Action.INVITE_FAMILY, who, on)
    return (
        Letter.objects.filter(run__organization__in=districts)
        .select_related("run__organization", "child")
        .order_by("-run__printed_at", "pk")
    )


def list_letters_of_child(
    organization: Organization, local_id: str, who: Actor, on: date
) -> QuerySet[Letter]:
    """List the letters of one child, by the id that its district uses. Raises `Refused`."""
    return list_letters(who, on).filter(
        child__key=consents_api.compute_child_key(organization.slug, local_id)
    )


def describe_sent_letters(rows: Iterable[Letter], on: date) -> list[SentLetter]:
    """Add the child's name and the state on a date to letters, for users who may see them."""
    return [
        _describe_sent_letter(
            row, consents_api.unseal_child_label(row.child.key, row.child.sealed), on
        )
        for row in rows
    ]


def _describe_sent_letter(
    row: Letter, child_label: consents_api.ChildLabel, on: date
) -> SentLetter:
    if row.revoked_at is not None:
        return SentLetter(row, child_label, LetterState.STOPPED)
    if not row.is_valid(on):
        return SentLetter(row, child_label, LetterState.RAN_OUT)
    is_open = can_open_page(row, on)
    return SentLetter(
        row, child_label, LetterState.COUNTS if is_open else LetterState.RIGHTS_PASSED
    )


def list_copy_requests(who: Actor, on: date) -> QuerySet[CopyRequest]:
    """List the copy requests that the user's own organization answers, the first due first.

    A program's own record is answered for by that organization alone, not by the hub.
    """
    districts = consents_api.list_permitted_organizations(Action.ANSWER_FAMILY, who, on)
    keepers = questions.find_organization_scope(Action.RELEASE_COPY, who, on).organizations
    return (
        CopyRequest.objects.filter(
            Q(participant=None, child__organization__in=districts)
            | Q(participant__organization__slug__in=keepers),
            withdrawn_at=None,
        )
        .select_related("child__organization", "participant__organization", "answered_by")
        .order_by("answered_at", "asked_on")
    )


def label_requested_children(
    rows: Collection[CopyRequest],
) -> Mapping[int, consents_api.ChildLabel]:
    """Name the child of each request as the organization that keeps the record knows it.

    A program never reads the district's ID of the child.

    Args:
        rows: the requests.

    Returns:
        The label by number of the request.
    """
    records = [row.participant for row in rows if row.participant is not None]
    details = programs_api.load_participant_details(records)
    return {
        row.pk: consents_api.unseal_child_label(row.child.key, row.child.sealed)
        if row.participant is None
        else _label_participant(details.get(row.participant.key))
        for row in rows
    }


def _label_participant(
    details: programs_api.ParticipantDetails | None,
) -> consents_api.ChildLabel:
    if details is None:
        return consents_api.ChildLabel(_("Record destroyed"))
    return consents_api.ChildLabel(details.full_name)


@dataclass(frozen=True, slots=True)
class CopyRequestDetail:
    """One copy request as the district sees it: child, requester, and whether it is overdue."""

    row: CopyRequest
    child: consents_api.ChildLabel
    requester: str
    is_late: bool


def list_copy_request_details(who: Actor, on: date) -> list[CopyRequestDetail]:
    """List the same copy requests with the decrypted names, for users who answer them."""
    rows = list(list_copy_requests(who, on))
    labels = label_requested_children(rows)
    return [
        CopyRequestDetail(
            row,
            labels[row.pk],
            consents_api.unseal_fields(row.child.key, row.sealed)["name"],
            row.is_open and checks.is_response_late(reason),
        )
        for row in rows
        for reason in checks.check_inspection_deadline(row.asked_on, row.due, None).run(on)
    ]


def list_family_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List the tasks that families' copy requests create for a user.

    Args:
        who: facts about the user.
        on: the day for which access is computed.
    Returns:
        At most one task; none for users who do not answer families.
    """
    if not questions.may_open_page(Action.ANSWER_FAMILY, who, on=on).allowed:
        return []
    open_requests = [row for row in list_copy_requests(who, on) if row.is_open]
    if not open_requests:
        return []
    title, due = (
        ngettext("record request to answer", "record requests to answer", len(open_requests)),
        min(row.due for row in open_requests),
    )
    keys = tuple(f"copy:{row.pk}" for row in open_requests)
    address = reverse("families:copies")
    return [InboxTask(len(open_requests), title, address, due=due, minutes=30, keys=keys)]


def list_copy_deadlines(who: Actor, on: date, until: date) -> list[Deadline]:
    """List the days by which families must have their copies (34 CFR 99.10(b)).

    Args:
        who: facts about the user.
        on: the day for which access is computed.
        until: the last day to include.
    Returns:
        One entry for each open copy request of the user's own district.
    """
    if not questions.may_open_page(Action.ANSWER_FAMILY, who, on=on).allowed:
        return []
    return [
        Deadline(
            row.due,
            _("Answer to a family's record request"),
            DeadlineKind.COPY,
            row.holder.slug,
            reverse("families:copies"),
        )
        for row in list_copy_requests(who, on)
        if row.is_open and row.due <= until
    ]
