"""The written form of an agreement: TOML that a person can read, to facts that `rules` can weigh.

Every error names the place and says what to write there; all of them are told at once.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from cairn.agreements.toml_reading import BadAgreement, Section
from cairn.rules.agreement import (
    UNTIL_TERMINATED,
    Agreement,
    DataTerm,
    DeliveryTerm,
    DisclosureTerm,
    Party,
    Retention,
)
from cairn.rules.basis import criteria_keys
from cairn.rules.terms import Frequency, RetentionEvent
from cairn.rules.vocabulary import (
    Channel,
    LegalBasis,
    OrganizationKind,
    PartyRole,
    Purpose,
    Silence,
    Tier,
)

__all__ = ["BadAgreement", "parse"]


def parse(text: str) -> Agreement:
    """The facts of an agreement's text. Raises `BadAgreement` with every mistake found."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadAgreement([f"This is not TOML: {error}"]) from error
    mistakes: list[str] = []
    top = Section("", raw, mistakes)
    agreement = Agreement(
        reference=top.text("reference", required=True),
        title=top.text("title", required=True),
        tier=top.one_of("tier", Tier, Tier.DATA_SHARING_AGREEMENT),
        starts=top.day("starts") or date.max,
        ends=_last_day(top),
        purposes=top.many_of("purposes", Purpose),
        parties=tuple(_party(section) for section in top.sections("parties")),
        **_basis(top.section("legal_basis")),
        data=tuple(_data(section) for section in top.sections("data", required=False)),
        retention=_retention(top.section("retention")),
        disclosure=_disclosure(top.section("disclosure")),
        delivery=_delivery(top.section("delivery")),
        terminated_on=top.day("terminated_on", required=False),
    )
    top.nothing_else()
    if mistakes:
        raise BadAgreement(mistakes)
    return agreement


def _last_day(top: Section) -> date | None:
    if top.peek("ends") == "until terminated":
        top.text("ends")
        return UNTIL_TERMINATED
    return top.day("ends", required=False)


def _party(section: Section) -> Party:
    party = Party(
        organization=section.text("organization", required=True),
        name=section.text("name", required=True),
        kind=section.one_of("kind", OrganizationKind),
        role=section.one_of("role", PartyRole),
        signed_by=section.text("signed_by"),
        signed_capacity=section.text("signed_capacity"),
        signed_on=section.day("signed_on", required=False),
    )
    section.nothing_else()
    return party


def _basis(section: Section) -> dict[str, Any]:
    basis = section.one_of("basis", LegalBasis)
    criteria = section.section("criteria", required=False)
    known = criteria_keys(basis)
    said = {key: criteria.text(key) for key in sorted(known)}
    criteria.nothing_else(known)
    facts: Mapping[str, str] = MappingProxyType({key: text for key, text in said.items() if text})
    clause = section.text("clause")
    section.nothing_else()
    return {"basis": basis, "basis_clause": clause, "criteria": facts}


def _data(section: Section) -> DataTerm:
    first, last = section.pair("years")
    term = DataTerm(
        record=section.text("record", required=True),
        elements=frozenset(section.texts("elements")),
        first_year=first,
        last_year=last,
        clause=section.text("clause"),
        used_for=section.text("used_for"),
    )
    section.nothing_else()
    return term


def _retention(section: Section) -> Retention:
    retention = Retention(
        period_days=section.whole("period_days"),
        counted_from=section.one_of("counted_from", RetentionEvent, RetentionEvent.DELIVERY),
        method=section.text("method"),
        clause=section.text("clause"),
    )
    section.nothing_else()
    return retention


def _disclosure(section: Section) -> DisclosureTerm:
    usual = DisclosureTerm()
    days, least = section.whole("send_back_days"), section.whole("minimum_cell")
    term = DisclosureTerm(
        minimum_cell=usual.minimum_cell if least is None else least,
        send_back_days=usual.send_back_days if days is None else days,
        no_ranking=section.flag("no_ranking", usual=usual.no_ranking),
        silence=section.one_of("silence", Silence, usual.silence),
        clause=section.text("clause"),
    )
    section.nothing_else()
    return term


def _delivery(section: Section) -> DeliveryTerm:
    people = section.sections("contacts", required=False)
    term = DeliveryTerm(
        channels=section.many_of("channels", Channel),
        frequency=section.one_of("frequency", Frequency) if section.peek("frequency") else None,
        contacts=tuple((one.text("name"), one.text("email")) for one in people),
        clause=section.text("clause"),
    )
    section.nothing_else()
    return term
