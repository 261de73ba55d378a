"""Write the email with the link of a file request, and its reminder."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from cairn.data.intake.models import FileRequest
from cairn.platform.notifications.api import MailMessage, email_link


def email_request_link(
    file_request: FileRequest, key: str, *, at: datetime, is_reminder: bool
) -> None:
    """Email the link of a request to the person who is asked, in the language that was chosen.

    The text is stored encrypted.

    Args:
        file_request: the request.
        key: the key of the link; its address is that of the site's settings, not that
            of the request.
        at: the time.
        is_reminder: whether it reminds of a request that was emailed before.
    """
    with override(file_request.language):
        subject, text = _compose_request(file_request, key, is_reminder=is_reminder)
    email_link(
        kind=MailMessage.Kind.FILE_REQUEST,
        address=file_request.email,
        subject=subject,
        text=text,
        by=file_request.asked_by,
        at=at,
    )


def _compose_request(file_request: FileRequest, key: str, *, is_reminder: bool) -> tuple[str, str]:
    """Compose the subject and the text of the email, in the active language."""
    values = {
        "name": file_request.name,
        "by": file_request.asked_by.name,
        "feed": file_request.slot,
        "agreement": file_request.agreement_reference,
        "organization": file_request.organization.name,
        "due": date_format(file_request.due_on, "DATE_FORMAT"),
        "ends": date_format(file_request.ends_on, "DATE_FORMAT"),
        "link": f"{settings.CAIRN_SITE}{reverse('intake:requested_file', args=[key])}",
    }
    opening = (
        _("This is a reminder: %(by)s asked %(organization)s for the file “%(feed)s”.")
        if is_reminder
        else _("%(by)s asks %(organization)s for the file “%(feed)s”.")
    )
    text = _(
        "It is due on %(due)s. The agreement is %(agreement)s.\n\nOpen this page to see which "
        "columns the agreement covers, and to send the file:\n\n%(link)s\n\nThe link works for one "
        "file, through %(ends)s. You do not need an account. Do not send the file by email, and do "
        "not pass the link on.\n"
    )
    greeting = _("Hello %(name)s,")
    subject = _("Cairn: a file is due") if is_reminder else _("Cairn: please send a file")
    return subject, f"{greeting}\n\n{opening} {text}" % values
