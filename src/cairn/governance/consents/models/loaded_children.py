"""Load the rows behind the facts about children, by queries that are compiled once.

Each page about students asks for them; Django's own prefetching compiles six queries each time,
which takes longer than the database needs to answer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple, TypeVar

from cairn.governance.consents.models.child import Child, ConflictAnswer, RosterEntry, TaxEvidence
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.models.consent_form import ConsentForm
from cairn.platform.actions.api import keep_while_rows_unchanged
from cairn.platform.tables.api import PreparedRows

_IDS_AT_ONCE: Final = 4_096
"""SQLite takes 32,766 parameters in one statement, PostgreSQL 65,535."""
_UNREAD: Final = frozenset(
    {"sitting", "sealed", "collected_by", "returned_because", "state_before"}
)
_CONSENT_FIELDS: Final = tuple(
    field.attname for field in Consent._meta.concrete_fields if field.name not in _UNREAD
)
"""In the order of the model, which `from_db` expects."""


class LoadedRoster(NamedTuple):
    """A program's claim that it serves a child."""

    organization: str
    starts: date
    ends: date | None
    confirmed_on: date | None


class LoadedDecision(NamedTuple):
    """A district's decision where two parents disagree about a form."""

    form_id: int
    answered_at: datetime


class LoadedTaxDocument(NamedTuple):
    """A document that shows that a student is a parent's tax dependent."""

    tax_year: int
    recorded_at: datetime
    ended_at: datetime | None


class LoadedChild(NamedTuple):
    """A child with the rows of other tables that decisions about the child rest on."""

    child: Child
    consents: list[Consent]
    rosters: list[LoadedRoster]
    answers: list[LoadedDecision]
    evidence: list[LoadedTaxDocument]


_CONSENTS: Final = PreparedRows(
    lambda ids: (
        Consent.objects.filter(child__in=ids)
        .order_by("-recorded_at", "-pk")
        .values_list(*_CONSENT_FIELDS, "superseded_by__reference")
    )
)
_ROSTERS: Final = PreparedRows(
    lambda ids: (
        RosterEntry.objects.filter(child__in=ids)
        .order_by("pk")
        .values_list("child", "organization__slug", "starts", "ends", "confirmed_on")
    )
)
_ANSWERS: Final = PreparedRows(
    lambda ids: (
        ConflictAnswer.objects.filter(child__in=ids)
        .order_by("-answered_at", "-pk")
        .values_list("child", "form", "answered_at")
    )
)
_EVIDENCE: Final = PreparedRows(
    lambda ids: (
        TaxEvidence.objects.filter(child__in=ids)
        .order_by("-tax_year", "-pk")
        .values_list("child", "tax_year", "recorded_at", "ended_at")
    )
)


def load_children_by_key(keys: Collection[str]) -> dict[str, LoadedChild]:
    """Load children by key, with their consents and their forms, rosters and evidence.

    Args:
        keys: child keys.

    Returns:
        Child key → the rows; a key without a child is absent. Each consent has its child, its form
        with its parties, and of the consent that replaced it the reference.
    """
    children = {
        row.pk: row
        for row in Child.objects.filter(key__in=keys).select_related("organization", "placement")
    }
    consents: dict[int, list[Consent]] = defaultdict(list)
    for consent in _load_consents(children):
        consents[consent.child_id].append(consent)
    rosters = _group(_ROSTERS, children, LoadedRoster)
    answers = _group(_ANSWERS, children, LoadedDecision)
    evidence = _group(_EVIDENCE, children, LoadedTaxDocument)
    return {
        row.key: LoadedChild(row, consents[pk], rosters[pk], answers[pk], evidence[pk])
        for pk, row in children.items()
    }


def _load_consents(children: Mapping[int, Child]) -> Iterator[Consent]:
    rows = list(_read_rows(_CONSENTS, children))
    forms = _load_forms() if rows else {}
    for *values, replacement in rows:
        consent = Consent.from_db(None, _CONSENT_FIELDS, values)
        consent.child, consent.form = children[consent.child_id], forms[consent.form_id]
        if consent.superseded_by_id:
            consent.superseded_by = Consent(pk=consent.superseded_by_id, reference=replacement)
        yield consent


@keep_while_rows_unchanged()
def _load_forms() -> dict[int, ConsentForm]:
    """Load every form with its parties: few rows, which the consents of all children name."""
    return {form.pk: form for form in ConsentForm.objects.prefetch_related("parties")}


_Row = TypeVar("_Row", LoadedRoster, LoadedDecision, LoadedTaxDocument)


def _group(
    query: PreparedRows, children: Mapping[int, Child], kind: type[_Row]
) -> dict[int, list[_Row]]:
    grouped: dict[int, list[_Row]] = defaultdict(list)
    for child, *values in _read_rows(query, children):
        grouped[child].append(kind(*values))
    return grouped


def _read_rows(query: PreparedRows, ids: Iterable[int]) -> Iterator[tuple[Any, ...]]:
    wanted = list(ids)
    for begin in range(0, len(wanted), _IDS_AT_ONCE):
        yield from query.read(wanted[begin : begin + _IDS_AT_ONCE])
