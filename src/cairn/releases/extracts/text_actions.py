"""What the reader of free text does: opens a text, says whether it stays, takes that back."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.disclosure.microdata.free_text import proposed
from cairn.disclosure.microdata.masks import Found, applied, chosen
from cairn.disclosures import log as disclosures
from cairn.disclosures.models import DisclosureRecord
from cairn.partners.facts import actor
from cairn.releases.extract_rows import KEEPS, OPEN
from cairn.releases.extracts import facts, reading
from cairn.releases.extracts.reading import Page
from cairn.releases.models import Extract, TextReading
from cairn.rules.decision import Decision
from cairn.rules.extract import may_read_text


class Changed(Exception):
    """The text, or what is marked in it, is not what the reader has seen any more."""


@transaction.atomic
def look(*, extract: Extract, page: Page, by: User, at: datetime) -> None:
    """Opens one text: who read what people wrote is on record before it is shown. Each text has an
    audit line, each day of reading a line in the record of disclosures."""
    decision = _may(extract, page, by, at)
    decision.require()
    interest = f"to read the free text of the extract “{extract.title}” of {extract.project}"
    about = {"action": decision.action.value, "on": decision.on, "by": by, "interest": interest}
    if not DisclosureRecord.objects.filter(**about).exists():
        disclosures.record(decision, by=by, at=at, parties=(), interest=interest)
    detail: dict[str, str | int] = {"element": page.text.element, "text": page.number}
    audit.record("extract.text_seen", extract, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def decide(
    *,
    extract: Extract,
    page: Page,
    seen: str,
    verdict: str,
    words: Collection[int],
    kind: Found,
    by: User,
    at: datetime,
) -> TextReading:
    """What a person says of one text: which words are masked, and whether it stays, is withheld, or
    is read on. Raises ``Changed``."""
    extract.refresh_from_db(from_queryset=Extract.objects.select_for_update())
    decision = _may(extract, page, by, at)
    decision.require()
    now = reading.page(extract, page.number)
    if now is None or now.seen != seen:
        raise Changed
    masks = chosen(now.text.text, now.masks, words, kind)
    stays = applied(now.text.text, masks)
    made, _new = TextReading.objects.update_or_create(
        extract=extract,
        element=now.text.element,
        key=now.text.key,
        defaults={
            "verdict": verdict,
            "masks": [[mask.start, mask.end, mask.kind.value] for mask in masks],
            "left": _still_seen(stays) if verdict == KEEPS else 0,
            "reader": by,
            "at": at,
        },
    )
    detail: dict[str, str | int] = {
        "element": made.element,
        "text": page.number,
        "verdict": verdict,
    }
    detail["masks"] = len(masks)
    audit.record("extract.text_read", extract, by=by, at=at, decision=decision, detail=detail)
    return made


@transaction.atomic
def take_back(*, extract: Extract, page: Page, by: User, at: datetime) -> None:
    """Opens a text again; what was marked in it stays marked."""
    extract.refresh_from_db(from_queryset=Extract.objects.select_for_update())
    decision = _may(extract, page, by, at)
    decision.require()
    if page.reading is None:
        raise Changed
    page.reading.verdict, page.reading.left = OPEN, 0
    page.reading.save(update_fields=["verdict", "left"])
    detail: dict[str, str | int] = {"element": page.text.element, "text": page.number}
    audit.record("extract.text_taken_back", extract, by=by, at=at, decision=decision, detail=detail)


def _may(extract: Extract, page: Page, by: User, at: datetime) -> Decision:
    on = timezone.localdate(at)
    return may_read_text(facts.extract(extract), page.text.element, actor(by), on)


def _still_seen(text: str) -> int:
    """How many dates, numbers, addresses and links the aid sees. Two capitalized words are as often
    no name, and a person has looked at them."""
    return sum(mask.kind is not Found.NAME for mask in proposed(text))
