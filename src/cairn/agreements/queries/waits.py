"""What waits for a person in this room, and what is due by when."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.agreements import drafted, facts
from cairn.agreements.models import Agreement, Draft
from cairn.agreements.queries.drafts import doors, in_state, written_for
from cairn.partners.due import Due
from cairn.partners.waiting import Waiting
from cairn.rules import agreement as law
from cairn.rules.actor import Actor
from cairn.rules.authority import may_view_agreement
from cairn.rules.drafting import DraftFact
from cairn.rules.ending import last_day
from cairn.rules.reach import reached
from cairn.rules.vocabulary import Action, AgreementState, PartyRole

_ENDED = (AgreementState.CLOSING, AgreementState.CLOSED)


def waiting(who: Actor, on: date) -> list[Waiting]:
    """What waits for this person to write, to read as counsel, to send out or to sign."""
    found = (
        _line(who, on, AgreementState.COUNSEL_REVIEW, "read", _("drafts for counsel to read")),
        _line(who, on, AgreementState.COUNSEL_REVIEW, "send_out", _("drafts to send out")),
        _line(who, on, AgreementState.OUT_FOR_SIGNATURE, "sign", _("agreements to sign")),
        _line(who, on, AgreementState.DRAFT, "returned", _("drafts that came back to you")),
    )
    return [line for line in found if line is not None]


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


def _line(who: Actor, on: date, state: AgreementState, what: str, title: str) -> Waiting | None:
    if reached(Action.VIEW_DRAFT, who, None, on) is None:
        return None
    mine = [row for row in in_state(state) if _waits(row, drafted.fact(row, on), who, on, what)]
    if not mine:
        return None
    only = mine[0]
    address = (
        reverse("agreements:draft", args=(only.pk,))
        if len(mine) == 1
        else reverse("agreements:drafts")
    )
    return Waiting(len(mine), title, address, only.reference if len(mine) == 1 else "")


def _waits(row: Draft, fact: DraftFact, who: Actor, on: date, what: str) -> bool:
    if what == "read":
        may = written_for(fact, who, on)
        return bool(may["clear"] or may["attest_review"])
    if what == "sign":
        return bool(written_for(fact, who, on)["sign"])
    if what == "returned":
        return bool(row.returned_why) and doors(fact, who, on)["save"].allowed
    return doors(fact, who, on)["send_out"].allowed
