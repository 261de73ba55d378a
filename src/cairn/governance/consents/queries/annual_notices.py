"""Read the annual notices that a user may see, and the tasks that they create."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.governance.agreements.api import Agreement, load_agreement_facts
from cairn.governance.consents.annual_notice_facts import load_annual_notices
from cairn.governance.consents.models.annual_notices import AnnualNoticeVersion
from cairn.governance.consents.school_year_choices import compute_school_year
from cairn.governance.partners.api import Organization, load_organization_fact
from cairn.platform.inbox.api import InboxTask
from cairn.policy import questions
from cairn.policy.checks import find_notice_gap, is_opt_out_window_open
from cairn.policy.facts import Actor, list_part_agreements
from cairn.policy.vocabulary import Action, LegalBasis, PartyRole
from cairn.warehouse.schema import describe_element


@dataclass(frozen=True, slots=True)
class AnnualNoticeDetail:
    """One version of a notice, in words.

    Attributes:
        row: the version.
        elements: the designated elements with their names in words.
        recipients: names of the only recipients; empty if the notice is not limited.
        is_window_open: whether families can still opt out under it.
    """

    row: AnnualNoticeVersion
    elements: tuple[tuple[str, str], ...]
    recipients: tuple[str, ...]
    is_window_open: bool


def list_visible_notices(who: Actor, on: date) -> QuerySet[AnnualNoticeVersion]:
    """List the versions of notices that a user may see. Raises `Refused`."""
    questions.may_open_page(Action.VIEW_ANNUAL_NOTICE, who, on=on).require()
    scope = questions.find_visible_annual_notices(who, on)
    rows = AnnualNoticeVersion.objects.select_related("organization", "recorded_by", "withdrawn_by")
    return rows if scope.every else rows.filter(organization__slug__in=scope.organizations)


def list_own_notices(who: Actor, on: date) -> QuerySet[AnnualNoticeVersion]:
    """List the versions of notices that a user may correct or withdraw. Raises `Refused`."""
    questions.may_open_page(Action.RECORD_ANNUAL_NOTICE, who, on=on).require()
    organizations = list_noticing_organizations(who, on)
    rows = AnnualNoticeVersion.objects.filter(organization__in=organizations)
    return rows.select_related("organization")


def describe_notices(rows: Iterable[AnnualNoticeVersion], on: date) -> Iterator[AnnualNoticeDetail]:
    """Yield each version with its elements and recipients in words."""
    names = dict(Organization.objects.values_list("slug", "name"))
    for row in rows:
        elements = tuple((element, describe_element(element)) for element in row.directory)
        recipients = tuple(names.get(slug, slug) for slug in row.limited_to)
        is_open = row.is_in_effect and is_opt_out_window_open(row.opt_out_until, on)
        yield AnnualNoticeDetail(row, elements, recipients, is_open)


def list_noticing_organizations(who: Actor, on: date) -> list[Organization]:
    """List the organizations for which a user may record annual notices."""
    slugs = who.list_organizations(on)
    return [
        row
        for row in Organization.objects.filter(slug__in=slugs)
        if questions.may_give_annual_notice(load_organization_fact(row), who, on).allowed
    ]


def list_annual_notice_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List the notices that an agreement on directory information in force waits for.

    Args:
        who: facts about the user.
        on: the day.
    Returns:
        One task for notices to record, and one for opt-out windows that are still open.
    """
    if not questions.may_open_page(Action.RECORD_ANNUAL_NOTICE, who, on=on).allowed:
        return []
    season, missing, tasks = compute_school_year(on), [], []
    owners = _find_directory_owners(who, on)
    notices = load_annual_notices(owner.slug for owner in owners)
    for owner in owners:
        gap = find_notice_gap(notices, owner.slug, season, on)
        if gap is None:
            continue
        if gap.opt_out_until is None:
            missing.append(owner)
            continue
        closes = date_format(gap.opt_out_until, "DATE_FORMAT")
        hint = _("Families may opt out through %(day)s. Until then no file comes in.")
        title = ngettext(
            "annual notice with an open opt-out period",
            "annual notices with an open opt-out period",
            1,
        )
        url, detail = reverse("notices:list"), f"{owner.name}: {hint % {'day': closes}}"
        key = f"annual_notice.open:{owner.slug}:{season}"
        tasks.append(InboxTask(1, title, url, detail, gap.opt_out_until, minutes=1, keys=(key,)))
    if missing:
        title = ngettext("annual notice to record", "annual notices to record", len(missing))
        names = ", ".join(owner.name for owner in missing)
        detail = _("%(names)s: school year %(season)s") % {"names": names, "season": season}
        url = (
            reverse("notices:record", args=[missing[0].slug])
            if len(missing) == 1
            else reverse("notices:list")
        )
        keys = tuple(f"annual_notice.record:{owner.slug}:{season}" for owner in missing)
        tasks.append(InboxTask(len(missing), title, url, detail, minutes=10, keys=keys))
    return tasks


def _find_directory_owners(who: Actor, on: date) -> list[Organization]:
    """Find the user's organizations that send directory information under an agreement in force."""
    organizations = {row.slug: row for row in list_noticing_organizations(who, on)}
    if not organizations:
        return []
    rows = Agreement.objects.filter(text__contains=LegalBasis.DIRECTORY.value)
    owners = frozenset[str]().union(
        *(
            terms.list_organizations(PartyRole.PROVIDER)
            for agreement in load_agreement_facts(rows.order_by("reference"), on)
            for terms in list_part_agreements(agreement) or (agreement,)
            if terms.basis is LegalBasis.DIRECTORY
            and not terms.pilot
            and questions.decide_agreement_in_force(terms, on).allowed
        )
    )
    return [row for slug, row in sorted(organizations.items()) if slug in owners]
