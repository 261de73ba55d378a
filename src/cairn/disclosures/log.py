"""The one way onto the record: written in the caller's transaction, before data leave.

If a line cannot be written, the exception undoes the caller's change too: what is not on record
does not happen (34 CFR 99.32(a)). Other rooms say ``from cairn.disclosures import log`` and then
``log.record(...)``.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.agreements import facts as agreed
from cairn.audit import log as audit
from cairn.dictionaries.queries import special_classes
from cairn.disclosures import recorded
from cairn.disclosures.models import (
    DISCLOSED,
    FROM,
    PUT_OUT,
    REFUSED,
    TO,
    USED,
    DisclosedChild,
    DisclosureParty,
    DisclosureRecord,
)
from cairn.disclosures.sealing import Seals
from cairn.rules import question
from cairn.rules.decision import Decision
from cairn.rules.disclosed import INSIDE, ON_RECORD, PUTS_OUT, required
from cairn.rules.element import special_classes as classes_of
from cairn.rules.known import digest
from cairn.rules.packs.surroundings import Surroundings
from cairn.rules.recording import complete
from cairn.rules.vocabulary import Outcome, SpecialClass

_BATCH = 5000


class Incomplete(Exception):
    """A line that the law asks for would not say who receives, or in which interest (R18.1)."""


@transaction.atomic
def record(  # noqa: PLR0913 - the law asks for this much
    decision: Decision,
    *,
    by: AbstractBaseUser | None,
    at: datetime,
    parties: Iterable[str],
    interest: str,
    elements: Iterable[str] | None = None,
    people: int | None = None,
    required_by_law: bool | None = None,
    why: str = "",
    children: Iterable[str] = (),
) -> DisclosureRecord:
    """Puts one request on the record, allowed or not, with what it was answered and why.

    `parties` are the organizations (slugs) that receive or asked, in the legitimate `interest`;
    whose data it is follows from the decision's agreements. `elements` are what really goes, where
    that is less than what is allowed. `children` are their keys (`consents.child_key`), by which a
    family finds it; `people` is their number where they are not named (None: nobody counted).
    Whether the law asks for the line is worked out unless the caller knows better, with `why`.
    Raises ``Incomplete`` where a line that the law asks for would not say enough.
    """
    seals = Seals.of_this_installation()
    mine = sorted({seals.child(key) for key in children})
    asked = _asked(decision)
    answer, *kept = seals.keep([told(decision), *asked.values()])
    given = sorted(elements) if elements is not None else _usable(decision)
    sides = _sides(decision, parties)
    law = required(decision.action, decision.basis, _classes(decision, given, sides))
    row = DisclosureRecord(
        kind=_kind(decision),
        at=at,
        on=decision.on,
        action=decision.action.value,
        outcome=decision.outcome.value,
        purpose=decision.purpose.value if decision.purpose else "",
        basis=decision.basis.value if decision.basis else "",
        interest=interest,
        by=by if isinstance(by, User) else None,
        by_label="(nobody signed in)" if by is None else str(by),
        agreements=list(decision.agreements),
        elements=given if decision.allowed else [],
        withheld=sorted(set(decision.elements) - set(given)),
        people=len(mine) if mine else people,
        required_by_law=law.by_law if required_by_law is None else required_by_law,
        why=why or f"{law.why} ({law.citation})",
        decision_id=decision.decision_id,
        ruleset=decision.ruleset,
        question=decision.asked.name if decision.asked else "",
        facts=dict(zip(asked, kept, strict=True)),
        answer=answer,
        children_digest=children_digest(mine),
    )
    _complete(row, sides)
    row.digest = line_digest(row, sides)
    row.save(force_insert=True)
    DisclosureParty.objects.bulk_create(
        DisclosureParty(record=row, side=side, organization=one) for side, one in sides
    )
    DisclosedChild.objects.bulk_create(
        (DisclosedChild(record=row, child=child) for child in mine), batch_size=_BATCH
    )
    audit.record(
        f"disclosure.{row.kind}",
        row,
        by=by,
        at=at,
        decision=decision,
        detail={"digest": row.digest},
    )
    return row


@transaction.atomic
def refused(
    decision: Decision,
    subject: str,
    *,
    by: AbstractBaseUser | None,
    at: datetime,
) -> None:
    """Puts a refused request on the record: an audit line always, and a line here where it was a
    request for data about children. `subject` names the door (`door:releases:publish`)."""
    audit.record("refused", subject, by=by, at=at, decision=decision)
    not_given(decision, by=by, at=at)


def not_given(decision: Decision, *, by: AbstractBaseUser | None, at: datetime) -> None:
    """Puts a refused request on this record alone, where its audit line is written already."""
    if decision.action in ON_RECORD:
        acting = _organizations(by, at) if isinstance(by, User) else frozenset()
        record(decision, by=by, at=at, parties=acting, interest="")


def told(decision: Decision) -> dict[str, Any]:
    """The whole answer as it is kept, sealed: every reason, and a digest of the answer child by
    child, by which a later answer is compared."""
    children = [decision.everyone, decision.people, decision.partly, decision.coarser]
    children += [decision.rows, decision.kept_back]
    children += [decision.shut] if decision.shut else []
    return {**recorded.written(decision), "children": digest(*children)}


def line_digest(row: DisclosureRecord, sides: Iterable[tuple[str, str]]) -> str:
    """SHA-256 (hex) over everything that a line says, its parties and its children included."""
    said: dict[str, Any] = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in ("id", "digest")
    }
    said["at"] = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    said["parties"] = sorted(sides)
    return hashlib.sha256(_canonical(said)).hexdigest()


def children_digest(children: Iterable[str]) -> str:
    """SHA-256 (hex) over the children of one line, in any order."""
    return hashlib.sha256("\n".join(sorted(children)).encode("ascii")).hexdigest()


def _canonical(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":"), default=str).encode()


def _complete(row: DisclosureRecord, sides: Iterable[tuple[str, str]]) -> None:
    if row.kind == DISCLOSED and row.required_by_law:
        receives = [organization for side, organization in sides if side == TO]
        reason = complete(receives, row.interest)
        if reason.effect is not Outcome.ALLOW:
            raise Incomplete(f"{reason.message} {reason.next_step}")


def _kind(decision: Decision) -> str:
    if not decision.allowed:
        return REFUSED
    if decision.action in PUTS_OUT:
        return PUT_OUT
    return USED if decision.action in INSIDE else DISCLOSED


def _asked(decision: Decision) -> dict[str, object]:
    if decision.asked is None:
        return {}
    arguments = question.dump(decision.asked)["arguments"]
    return dict(arguments) if isinstance(arguments, Mapping) else {}


def _usable(decision: Decision) -> list[str]:
    return sorted(name for name, answer in decision.elements.items() if answer is Outcome.ALLOW)


def _sides(decision: Decision, parties: Iterable[str]) -> list[tuple[str, str]]:
    owners = agreed.owners(decision.agreements, decision.on)
    return sorted({(FROM, slug) for slug in owners} | {(TO, slug) for slug in parties})


def _classes(
    decision: Decision, given: Iterable[str], sides: Iterable[tuple[str, str]]
) -> frozenset[SpecialClass]:
    """The special classes of what goes: their own, and those in their owners' dictionaries."""
    going = frozenset(given) if decision.allowed else frozenset()
    owners = [organization for side, organization in sides if side == FROM]
    around = Surroundings(classes=special_classes(going, *owners))
    return frozenset(one for e in going for one in classes_of(e, around))


def _organizations(by: User, at: datetime) -> frozenset[str]:
    live = by.affiliations.live(timezone.localdate(at)).select_related("organization")
    return frozenset(row.organization.slug for row in live)
