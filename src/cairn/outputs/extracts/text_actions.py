"""Review free text of an extract: open a text, decide on it, and reopen it."""

from collections.abc import Collection
from datetime import datetime

from cairn.governance.disclosure_log.api import DisclosureRecord, record_disclosure
from cairn.outputs.extracts import facts, free_text
from cairn.outputs.extracts.free_text import TextPage
from cairn.outputs.releases.api import TEXT_KEPT, TEXT_OPEN, Extract, TextReading
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy.engine import Decision, Permit
from cairn.policy.facts import ExtractFact
from cairn.policy.questions import may_review_extract_text
from cairn.sdc.microdata import MaskKind, apply_masks, build_chosen_masks, propose_masks


class TextChangedSinceShown(Exception):
    """Report that the text, or its masks, changed since the reader saw them."""


def _load_text_facts(*, extract: Extract, page: TextPage) -> tuple[ExtractFact, str]:
    return facts.load_extract_fact(extract), page.text.element


def _lock_text_facts(*, extract: Extract, page: TextPage) -> tuple[ExtractFact, str]:
    extract.refresh_from_db(from_queryset=Extract.objects.select_for_update())
    return _load_text_facts(extract=extract, page=page)


@action("extract.text_seen", asks=may_review_extract_text, facts=_load_text_facts)
def record_text_view(
    permit: Permit,
    decision: Decision,
    /,
    *,
    extract: Extract,
    page: TextPage,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Record that a user reads one text, before it is shown.

    Each text gets an audit line; each day of reading gets one line in the disclosure log.
    """
    interest = f"review the free text of the extract “{extract.title}” of {extract.project}"
    log_filter = {
        "action": decision.action.value,
        "on": decision.on,
        "by": by,
        "interest": interest,
    }
    if not DisclosureRecord.objects.filter(**log_filter).exists():
        record_disclosure(decision, by=by, at=at, parties=(), interest=interest)
    return ActionResult(subject=extract, detail={"element": page.text.element, "text": page.number})


@action("extract.text_read", asks=may_review_extract_text, facts=_lock_text_facts)
def decide_text(  # noqa: PLR0913 - a text, what its reader saw, and what they decide
    permit: Permit,
    /,
    *,
    extract: Extract,
    page: TextPage,
    seen: str,
    verdict: str,
    words: Collection[int],
    kind: MaskKind,
    by: User,
    at: datetime,
) -> ActionResult[TextReading]:
    """Record a person's decision on one text.

    The decision says which words are masked, and whether the text is kept, withheld or read on.

    Raises:
        TextChangedSinceShown: the text, or its masks, changed since the reader saw them.
    """
    current_page = free_text.load_text_page(extract, page.number)
    if current_page is None or current_page.digest != seen:
        raise TextChangedSinceShown
    masks = build_chosen_masks(current_page.text.text, current_page.masks, words, kind)
    masked_text = apply_masks(current_page.text.text, masks)
    text_reading, _new = TextReading.objects.update_or_create(
        extract=extract,
        element=current_page.text.element,
        key=current_page.text.key,
        defaults={
            "verdict": verdict,
            "masks": [
                [chosen_mask.start, chosen_mask.end, chosen_mask.kind.value]
                for chosen_mask in masks
            ],
            "left": _count_remaining_identifiers(masked_text) if verdict == TEXT_KEPT else 0,
            "reader": by,
            "at": at,
        },
    )
    return ActionResult(
        text_reading,
        subject=extract,
        detail={
            "element": text_reading.element,
            "text": page.number,
            "verdict": verdict,
            "masks": len(masks),
        },
    )


@action("extract.text_taken_back", asks=may_review_extract_text, facts=_lock_text_facts)
def reopen_text(
    permit: Permit, /, *, extract: Extract, page: TextPage, by: User, at: datetime
) -> ActionResult[None]:
    """Reopen a text for decision; its masks stay.

    Raises:
        TextChangedSinceShown: there is no decision on the text.
    """
    if page.reading is None:
        raise TextChangedSinceShown
    page.reading.verdict, page.reading.left = TEXT_OPEN, 0
    page.reading.save(update_fields=["verdict", "left"])
    return ActionResult(subject=extract, detail={"element": page.text.element, "text": page.number})


def _count_remaining_identifiers(text: str) -> int:
    """Count the dates, numbers, addresses and links that the detector still finds.

    Names are not counted: two capitalized words are often no name, and a person has checked them.
    """
    return sum(mask.kind is not MaskKind.NAME for mask in propose_masks(text))
