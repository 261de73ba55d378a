"""Record, correct and withdraw the annual notice that a school or district gives to families."""

from dataclasses import dataclass
from datetime import date, datetime

from cairn.governance.consents.annual_notice_facts import find_notice_in_effect
from cairn.governance.consents.models.annual_notices import AnnualNoticeVersion
from cairn.governance.partners.api import Organization, load_organization_fact
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy.engine import Permit
from cairn.policy.facts import AnnualNotice, OrganizationFact
from cairn.policy.questions import may_record_annual_notice, may_withdraw_annual_notice

__all__ = [
    "AnnualNoticeContent",
    "correct_annual_notice",
    "record_annual_notice",
    "withdraw_annual_notice",
]

FIRST_VERSION = 0
"""The version that a person has seen who records a first notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualNoticeContent:
    """What an annual notice says.

    Attributes:
        season: school year, such as "2026-27".
        published_on: day on which it was published.
        directory: elements (``record.field``) that it designates as directory information.
        opt_out_until: last day on which families may opt out; None if it states none.
        limited_to: slugs of the only recipients of directory information; empty if it is not
            limited.
        official_criteria: whether it says who is a school official and which interest is
            legitimate.
        forwarding: whether it says that records follow a student who transfers.
        web_address: where it can be read; empty if it is not on the web.
    """

    season: str
    published_on: date
    directory: frozenset[str]
    opt_out_until: date | None
    limited_to: frozenset[str] = frozenset()
    official_criteria: bool = False
    forwarding: bool = False
    web_address: str = ""

    def build_fact(self, organization: str) -> AnnualNotice:
        """Build the fact of this notice, as an organization gives it."""
        return AnnualNotice(
            organization=organization,
            season=self.season,
            published_on=self.published_on,
            directory=self.directory,
            opt_out_until=self.opt_out_until,
            limited_to=self.limited_to or None,
            official_criteria=self.official_criteria,
            forwarding=self.forwarding,
        )


_RecordingFacts = tuple[AnnualNotice, OrganizationFact, int, int]


def _lock_version_on_record(organization: int, season: str) -> int:
    """Lock an organization's notices, and return the number of the version in effect, or 0."""
    Organization.objects.select_for_update().get(pk=organization)
    row = find_notice_in_effect(organization, season)
    return row.version if row else FIRST_VERSION


def _lock_first_notice_facts(
    *, organization: Organization, content: AnnualNoticeContent
) -> _RecordingFacts:
    on_record = _lock_version_on_record(organization.pk, content.season)
    institution = load_organization_fact(organization)
    return content.build_fact(organization.slug), institution, FIRST_VERSION, on_record


def _lock_correction_facts(
    *, notice: AnnualNoticeVersion, content: AnnualNoticeContent
) -> _RecordingFacts:
    on_record = _lock_version_on_record(notice.organization_id, notice.season)
    institution = load_organization_fact(notice.organization)
    return content.build_fact(notice.organization.slug), institution, notice.version, on_record


def _lock_withdrawal_facts(*, notice: AnnualNoticeVersion) -> tuple[str, int, int]:
    on_record = _lock_version_on_record(notice.organization_id, notice.season)
    return notice.organization.slug, notice.version, on_record


@action("annual_notice.recorded", asks=may_record_annual_notice, facts=_lock_first_notice_facts)
def record_annual_notice(
    permit: Permit,
    /,
    *,
    organization: Organization,
    content: AnnualNoticeContent,
    by: User,
    at: datetime,
) -> ActionResult[AnnualNoticeVersion]:
    """Record the annual notice of a school year that has none on record.

    Args:
        organization: the school or district that gave it.
        content: what it says.
        by: the acting user.
        at: when it is recorded.

    Returns:
        The version.

    Raises:
        Refused: the policy does not allow it.
    """
    row = _create_version(organization, content, "", by, at)
    return ActionResult(row, subject=row, detail=_describe_version(row))


@action("annual_notice.corrected", asks=may_record_annual_notice, facts=_lock_correction_facts)
def correct_annual_notice(
    permit: Permit,
    /,
    *,
    notice: AnnualNoticeVersion,
    content: AnnualNoticeContent,
    correction: str,
    by: User,
    at: datetime,
) -> ActionResult[AnnualNoticeVersion]:
    """Record a corrected version; the earlier one stays readable and no longer counts.

    Args:
        notice: the version in effect.
        content: what the notice says; the school year is that of the version.
        correction: what was corrected, and why.
        by: the acting user.
        at: when it is recorded.

    Returns:
        The new version.

    Raises:
        Refused: the policy does not allow it, or another person changed the notice.
    """
    AnnualNoticeVersion.objects.filter(pk=notice.pk).update(replaced_at=at)
    row = _create_version(notice.organization, content, correction, by, at)
    return ActionResult(row, subject=row, detail=_describe_version(row))


@action("annual_notice.withdrawn", asks=may_withdraw_annual_notice, facts=_lock_withdrawal_facts)
def withdraw_annual_notice(
    permit: Permit, /, *, notice: AnnualNoticeVersion, reason: str, by: User, at: datetime
) -> ActionResult[None]:
    """Withdraw a notice: nothing new rests on it, and it stays readable.

    Args:
        notice: the version in effect.
        reason: why it is withdrawn.
        by: the acting user.
        at: when it is withdrawn.

    Raises:
        Refused: the policy does not allow it, or another person changed the notice.
    """
    notice.withdrawal_reason, notice.withdrawn_by, notice.withdrawn_at = reason, by, at
    notice.save(update_fields=["withdrawal_reason", "withdrawn_by", "withdrawn_at"])
    return ActionResult(subject=notice, detail=_describe_version(notice))


def _create_version(
    organization: Organization,
    content: AnnualNoticeContent,
    correction: str,
    by: User,
    at: datetime,
) -> AnnualNoticeVersion:
    earlier = AnnualNoticeVersion.objects.filter(organization=organization, season=content.season)
    newest = earlier.order_by("-version").first()
    return AnnualNoticeVersion.objects.create(
        organization=organization,
        season=content.season,
        version=newest.version + 1 if newest else 1,
        published_on=content.published_on,
        directory=sorted(content.directory),
        opt_out_until=content.opt_out_until,
        limited_to=sorted(content.limited_to),
        official_criteria=content.official_criteria,
        forwarding=content.forwarding,
        web_address=content.web_address,
        correction=correction,
        recorded_by=by,
        recorded_at=at,
    )


def _describe_version(row: AnnualNoticeVersion) -> dict[str, str | int]:
    return {
        "organization": row.organization.slug,
        "season": row.season,
        "version": row.version,
        "elements": len(row.directory),
    }
