"""Write what schools and programs know about children.

A school records labels, rights, nations and withheld elements. A program claims which children it
serves, and the district confirms it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from cairn.governance.consents.facts import load_person_fact
from cairn.governance.consents.models.child import (
    Child,
    RosterEntry,
    Says,
    Statement,
    Subject,
    TaxEvidence,
)
from cairn.governance.consents.protected_identity import (
    ChildLabel,
    compute_child_key,
    seal_child_label,
    unseal_child_label,
)
from cairn.governance.consents.providers import load_program_sites
from cairn.governance.partners.api import Organization, get_organization_slug
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_at
from cairn.policy.engine import Permit
from cairn.policy.facts import PersonFact, ProgramSite
from cairn.policy.questions import may_end_roster_entry, may_record_tax_dependency
from cairn.policy.vocabulary import Action

__all__ = [
    "add_children_to_roster",
    "confirm_roster_entries",
    "find_or_create_child",
    "record_child_nations",
    "record_family_statement",
    "record_school_statement",
    "withhold_elements",
]


def find_or_create_child(
    organization: Organization, child_label: ChildLabel, *, by: Organization
) -> Child:
    """Find the child of an organization, or create it, and add new details to its label.

    Details from the child's own organization replace older ones. Another organization, such as a
    program that collects papers, can only fill gaps: the birth date decides who holds the right to
    consent, and a recipient of the data must not change it.

    Args:
        organization: the child's own organization.
        child_label: the child's local id, with a name and birth date if they are known.
        by: the organization that supplies these details.
    Returns:
        The child.
    """
    key = compute_child_key(organization.slug, child_label.local_id)
    row = Child.objects.filter(key=key).first()
    if row is None:
        return Child.objects.create(
            organization=organization, key=key, sealed=seal_child_label(key, child_label)
        )
    old_label = unseal_child_label(row.key, row.sealed)
    preferred, fallback = (
        (child_label, old_label) if by == organization else (old_label, child_label)
    )
    birth_date = preferred.birth_date or fallback.birth_date
    name = preferred.name or fallback.name
    new_label = replace(old_label, name=name, birth_date=birth_date)
    if new_label != old_label:
        update_child_label(row, new_label)
    return row


def update_child_label(row: Child, label: ChildLabel) -> None:
    """Replace the encrypted label of a child."""
    row.sealed = seal_child_label(row.key, label)
    row.save(update_fields=["sealed"])


def record_family_statement(row: Child, on: date) -> None:
    """Keep the day of a family's first statement with its child's record (34 CFR 99.21(c)).

    Called in the transaction of the action that places the statement.

    Args:
        row: the child.
        on: the day on which the statement was placed.
    """
    if row.statement_on is None:
        row.statement_on = on
        row.save(update_fields=["statement_on"])


def _get_child_organization(*, child: Child) -> tuple[str]:
    return (child.organization.slug,)


@action("children.stated", asks=has_role_at(Action.STATE_OF_CHILDREN), facts=get_organization_slug)
def record_school_statement(
    permit: Permit,
    /,
    *,
    organization: Organization,
    subject: Subject,
    says: Says,
    by: User,
    at: datetime,
) -> ActionResult[Statement]:
    """Record what a school declares about its records of all its children, from now on.

    Args:
        organization: the school or district.
        subject: what it declares something about.
        says: what it declares.
        by: the acting user.
        at: when it is declared.
    Returns:
        The new statement.
    Raises:
        Refused: the policy does not allow it.
    """
    row = Statement.objects.create(
        organization=organization,
        subject=subject.value,
        says=says.value,
        said_by=by,
        said_at=at,
    )
    detail = {"organization": organization.slug, "subject": subject.value, "says": says.value}
    return ActionResult(row, subject=row, detail=detail)


@action(
    "children.nations_recorded",
    asks=has_role_at(Action.VERIFY_CONSENT),
    facts=get_organization_slug,
)
def record_child_nations(
    permit: Permit,
    /,
    *,
    organization: Organization,
    local_ids: Sequence[str],
    nations: Iterable[Organization],
    by: User,
    at: datetime,
) -> ActionResult[int]:
    """Record which tribal nations these children belong to; no nation is an answer too.

    Args:
        organization: the school or district.
        local_ids: the children's ids at that organization.
        nations: the nations; they replace what was recorded before.
        by: the acting user.
        at: when it is recorded.
    Returns:
        The number of children.
    Raises:
        Refused: the policy does not allow it.
    """
    slugs = sorted({nation.slug for nation in nations})
    children = _find_or_create_children(organization, local_ids)
    Child.objects.filter(pk__in=children).update(nations=slugs)
    detail = {"children": len(children)}
    return ActionResult(len(children), subject=organization, detail=detail)


@action("children.kept_back", asks=has_role_at(Action.VERIFY_CONSENT), facts=get_organization_slug)
def withhold_elements(
    permit: Permit,
    /,
    *,
    organization: Organization,
    local_ids: Sequence[str],
    elements: Iterable[str],
    by: User,
    at: datetime,
) -> ActionResult[int]:
    """Withhold these data elements for these children; no element is an answer too.

    The school gives no reason, because the reason is confidential.

    Args:
        organization: the school or district.
        local_ids: the children's ids at that organization.
        elements: the elements; they replace what was recorded before.
        by: the acting user.
        at: when it is recorded.
    Returns:
        The number of children.
    Raises:
        Refused: the policy does not allow it.
    """
    withheld = sorted(set(elements))
    children = _find_or_create_children(organization, local_ids)
    Child.objects.filter(pk__in=children).update(withheld=withheld)
    detail = {"children": len(children)}
    return ActionResult(len(children), subject=organization, detail=detail)


def _find_or_create_children(organization: Organization, local_ids: Iterable[str]) -> set[int]:
    """Return the primary keys of these children, and create rows that do not exist."""
    labels = (ChildLabel(local_id) for local_id in dict.fromkeys(local_ids))
    return {
        find_or_create_child(organization, child_label, by=organization).pk
        for child_label in labels
    }


def _load_tax_facts(*, child: Child, tax_year: int, at: datetime) -> tuple[int, PersonFact, str]:
    person = load_person_fact(child, timezone.localdate(at))
    return tax_year, person, child.organization.slug


def _get_evidence_organization(*, evidence: TaxEvidence) -> tuple[str]:
    return (evidence.child.organization.slug,)


@action("child.tax_dependency_recorded", asks=may_record_tax_dependency, facts=_load_tax_facts)
def record_tax_dependency(
    permit: Permit,
    /,
    *,
    child: Child,
    tax_year: int,
    document: str,
    by: User,
    at: datetime,
) -> ActionResult[TaxEvidence]:
    """Record that a parent showed that an eligible student is a dependent (34 CFR 99.31(a)(8)).

    Evidence that is on record already for the same tax year is kept.

    Args:
        child: the student.
        tax_year: tax year of the document.
        document: what the parent showed, without a name or a number of it.
        by: the acting user, who checked it.
        at: when it is recorded.
    Returns:
        The evidence.
    Raises:
        Refused: the policy does not allow it.
    """
    row, _created = TaxEvidence.objects.get_or_create(
        child=child,
        tax_year=tax_year,
        ended_at=None,
        defaults={"document": document, "recorded_by": by, "recorded_at": at},
    )
    return ActionResult(row, subject=child, detail={"tax_year": tax_year})


@action(
    "child.tax_dependency_ended",
    asks=has_role_at(Action.VERIFY_CONSENT),
    facts=_get_evidence_organization,
)
def end_tax_dependency(
    permit: Permit, /, *, evidence: TaxEvidence, by: User, at: datetime
) -> ActionResult[None]:
    """Record that evidence of tax dependency no longer counts, from today. Raises `Refused`."""
    TaxEvidence.objects.filter(pk=evidence.pk, ended_at=None).update(ended_at=at, ended_by=by)
    return ActionResult(subject=evidence.child, detail={"tax_year": evidence.tax_year})


@dataclass(frozen=True, slots=True)
class ChildRights:
    """What the district knows about a child that decides who holds the right to consent."""

    birth_date: date | None
    postsecondary: bool | None
    dual_enrolled: bool
    court_order: bool
    placement: Organization | None
    placement_since: date | None
    placement_until: date | None
    hold: str
    custodians: tuple[str, ...] = ()


@action(
    "child.rights_changed", asks=has_role_at(Action.ANSWER_FAMILY), facts=_get_child_organization
)
def update_child_rights(
    permit: Permit, /, *, child: Child, rights: ChildRights, by: User, at: datetime
) -> ActionResult[None]:
    """Record what the district knows about who holds the right to consent for a child.

    The names of parents with legal custody are kept in the encrypted label alone.
    """
    on = permit.on
    child_label = unseal_child_label(child.key, child.sealed)
    update_child_label(
        child,
        replace(child_label, birth_date=rights.birth_date, custodians=rights.custodians),
    )
    passes_rights = bool(rights.postsecondary) and not rights.dual_enrolled
    if not passes_rights:
        child.postsecondary_since = None
    elif child.postsecondary_since is None:
        child.postsecondary_since = on
    child.postsecondary, child.dual_enrolled = rights.postsecondary, rights.dual_enrolled
    child.court_order = rights.court_order
    child.placement = rights.placement
    child.placement_since = rights.placement_since
    child.placement_until = rights.placement_until
    child.hold = rights.hold
    child.save()
    return ActionResult(subject=child)


def _get_program(*, program: Organization) -> tuple[str]:
    return (program.slug,)


def _find_entry_sites(*, entry: RosterEntry, at: datetime) -> tuple[str, frozenset[ProgramSite]]:
    slug, child = entry.organization.slug, entry.child
    sites = load_program_sites((slug,), (child,), timezone.localdate(at))
    return slug, sites.get(child.key, frozenset())


def _get_district(*, district: Organization) -> tuple[str]:
    return (district.slug,)


@action("roster.added", asks=has_role_at(Action.RECORD_CONSENT), facts=_get_program)
def add_children_to_roster(
    permit: Permit,
    /,
    *,
    program: Organization,
    district: Organization,
    children: Sequence[ChildLabel],
    by: User,
    at: datetime,
) -> ActionResult[int]:
    """Add children of a district to a program's roster from today.

    Args:
        program: the program.
        district: the children's district.
        children: the children.
        by: the acting user.
        at: when they are added.
    Returns:
        The number of children that are new on the roster.
    Raises:
        Refused: the policy does not allow it.
    """
    on = permit.on
    new_count = 0
    for child_label in children:
        child = find_or_create_child(district, child_label, by=program)
        _, created = RosterEntry.objects.get_or_create(
            child=child, organization=program, ends=None, defaults={"starts": on}
        )
        new_count += created
    detail: dict[str, str | int] = {"children": new_count, "district": district.slug}
    return ActionResult(new_count, subject=program, detail=detail)


@action("roster.ended", asks=may_end_roster_entry, facts=_find_entry_sites)
def end_roster_entry(
    permit: Permit, /, *, entry: RosterEntry, by: User, at: datetime
) -> ActionResult[None]:
    """End a child's time on the roster; today is the last day."""
    on = permit.on
    entry.ends = on
    entry.save(update_fields=["ends"])
    return ActionResult(subject=entry)


@action("roster.confirmed", asks=has_role_at(Action.VERIFY_CONSENT), facts=_get_district)
def confirm_roster_entries(
    permit: Permit,
    /,
    *,
    district: Organization,
    entries: Sequence[RosterEntry],
    by: User,
    at: datetime,
) -> ActionResult[int]:
    """Record that the district confirms that programs serve these children.

    Args:
        district: the children's district.
        entries: the roster entries; those of other districts' children are ignored.
        by: the acting user.
        at: when they are confirmed.
    Returns:
        The number of entries that changed.
    Raises:
        Refused: the policy does not allow it.
    """
    rows, on = _select_open_entries(district, entries), permit.on
    changed = rows.update(confirmed_on=on, confirmed_by=by)
    detail: dict[str, str | int] = {"children": changed}
    return ActionResult(changed, subject=district, detail=detail)


@action("roster.struck", asks=has_role_at(Action.VERIFY_CONSENT), facts=_get_district)
def reject_roster_entries(
    permit: Permit,
    /,
    *,
    district: Organization,
    entries: Sequence[RosterEntry],
    by: User,
    at: datetime,
) -> ActionResult[int]:
    """Record that programs do not serve these children, and end the entries at once.

    Returns the number of entries that changed.
    """
    rows, on = _select_open_entries(district, entries), permit.on
    changed = rows.update(ends=on - timedelta(days=1))
    detail: dict[str, str | int] = {"children": changed}
    return ActionResult(changed, subject=district, detail=detail)


def _select_open_entries(
    district: Organization, entries: Sequence[RosterEntry]
) -> QuerySet[RosterEntry]:
    """Return the entries that are still open, only for children of this district."""
    return RosterEntry.objects.filter(
        pk__in=[entry.pk for entry in entries],
        child__organization=district,
        confirmed_on=None,
        ends=None,
    )
