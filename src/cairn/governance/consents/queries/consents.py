"""Read consents, forms, sittings, disagreements and revocations that a user may see.

Which scans of signed papers exist is read to check or destroy their files.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from cairn.governance.consents import facts
from cairn.governance.consents.models.child import Child
from cairn.governance.consents.models.consent import Consent, Sitting
from cairn.governance.consents.models.consent_form import PURPOSES, ConsentForm
from cairn.governance.consents.protected_identity import (
    ChildLabel,
    unseal_child_label,
    unseal_fields,
)
from cairn.governance.consents.use_facts import select_assigned_rows
from cairn.governance.partners.api import (
    Organization,
    load_organization_facts,
    load_state_reviews,
)
from cairn.platform.actions.api import open_request_cache
from cairn.platform.sealing.api import load_key_ring
from cairn.policy import checks
from cairn.policy.engine import Reason, find_audience, redact_consent_status
from cairn.policy.facts import Actor, LocalPolicy, PersonFact
from cairn.policy.questions import find_organization_scope, may_open_page
from cairn.policy.vocabulary import Action, ConsentState, ConsentStatus
from cairn.warehouse.schema import describe_element
from cairn.warehouse.store import Attachment, find_attachment_problems, hash_attachment

__all__ = [
    "ConsentDetail",
    "compute_scan_digest",
    "find_damaged_scans",
    "list_consent_revocations",
    "list_consents",
    "list_permitted_organizations",
    "list_sittings_with_scan",
    "load_consent_details",
    "load_state_signers",
]


def unseal_signer_name(row: Consent) -> str:
    """Decrypt the signer's name, for users who may know it."""
    return unseal_fields(row.reference, row.sealed)["name"]


_STATUS_BADGES: Final[Mapping[ConsentStatus, tuple[StrPromise, str]]] = MappingProxyType(
    {
        ConsentStatus.LIVE: (_("Valid today"), "good"),
        ConsentStatus.UNVERIFIED: (_("Waiting for verification"), "warm"),
        ConsentStatus.AGE_UNKNOWN: (_("Age or college status unknown"), "warm"),
        ConsentStatus.SIGNER_UNSETTLED: (_("Counsel decides who signs"), "warm"),
        ConsentStatus.SIGNER_AUTHORITY: (_("Not in effect: signer's authority"), "stop"),
        ConsentStatus.NOT_IN_EFFECT: (_("Not in effect"), "warm"),
        ConsentStatus.RIGHTS_TRANSFERRED: (_("Student must sign"), "warm"),
        ConsentStatus.EXPIRED: (_("Expired"), ""),
        ConsentStatus.NOT_YET: (_("Not yet in effect"), ""),
        ConsentStatus.INCOMPLETE: (_("Incomplete"), "stop"),
    }
)
"""What a consent is worth today, and the tone of its badge; any other says its recorded state."""

_OPEN_STATES = (ConsentState.GRANTED.value, ConsentState.VERIFIED.value)


@dataclass(frozen=True, slots=True)
class ConsentDetail:
    """One consent with the child and the signer, for users who may see them.

    Attributes:
        row: the consent.
        child: the child, unsealed.
        signer: name of the person who signed, unsealed.
        standing: whether the consent counts today, as far as the reader may know; None for a
            refusal.
        reason: why it does not, as far as the reader may know; empty if `standing` says it all.
    """

    row: Consent
    child: ChildLabel
    signer: str
    standing: ConsentStatus | None
    reason: str = ""

    @property
    def status_label(self) -> str:
        """What the consent is worth today, in words."""
        label = self._badge[0]
        return str(label or self.row.get_state_display())

    @property
    def status_tone(self) -> str:
        """The tone of its badge: good, warm, stop, or none."""
        return self._badge[1]

    @property
    def _badge(self) -> tuple[str | StrPromise, str]:
        return _STATUS_BADGES.get(self.standing, ("", "")) if self.standing else ("", "")

    @property
    def records(self) -> list[str]:
        """The elements that the family agreed to, in words."""
        return sorted(map(describe_element, self.row.records))

    @property
    def purposes(self) -> list[str]:
        """The purposes of the form, in words."""
        labels = dict(PURPOSES)
        return [str(labels[purpose]) for purpose in self.row.form.purposes]


@dataclass(frozen=True, slots=True)
class ConsentDisagreement:
    """A form on which two holders of the right disagree, and what each answered."""

    child: Child
    told: ChildLabel
    form: ConsentForm
    answers: tuple[ConsentDetail, ...]


def list_permitted_organizations(action: Action, who: Actor, on: date) -> QuerySet[Organization]:
    """List the organizations for which a user may take an action.

    Args:
        action: the action.
        who: facts about the user.
        on: the day for which access is computed.
    Returns:
        The organizations.
    Raises:
        Refused: the user may not take this action for any organization.
    """
    may_open_page(action, who, on=on).require()
    scope = find_organization_scope(action, who, on)
    rows = Organization.objects.all()
    return rows if scope.every else rows.filter(slug__in=scope.organizations)


def list_consents(who: Actor, on: date) -> QuerySet[Consent]:
    """List the consents that a user may see.

    These are the consents of the user's own children, and of those that the user's own program
    collected, the ones that a collector may still read (`collector_reads` in the policy). A user
    with assignments sees those of the students that the user works with.

    Args:
        who: facts about the user.
        on: the day for which access is computed.
    Returns:
        The consents, with the rows that pages show fetched along.
    Raises:
        Refused: the user may not see consents.
    """
    permitted = list_permitted_organizations(Action.VIEW_CONSENTS, who, on)
    rows = Consent.objects.filter(
        Q(child__organization__in=permitted)
        | Q(pk__in=_list_readable_collected_pks(permitted, who, on))
    )
    if who.assignments:
        rows = rows.filter(pk__in=_list_assigned_pks(permitted, who, on))
    return (
        rows.select_related(
            "child__organization", "form__organization", "collected_by", "superseded_by"
        )
        .prefetch_related("form__parties")
        .distinct()
    )


def _list_assigned_pks(permitted: QuerySet[Organization], who: Actor, on: date) -> frozenset[int]:
    """List the consents of the students that a user with assignments works with.

    A page that only reads computes it once.
    """
    known = open_request_cache("assigned consents")
    key = (who.id, on)
    if key not in known:
        rows = list(
            Consent.objects.filter(
                Q(child__organization__in=permitted) | Q(collected_by__in=permitted)
            ).select_related("child__organization", "collected_by")
        )
        known[key] = frozenset(
            row.pk
            for organization in permitted
            for row in select_assigned_rows(
                (row for row in rows if organization in (row.child.organization, row.collected_by)),
                organization.slug,
                who,
                on,
            )
        )
    return frozenset(known[key])


def _list_readable_collected_pks(
    programs: QuerySet[Organization], who: Actor, on: date
) -> frozenset[int]:
    """List the consents for other organizations' children that a user's programs may still read.

    A page that only reads computes it once.
    """
    known = open_request_cache("collected consents")
    key = (who.id, on)
    if key not in known:
        known[key] = frozenset(_find_readable_collected_pks(programs, on))
    return frozenset(known[key])


def _find_readable_collected_pks(programs: QuerySet[Organization], on: date) -> Iterator[int]:
    rows = list(
        Consent.objects.filter(collected_by__in=programs)
        .exclude(child__organization__in=programs)
        .select_related("child__organization")
    )
    people = {
        person.id: person for person in facts.load_person_facts({row.child.key for row in rows}, on)
    }
    signers = load_state_signers((row.child.organization for row in rows), on)
    for row in rows:
        district = row.child.organization.slug
        if _can_collector_read(row, people[row.child.key], signers[district], on):
            yield row.pk


def _can_collector_read(
    row: Consent, person: PersonFact, signers: checks.StateSigners, on: date
) -> bool:
    written_consent = next((item for item in person.consents if item.id == row.reference), None)
    return checks.may_collector_read_answer(
        ConsentState(row.state), written_consent, person, LocalPolicy(), signers, on
    )


def load_state_signers(
    organizations: Iterable[Organization], on: date
) -> Mapping[str, checks.StateSigners]:
    """Load who may sign under the law of each organization's state.

    A page that only reads loads each organization once.

    Args:
        organizations: the organizations of the children.
        on: the date.
    Returns:
        Slug of the organization → who may sign.
    """
    rows, known = {row.slug: row for row in organizations}, open_request_cache("state signers")
    missing = {slug: row for slug, row in rows.items() if (slug, on) not in known}
    if missing:
        reviews = load_state_reviews(missing)
        for fact in load_organization_facts(missing.values()):
            known[fact.slug, on] = checks.find_state_signers([fact], reviews, on)
    return {slug: known[slug, on] for slug in rows}


def list_consent_forms(who: Actor, on: date) -> QuerySet[ConsentForm]:
    """List the forms of the user's own district, and those that name the user's own program."""
    permitted = list_permitted_organizations(Action.VIEW_CONSENTS, who, on)
    is_visible = Q(consents__in=list_consents(who, on))
    is_open = is_visible & Q(consents__state__in=_OPEN_STATES)
    return (
        ConsentForm.objects.filter(Q(organization__in=permitted) | Q(parties__in=permitted))
        .annotate(
            given=Count("consents", filter=is_open, distinct=True),
            waits=Count(
                "consents",
                filter=is_visible & Q(consents__state=ConsentState.GRANTED.value),
                distinct=True,
            ),
        )
        .select_related("organization")
        .prefetch_related("parties")
    )


def list_paper_sittings(who: Actor, on: date) -> QuerySet[Sitting]:
    """List recorded lists, newest first, each with the number of answers on it.

    The number of answers that still count is not shown: a collector could infer who revoked a
    consent. A user with assignments sees the lists without any student of others, because the scan
    shows them all.
    """
    permitted = list_permitted_organizations(Action.VIEW_CONSENTS, who, on)
    rows = Sitting.objects.filter(
        Q(collected_by__in=permitted) | Q(form__organization__in=permitted)
    )
    if who.assignments:
        answers = Consent.objects.filter(sitting__in=rows)
        others = answers.exclude(pk__in=_list_assigned_pks(permitted, who, on)).values("sitting")
        rows = rows.exclude(pk__in=others)
    return rows.select_related("form__organization", "collected_by", "recorded_by").annotate(
        total=Count("consents", distinct=True)
    )


def list_consents_to_verify(who: Actor, on: date) -> QuerySet[Consent]:
    """List the consents that wait for the user's own district, oldest first. Raises `Refused`."""
    districts = list_permitted_organizations(Action.VERIFY_CONSENT, who, on)
    return (
        Consent.objects.filter(child__organization__in=districts, state=ConsentState.GRANTED.value)
        .select_related(
            "child__organization",
            "form__organization",
            "sitting",
            "collected_by",
            "superseded_by",
        )
        .prefetch_related("form__parties")
        .order_by("recorded_at", "pk")
    )


def load_consent_details(rows: Iterable[Consent], who: Actor, on: date) -> list[ConsentDetail]:
    """Add the decrypted names and the state on a date to consents.

    Custody and court orders are shown to the staff of the child's organization who may know them.

    Args:
        rows: consents that the user may see; this function does not check it.
        who: facts about the reader.
        on: the date.
    Returns:
        One detail for each consent, in the same order.
    """
    consent_rows, child_keys = list(rows), {row.child.key for row in rows}
    people = {person.id: person for person in facts.load_person_facts(child_keys, on)}
    signers = load_state_signers((row.child.organization for row in consent_rows), on)
    return [
        _describe_consent(row, people[row.child.key], signers[row.child.organization.slug], who, on)
        for row in consent_rows
    ]


def _describe_consent(
    row: Consent, person: PersonFact, signers: checks.StateSigners, who: Actor, on: date
) -> ConsentDetail:
    written_consent = next((item for item in person.consents if item.id == row.reference), None)
    status, message = None, ""
    if written_consent is not None:
        full_status = checks.find_consent_status(
            written_consent, person, LocalPolicy(), signers, on
        )
        card = checks.find_signer_authority_card(written_consent, person, signers)
        if card is not None and full_status is ConsentStatus.SIGNER_AUTHORITY:
            message = Reason.from_card(card, met=False, n=1).message
        audience = find_audience(who, frozenset({row.child.organization.slug}), on)
        status, message = redact_consent_status(full_status, message, audience)
    return ConsentDetail(
        row,
        unseal_child_label(row.child.key, row.child.sealed),
        unseal_signer_name(row),
        status,
        message,
    )


def list_consent_disagreements(who: Actor, on: date) -> list[ConsentDisagreement]:
    """List disagreements of parents about children of the user's district. Raises `Refused`."""
    return [
        ConsentDisagreement(
            child,
            unseal_child_label(child.key, child.sealed),
            form,
            tuple(
                load_consent_details(
                    [item for item in child.consents.all() if item.form == form], who, on
                )
            ),
        )
        for child, form in _list_disputed_forms(who, on, "consents__child__organization")
    ]


def count_consent_disagreements(who: Actor, on: date) -> int:
    """Count the disagreements of `list_consent_disagreements`, without what was answered.

    Args:
        who: facts about the user.
        on: the date.
    Returns:
        The number.
    Raises:
        Refused: the user may not answer families.
    """
    return len(_list_disputed_forms(who, on))


def _list_disputed_forms(who: Actor, on: date, *related: str) -> list[tuple[Child, ConsentForm]]:
    districts = list_permitted_organizations(Action.ANSWER_FAMILY, who, on)
    has_refusal = Q(consents__state=ConsentState.REFUSED.value) | ~Q(consents__revoker="")
    rows = (
        Child.objects.filter(has_refusal, organization__in=districts)
        .distinct()
        .prefetch_related(
            Prefetch("consents", Consent.objects.select_related("form")),
            "conflict_answers",
            *related,
        )
    )
    return [
        (child, form)
        for child in rows
        for form in facts.find_conflicting_forms(child.consents.all(), child.conflict_answers.all())
    ]


@dataclass(frozen=True, slots=True)
class ConsentRevocation:
    """Agreement and record owner of a revoked consent, and the days on which it counted."""

    agreement: str
    owner: str
    verified_on: date
    revoked_on: date


def list_consent_revocations() -> Iterator[ConsentRevocation]:
    """Yield every consent for an agreement that the district verified and the family revoked.

    Data that depended on such a consent must be destroyed.

    Returns:
        One revocation for each agreement, owner and pair of days.
    """
    rows = Consent.objects.filter(
        state=ConsentState.REVOKED.value, revoked_at__isnull=False, verified_on__isnull=False
    ).exclude(form__agreement="")
    values = rows.values_list(
        "form__agreement", "form__organization__slug", "verified_on", "revoked_at"
    )
    for agreement, owner, verified_on, revoked_at in values.distinct():
        assert verified_on is not None  # noqa: S101 - filtered above
        assert revoked_at is not None  # noqa: S101 - filtered above
        yield ConsentRevocation(agreement, owner, verified_on, timezone.localdate(revoked_at))


def list_sittings_with_scan() -> QuerySet[Sitting]:
    """List every sitting that has a scan.

    Returns:
        The sittings, ordered by primary key.
    """
    rows = Sitting.objects.exclude(scan="")
    return rows.select_related("form__organization", "collected_by").order_by("pk")


def locate_scan(sitting: Sitting) -> Attachment:
    """Return the file of a sitting's scan, and the key that opens it."""
    return Attachment(sitting.scan, sitting.scan_key, sitting.scan_type)


def find_damaged_scans() -> Iterator[tuple[str, str]]:
    """Find scans that differ from what was written.

    Returns:
        Pairs of path and problem.
    """
    attachments = map(locate_scan, list_sittings_with_scan())
    return find_attachment_problems(settings.CAIRN_DATA, load_key_ring(), attachments)


def compute_scan_digest(sitting: Sitting) -> str:
    """Compute the SHA-256 of a scan's bytes on disk.

    Args:
        sitting: the sitting of the scan.
    Returns:
        Hexadecimal digest; empty if there is no scan.
    """
    return hash_attachment(settings.CAIRN_DATA, sitting.scan) if sitting.scan else ""
