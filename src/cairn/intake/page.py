"""Everything that the page of one delivery says, gathered in one place."""

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from django.utils.translation import gettext as _

from cairn.agreements.wording.words import BASIS
from cairn.audit.models import Work
from cairn.consents import facts as consents
from cairn.consents.models import Subject
from cairn.disclosures import recorded
from cairn.disclosures.recorded import Recorded
from cairn.intake import columns, facts
from cairn.intake.columns import Dropped
from cairn.intake.models import Delivery
from cairn.intake.newer import newer_roster
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.policy import CONSERVATIVE
from cairn.rules.saying import waits_for
from cairn.rules.telling import few, speaks_for
from cairn.rules.vocabulary import Action, DeliveryState, LegalBasis
from cairn.warehouse.elements import catalogue
from cairn.warehouse.encoded.form import RECORD as ENCODINGS
from cairn.warehouse.failures import Failure
from cairn.warehouse.quality import ColumnQuality, Problem, QualityReport

_TONES = {
    DeliveryState.RECEIVED: "deep",
    DeliveryState.CONFORMING: "deep",
    DeliveryState.CONFORMED: "good",
    DeliveryState.REFUSED: "stop",
    DeliveryState.SUPERSEDED: "",
    DeliveryState.WITHDRAWN: "warm",
    DeliveryState.DESTROYED: "",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One delivery for whoever looks: facts and counts, and what they may do.

    ``numbered`` is whether they may see which rows: where rows go on child by child, whoever has
    the file in hand could read from a row's number which family has not agreed. ``unsaid`` is what
    the sender has not said of its children today, and ``may_say`` whether they may say it.
    ``encoded``: the file holds bits instead of names, of which every column is known.
    """

    decision: Recorded
    basis: str
    report: QualityReport | None
    problem: str
    dropped: list[Dropped]
    work: Work | None
    record_title: str
    may_check: bool
    may_check_again: bool
    newer_roster: Delivery | None
    may_withdraw: bool
    may_see_what_became: bool
    may_map: bool
    encoded: bool
    replaced_by: Delivery | None
    left_out: int | str
    numbered: bool
    unsaid: tuple[str, ...]
    may_say: bool

    @classmethod
    def of(cls, row: Delivery, who: Actor, on: date) -> Self:
        """The page of a delivery, on a date."""
        terms = facts.agreement(row.agreement_reference)
        record = catalogue().get(row.record)
        work = Work.objects.filter(kind="conform", subject=f"delivery:{row.pk}").first()
        newer = newer_roster(row)
        numbered = terms.basis is not LegalBasis.CONSENT or _owns(row, who, on)
        return cls(
            decision=recorded.read(row.decision),
            basis=_first_letter(str(BASIS[terms.basis])),
            report=_report(row, numbered=numbered) if row.conformed else None,
            problem=row.report.get("problem", ""),
            dropped=columns.dropped(row, terms),
            work=work if row.stands and work and not row.conformed else None,
            record_title=record.title if record else row.record,
            may_check=_unfinished(row, work) and _may(Action.CONFORM, row, who, on),
            may_check_again=(newer is not None or _unknown(row))
            and _may(Action.CONFORM, row, who, on),
            newer_roster=newer,
            may_see_what_became=row.rows_kept > 0 and _may(Action.VIEW_GIVE_BACK, row, who, on),
            may_withdraw=row.stands and _may(Action.WITHDRAW_DELIVERY, row, who, on),
            may_map=row.mapping is not None
            and row.record != ENCODINGS
            and _may(Action.CHANGE_MAPPING, row, who, on),
            encoded=row.record == ENCODINGS,
            left_out=_left_out(row, who, on),
            numbered=numbered,
            unsaid=_unsaid(row, terms, on),
            may_say=_may(Action.STATE_OF_CHILDREN, row, who, on),
            replaced_by=row.superseders.exclude(state=DeliveryState.WITHDRAWN).first(),
        )


def tone(state: str) -> str:
    """The color of a state."""
    return _TONES[DeliveryState(state)]


def filled(column: ColumnQuality, numbered: bool) -> float | str:  # noqa: FBT001 - a filter
    """How full a column is, in words where the share would tell few rows apart from the rest."""
    empty = column.rows - column.filled
    if numbered or (not few_of(column.filled) and not few_of(empty)):
        return column.filled_share
    return _("few") if few_of(column.filled) else _("nearly all")


def few_of(n: int) -> bool:
    """Whether a number is so small that it is not told."""
    return isinstance(few(n, CONSERVATIVE.told_from), str)


def counted(n: int, numbered: bool) -> int | str:  # noqa: FBT001 - a template's filter
    """A number of rows, for whoever may see which rows they are; for others few are not told."""
    return n if numbered else few(n, CONSERVATIVE.told_from)


def _report(row: Delivery, *, numbered: bool) -> QualityReport:
    """The report, without the numbers of rows for whom they would tell a child."""
    report = QualityReport.from_json(json.dumps(row.report))
    if numbered:
        return report
    columns = tuple(replace(c, problems=_unnumbered(c.problems)) for c in report.columns)
    notes = tuple(replace(note, rows=()) for note in report.notes)
    return replace(report, columns=columns, problems=_unnumbered(report.problems), notes=notes)


def _unknown(row: Delivery) -> bool:
    """Whether rows were set aside of whom it was not known that they are meant."""
    codes = {problem["code"] for problem in row.report.get("problems", ())}
    return row.state == DeliveryState.CONFORMED and Failure.POPULATION_UNKNOWN.value in codes


def _unnumbered(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(replace(problem, rows=()) for problem in problems)


def _first_letter(words: str) -> str:
    return words[:1].upper() + words[1:]


def _unfinished(row: Delivery, work: Work | None) -> bool:
    """Whether the check of a delivery was interrupted, or nobody asked for it."""
    waits = row.state in (DeliveryState.RECEIVED, DeliveryState.CONFORMING)
    return waits and not (work and work.is_busy)


def _left_out(row: Delivery, who: Actor, on: date) -> int | str:
    """How many rows no child's consent opened: exactly for the owner, and for whoever receives
    the rows not even that where they are few."""
    n = row.report.get("left_out", 0)
    return n if _owns(row, who, on) else few(n, CONSERVATIVE.told_from)


def _unsaid(row: Delivery, terms: Agreement, on: date) -> tuple[str, ...]:
    """What stays out, or is not used, until the sender says something of all its children."""
    slug = row.organization.slug
    waiting = waits_for(terms, slug, consents.stated({slug}, on))
    return tuple(str(Subject(one).label) for one in waiting)


def _owns(row: Delivery, who: Actor, on: date) -> bool:
    return speaks_for(who, frozenset({row.organization.slug}), on)


def _may(action: Action, row: Delivery, who: Actor, on: date) -> bool:
    return may_open(action, who, organization=row.organization.slug, on=on).allowed
