"""Email subscribers once a week what was published: titles and links, no figure."""

from datetime import datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from cairn.governance.partners.api import load_actor
from cairn.outputs.dashboards.models import FigureSubscription
from cairn.outputs.releases.api import Release, list_published_releases
from cairn.platform.notifications import api as notifications
from cairn.platform.schedule.api import EveryDay, ScheduledJob
from cairn.policy.questions import may_view_dashboards

_WEEK: Final = timedelta(days=7)
_MOST_TITLES: Final = 20


def send_digests(now: datetime) -> str:
    """Send each subscriber one email, if a week has passed and something was published since.

    Args:
        now: the time.

    Returns:
        How many, in one sentence.
    """
    due = FigureSubscription.objects.filter(named_until__lte=now - _WEEK)
    sent = sum(_send_digest(pk, now) for pk in due.values_list("pk", flat=True))
    return f"Emails about published figures: {sent}."


@transaction.atomic
def _send_digest(subscription_id: int, now: datetime) -> bool:
    """Send one email. Of two workers, the second finds the row changed and sends nothing."""
    row = (
        FigureSubscription.objects.select_for_update()
        .filter(pk=subscription_id, named_until__lte=now - _WEEK)
        .first()
    )
    if row is None:
        return False
    allowed = may_view_dashboards(load_actor(row.user), timezone.localdate(now)).allowed
    if not allowed or notifications.is_undeliverable(row.user.email):
        return False
    releases = list(
        list_published_releases().filter(published_at__gt=row.named_until, published_at__lte=now)
    )
    if not releases:
        return False
    row.named_until = now
    row.save(update_fields=["named_until"])
    language = notifications.get_mail_preference(row.user).language
    with override(language):
        subject, text = compose_digest(row, releases)
    notifications.email_link(
        kind=notifications.MailMessage.Kind.FIGURES,
        address=row.user.email,
        subject=subject,
        text=text,
        by=row.user,
        at=now,
    )
    return True


def compose_digest(row: FigureSubscription, releases: list[Release]) -> tuple[str, str]:
    """Compose the subject and the text of the email, in the active language."""
    site, count = settings.CAIRN_SITE, len(releases)
    lines = [
        f"- {release.title}, {_format_day(release)}\n"
        f"  {site}{reverse('dashboards:outcome', args=[release.outcomes[0]])}"
        for release in releases[:_MOST_TITLES]
    ]
    subject = ngettext(
        "Cairn: %(count)s release was published", "Cairn: %(count)s releases were published", count
    ) % {"count": count}
    text = _(
        "Hello %(name)s,\n\npublished since the last email:\n\n%(releases)s\n\nAll figures: "
        "%(all)s\n\nYou get this email at most once a week. To end it: %(end)s\n"
    ) % {
        "name": row.user.name,
        "releases": "\n".join(lines),
        "all": f"{site}{reverse('dashboards:index')}",
        "end": f"{site}{reverse('dashboards:unsubscribe', args=[row.key])}",
    }
    return subject, text


def _format_day(release: Release) -> str:
    return date_format(timezone.localdate(release.published_at))


DIGEST_JOB: Final = ScheduledJob(
    name="figures.digest",
    title=gettext_lazy("Email subscribers about published figures"),
    purpose=gettext_lazy(
        "Sends each subscriber the titles and links of what was published, at most once a week."
    ),
    cadence=EveryDay(time(7, 0)),
    run=send_digests,
    is_on=notifications.is_email_on,
)
