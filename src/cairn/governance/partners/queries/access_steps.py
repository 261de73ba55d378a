"""List what a person must complete before they can see student records, with links."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from cairn.governance.partners.models import Affiliation, Organization
from cairn.governance.partners.queries.security_status import may_change_security
from cairn.governance.training.api import find_workshop, list_required_modules
from cairn.platform.actions.api import keep_while_rows_unchanged
from cairn.policy.facts import Actor, Colleague, OrganizationSecurity
from cairn.policy.law import STUDENT_DATA_ROLES
from cairn.policy.vocabulary import OrganizationKind, Role, SecondFactor

__all__ = ["AccessStep", "list_access_steps"]


@dataclass(frozen=True, slots=True)
class AccessStep:
    """One access requirement of a person or of their organization.

    Attributes:
        title: what to do, beginning with a verb.
        detail: how far it is, or who completes it.
        url: the page on which it is done; empty if the person may not open it.
        is_done: whether it is complete today.
        is_own: whether the person can complete it without anyone else.
    """

    title: str
    detail: str
    url: str
    is_done: bool
    is_own: bool = True


@keep_while_rows_unchanged()
def list_access_steps(who: Actor, on: date) -> list[AccessStep]:
    """List the access requirements of a person, in the order in which they are completed.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The steps, done or not; none for a person without a role that shows student records.
    """
    slugs = sorted(who.list_organizations(on, *STUDENT_DATA_ROLES))
    if not who.active or not slugs:
        return []
    steps = list(_list_own_steps(who, on))
    for organization in Organization.objects.filter(slug__in=slugs):
        security = who.find_security(organization.slug)
        if security is not None:
            steps += _list_organization_steps(who, organization, security, on)
    return steps


def _list_own_steps(who: Actor, on: date) -> Iterator[AccessStep]:
    has_second_factor = who.second_factor is not SecondFactor.ABSENT
    yield AccessStep(
        _("Set up two-step sign-in"),
        _("Add a passkey, or use an authenticator app on your phone."),
        reverse("accounts:mine" if has_second_factor else "mfa_index"),
        has_second_factor,
    )
    clearance = who.clearance
    yield AccessStep(
        _("Sign the confidentiality agreement"),
        _("Read it and type your name."),
        reverse("training:confidentiality"),
        clearance is not None and clearance.has_signed(on),
    )
    modules = list_required_modules()
    missing = (
        [course.id for course in modules]
        if clearance is None
        else clearance.list_missing_modules(on)
    )
    yield AccessStep(
        _("Complete the training modules"),
        _("%(done)s of %(all)s modules complete.")
        % {"done": len(modules) - len(missing), "all": len(modules)},
        reverse("training:course", args=(missing[0],)) if missing else reverse("training:mine"),
        not missing,
    )
    yield AccessStep(
        _("Attend the workshop"),
        _("Ask your data steward for the next date. The facilitator records your attendance."),
        reverse("training:course", args=(find_workshop().id,)),
        clearance is not None and clearance.has_attended_workshop(on),
        is_own=False,
    )


def _list_organization_steps(
    who: Actor, organization: Organization, security: OrganizationSecurity, on: date
) -> Iterator[AccessStep]:
    may_change = may_change_security(who, organization.slug, on).allowed
    url = reverse("partners:security", args=(organization.slug,)) if may_change else ""
    responsible = "" if may_change else _describe_responsible_people(organization, on)
    name = {"name": organization.name}
    yield AccessStep(
        _("Complete the security self-assessment of %(name)s") % name,
        responsible,
        url,
        security.is_assessed(on),
        is_own=may_change,
    )
    yield AccessStep(
        _("Adopt the security plan of %(name)s") % name,
        responsible,
        url,
        security.has_security_plan(on),
        is_own=may_change,
    )
    untrained_count = _count_untrained_colleagues(who, security, on)
    if untrained_count:
        yield AccessStep(
            _("Complete the training of everyone with access at %(name)s") % name,
            _("People who have not finished: %(n)s.") % {"n": untrained_count},
            reverse("partners:clearance", args=(organization.slug,)) if may_change else "",
            is_done=False,
            is_own=may_change,
        )
    if (barred_until := security.find_bar_end((), on)) is not None:
        day = formats.date_format(barred_until)
        yield AccessStep(
            _("Wait until %(name)s may receive education records again") % name,
            _("It is barred through %(day)s (34 CFR 99.67).") % {"day": day},
            url,
            is_done=False,
            is_own=False,
        )


def _count_untrained_colleagues(who: Actor, security: OrganizationSecurity, on: date) -> int:
    """Count the others without training, who block the organization; one's own is a step."""
    clearance = who.clearance
    if clearance is None or security.colleagues is None or clearance.find_last_day(on) is not None:
        return security.count_untrained_people(on) or 0
    colleagues = list(security.colleagues)
    for affiliation in who.affiliations:
        own = Colleague(affiliation.starts, affiliation.ends, clearance.list_cleared_periods())
        if affiliation.organization == security.organization and own in colleagues:
            colleagues.remove(own)
    return replace(security, colleagues=tuple(colleagues)).count_untrained_people(on) or 0


def _describe_responsible_people(organization: Organization, on: date) -> str:
    """Name who can complete a step of an organization: its stewards, else the data managers."""
    current = (
        Affiliation.objects.filter_active(on).filter(user__is_active=True).select_related("user")
    )
    people = current.filter(
        organization=organization, role__in=(Role.STEWARD.value, Role.DATA_MANAGER.value)
    ) or current.filter(
        organization__kind=OrganizationKind.BACKBONE.value, role=Role.DATA_MANAGER.value
    )
    names = ", ".join(f"{row.user.name} ({row.get_role_display()})" for row in people)
    return _("Ask %(names)s to complete this step.") % {"names": names} if names else ""
