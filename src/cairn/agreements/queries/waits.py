"""What waits for a person in this room, and what is due by when."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.agreements import drafted, facts
from cairn.agreements.models import Agreement, Draft
from cairn.agreements.queries.drafts import doors, within_reach, written_for
from cairn.partners.due import Due
from cairn.partners.waiting import Waiting
from cairn.rules import agreement as law
from cairn.rules.actor import Actor
from cairn.rules.authority import may_view_agreement
from cairn.rules.ending import last_day
from cairn.rules.reach import reached
from cairn.rules.vocabulary import Action, AgreementState, PartyRole

_ENDED = (AgreementState.CLOSING, AgreementState.CLOSED)


def waiting(who: Actor, on: date) -> list[Waiting]:
    """What waits for this person to read as counsel, to send out, to sign, or to change."""
    found: dict[str, list[Draft]] = {what: [] for what in _TITLES}
    for row in _open(who, on):
        what = _waits(row, who, on)
        if what:
            found[what].append(row)
    return [
        _line(ngettext(*_TITLES[what], len(rows)), rows) for what, rows in found.items() if rows
    ]


def due(who: Actor, on: date, until: date) -> list[Due]:
    """Agreements whose last day, or whose day to settle a renewal, comes by a date."""
    rows = list(Agreement.objects.all())
    found: list[Due] = []
    for row, terms in zip(rows, facts.agreements(rows, on), strict=True):
        if terms.state not in _ENDED and may_view_agreement(terms, who, on).allowed:
            found += [one for one in _of(row, terms) if on <= one.on <= until]
    return sorted(found, key=lambda one: one.on)


def _of(row: Agreement, terms: law.Agreement) -> Iterator[Due]:
    last = last_day(terms)
    if last is None:
        return
    owners = ", ".join(sorted(terms.organizations(PartyRole.PROVIDER)))
    address = reverse("agreements:detail", args=(row.reference,))
    ends = _("%(reference)s ends") % {"reference": row.reference}
    yield Due(last, ends, "agreement_end", owners, address)
    if terms.renewal and terms.renewal.notice_days:
        by = last - timedelta(days=terms.renewal.notice_days)
        renew = _("Settle whether %(reference)s is renewed") % {"reference": row.reference}
        yield Due(by, renew, "renewal", owners, address)


def _open(who: Actor, on: date) -> list[Draft]:
    if reached(Action.VIEW_DRAFT, who, None, on) is None:
        return []
    return list(within_reach(who, on).filter(state__in=drafted.OPEN))


def _waits(row: Draft, who: Actor, on: date) -> str:
    """What this person has to do with a draft now, by its state; nothing where it is others'."""
    fact = drafted.fact(row, on)
    if fact.state is AgreementState.DRAFT:
        back = bool(row.returned_why) and doors(fact, who, on)["save"].allowed
        return "returned" if back else ""
    mine = written_for(fact, who, on)
    if fact.state is AgreementState.OUT_FOR_SIGNATURE:
        return "sign" if mine["sign"] else ""
    if mine["clear"] or mine["attest_review"]:
        return "read"
    return "send_out" if doors(fact, who, on)["send_out"].allowed else ""


def _line(title: str, rows: list[Draft]) -> Waiting:
    if len(rows) > 1:
        return Waiting(len(rows), title, reverse("agreements:drafts"))
    address = reverse("agreements:draft", args=(rows[0].pk,))
    return Waiting(1, title, address, rows[0].reference)


# What waits, said of one and of several.
_TITLES = {
    "read": ("draft for counsel to read", "drafts for counsel to read"),
    "send_out": ("draft to send out", "drafts to send out"),
    "sign": ("agreement to sign", "agreements to sign"),
    "returned": ("draft that came back to you", "drafts that came back to you"),
}
