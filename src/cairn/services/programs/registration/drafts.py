"""Save an unfinished registration, so that a family continues it later or on another device.

The family gets a code, on the screen and, if it wishes, in the link of an email. The code is the
only key: the database keeps its keyed hash. It has 80 bits, so that guesses need no counter. A
draft is saved by the family's own choice, for a week, and is deleted with the registration.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from cairn.platform.actions.api import ActionResult, action
from cairn.platform.notifications import api as notifications_api
from cairn.platform.sealing.api import FieldSealer, compute_keyed_hash, derive_subkey
from cairn.policy.engine import Permit
from cairn.policy.facts import Actor, RegistrationDraftFact, RegistrationFact
from cairn.policy.questions import may_email_registration_link, may_save_registration
from cairn.services.programs import facts, models
from cairn.services.programs.registration.registration_queries import build_registration_fact

DRAFT_DAYS: Final = 7
"""Days for which an unfinished registration is kept, as rule H15 says."""

# No 0 and O, no 1 and I: 32 characters, so sixteen of them are 80 bits.
_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_LENGTH: Final = 16
_GROUP_LENGTH: Final = 4
_SEALING_LABEL: Final = "programs-registration-draft"
_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """An unfinished registration, with what the family entered so far.

    Attributes:
        code: the code, which the family alone has.
        version: how often it was saved.
        series: number of the group.
        token: random token of its pages.
        fields: what was entered, by name of the field.
        expires_on: the last day on which it can be continued.
    """

    code: str
    version: int
    series: int
    token: str
    fields: Mapping[str, str]
    expires_on: date


def load_draft(code: str) -> SavedDraft | None:
    """Load an unfinished registration by its code; the caller asks whether it may be continued.

    Args:
        code: the code as typed: letter case, spaces and hyphens do not count.

    Returns:
        The unfinished registration; None if there is none.
    """
    row = models.RegistrationDraft.objects.filter(digest=_hash_code(code)).first()
    if row is None:
        return None
    plain = json.loads(_open_sealer().unseal(row.digest, row.sealed))
    return SavedDraft(
        _format_code(code),
        row.version,
        row.series_number,
        plain["token"],
        plain["fields"],
        row.expires_on,
    )


def build_unfinished_fact(
    draft: SavedDraft | None, address: str = "", at: datetime | None = None
) -> RegistrationDraftFact:
    """Build the facts of an unfinished registration.

    Args:
        draft: the unfinished registration; None if there is none.
        address: the address to which its link is emailed.
        at: the time, from which the emails of the last day are counted.

    Returns:
        The facts.
    """
    kind = notifications_api.MailMessage.Kind.REGISTRATION_LINK
    emails = notifications_api.count_link_emails(kind, address, at - _DAY) if address and at else 0
    return RegistrationDraftFact(draft.expires_on if draft else None, emails=emails)


def _lock_save_facts(
    *, series: models.SessionSeries, at: datetime
) -> tuple[RegistrationFact, RegistrationDraftFact]:
    rows = models.RegistrationDraft.objects.filter(series_number=series.pk)
    latest = rows.filter(saved_at__gt=at - _MINUTE).count()
    registration = build_registration_fact(facts.lock_series(series.pk), at)
    return registration, RegistrationDraftFact(None, latest)


@action(
    "program.registration_saved",
    asks=may_save_registration,
    facts=_lock_save_facts,
    also_in="identities",
)
def save_unfinished_registration(  # noqa: PLR0913 - each is one property of the draft
    permit: Permit,
    /,
    *,
    series: models.SessionSeries,
    token: str,
    fields: Mapping[str, str],
    code: str,
    version: int,
    who: Actor,
    by: None,
    at: datetime,
) -> ActionResult[SavedDraft]:
    """Save an unfinished registration under its code, or under a new one.

    A draft that another device saved in the meantime is not overwritten: the answers of this one
    get a code of their own.

    Args:
        series: the group.
        token: random token of the pages.
        fields: what was entered, by name of the field.
        code: the code under which it was saved before; empty the first time.
        version: the version that these pages began with.
        who: the person who registers the child.
        by: None, since they have no account.
        at: the moment of the action.

    Returns:
        The saved draft.

    Raises:
        Refused: the registration is not open, or too many are saved.
    """
    walk = _hash_walk(token)
    same = models.RegistrationDraft.objects.select_for_update().filter(
        digest=_hash_code(code), version=version, walk=walk, series_number=series.pk
    )
    row = same.first() if code else None
    if row is None:
        code = _generate_code()
        row = models.RegistrationDraft(
            digest=_hash_code(code), walk=walk, series_number=series.pk, version=0
        )
    plain = json.dumps({"token": token, "fields": dict(fields)}, ensure_ascii=False).encode()
    row.sealed = _open_sealer().seal(row.digest, plain)
    row.version += 1
    row.saved_at = at
    row.expires_on = timezone.localdate(at) + timedelta(days=DRAFT_DAYS)
    row.save()
    saved = SavedDraft(
        _format_code(code), row.version, series.pk, token, dict(fields), row.expires_on
    )
    return ActionResult(saved, subject=series)


def _find_email_facts(
    *, draft: SavedDraft, address: str, at: datetime
) -> tuple[RegistrationDraftFact]:
    return (build_unfinished_fact(load_draft(draft.code), address, at),)


@action(
    "program.registration_link_emailed",
    asks=may_email_registration_link,
    facts=_find_email_facts,
)
def email_draft_link(
    permit: Permit,
    /,
    *,
    series: models.SessionSeries,
    draft: SavedDraft,
    address: str,
    language: str,
    who: Actor,
    by: None,
    at: datetime,
) -> ActionResult[None]:
    """Email the link to an unfinished registration; the email names no child.

    Args:
        series: the group.
        draft: the unfinished registration.
        address: where the email goes.
        language: language of the email, "en" or "es".
        who: the person with the code.
        by: None, since they have no account.
        at: the moment of the action.

    Raises:
        Refused: it was sent or has ended, or the address got too many links.
    """
    link = f"{settings.CAIRN_SITE}{reverse('programs:continue_link', args=[draft.code])}"
    with override(language):
        values = {
            "program": series.program.name,
            "day": date_format(draft.expires_on, "DATE_FORMAT"),
            "link": link,
        }
        subject = _("Continue your registration")
        text = _(
            "Somebody saved an unfinished registration for %(program)s and asked for this link. "
            "Open it to continue, until %(day)s:\n\n%(link)s\n\nYou do not need an account. Do not "
            "pass the link on. If it was not you, do nothing: the answers are erased after that "
            "day.\n"
        )
        notifications_api.email_link(
            kind=notifications_api.MailMessage.Kind.REGISTRATION_LINK,
            address=address,
            subject=subject,
            text=text % values,
            by=None,
            at=at,
        )
    return ActionResult(subject=series)


def delete_drafts_of(token: str) -> None:
    """Delete the drafts of a registration that was sent; part of the action that records it.

    Args:
        token: random token of its pages.
    """
    models.RegistrationDraft.objects.filter(walk=_hash_walk(token)).delete()


def delete_expired_drafts(on: date) -> int:
    """Delete the drafts with a last day that has passed.

    Args:
        on: the day.

    Returns:
        How many were deleted.
    """
    deleted, _by_model = models.RegistrationDraft.objects.filter(expires_on__lt=on).delete()
    return deleted


def _generate_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _number in range(_CODE_LENGTH))


def _format_code(code: str) -> str:
    """Write a code in groups of four, to be read aloud and typed."""
    plain = _normalize_code(code)
    groups = (plain[at : at + _GROUP_LENGTH] for at in range(0, len(plain), _GROUP_LENGTH))
    return "-".join(groups)


def _normalize_code(code: str) -> str:
    return "".join(character for character in code.upper() if character in _ALPHABET)


def _hash_code(code: str) -> str:
    return compute_keyed_hash("programs-registration-code", _normalize_code(code).encode())


def _hash_walk(token: str) -> str:
    return compute_keyed_hash("programs-registration-walk", token.encode())


def _open_sealer() -> FieldSealer:
    return FieldSealer(derive_subkey(_SEALING_LABEL))
