"""Export an agreement as an ODRL 2.2 policy (W3C Recommendation) in JSON-LD.

ODRL expresses which party permits which other party to use an asset, and how. What it has
no term for (legal basis, criteria, clauses) uses a vocabulary of Cairn, which a reader of
ODRL may ignore.
"""

from datetime import date
from typing import Any, Final

from cairn.policy.engine import dump_fact
from cairn.policy.facts import (
    UNTIL_TERMINATED,
    AgreementFact,
    DataTerm,
    Party,
    list_part_agreements,
)
from cairn.policy.vocabulary import RECIPIENT_ROLES, PartyRole

ODRL_CONTEXT: Final = "http://www.w3.org/ns/odrl.jsonld"
_CAIRN_URN: Final = "urn:cairn:"
_ODRL_CORE_PROFILE: Final = "http://www.w3.org/ns/odrl/2/core"


def build_odrl_policy(terms: AgreementFact) -> dict[str, Any]:
    """Build the policy: permissions per provider and record type, prohibitions and duties.

    A text that discloses nothing has no permission.

    Args:
        terms: the agreement.

    Returns:
        The policy as JSON-LD.
    """
    return {
        "@context": [ODRL_CONTEXT, {"cairn": _CAIRN_URN, "dct": "http://purl.org/dc/terms/"}],
        "@type": "Agreement",
        "uid": f"{_CAIRN_URN}agreement:{terms.reference}",
        "profile": _ODRL_CORE_PROFILE,
        "dct:title": terms.title,
        "cairn:basis": terms.basis.value,
        "cairn:basisClause": terms.basis_clause,
        "cairn:level": terms.level.value,
        **_build_population(terms),
        **({"cairn:sha256": terms.text_digest} if terms.text_digest else {}),
        **_build_rules(terms),
        **_build_part_bases(terms),
    }


def _build_part_bases(terms: AgreementFact) -> dict[str, Any]:
    """Build the legal basis of each part; its permissions name the part."""
    bases = [{"cairn:part": part.id, "cairn:basis": part.basis.value} for part in terms.parts]
    return {"cairn:parts": bases} if bases else {}


def _build_population(terms: AgreementFact) -> dict[str, Any]:
    """Build the population, in words and as a filter; ODRL has no term for the people in an
    asset.
    """
    population: dict[str, Any] = {"cairn:population": terms.population} if terms.population else {}
    if terms.children is not None:
        filter_terms = dump_fact(terms.children)
        assert isinstance(filter_terms, dict)  # noqa: S101 - a fact is written as an object
        population["cairn:children"] = {key: value for key, value in filter_terms.items() if value}
    return population


def _build_rules(terms: AgreementFact) -> dict[str, Any]:
    providers = [party for party in terms.parties if party.role is PartyRole.PROVIDER]
    recipients = [party for party in terms.parties if party.role in RECIPIENT_ROLES]
    pairs = [(provider, recipient) for provider in providers for recipient in recipients]
    permissions = [
        _build_permission(source, data, provider, recipient)
        for source in (terms, *list_part_agreements(terms))
        for data in source.data
        for provider, recipient in pairs
        if data.provider in ("", provider.organization)
    ]
    if not permissions:
        return {"obligation": [_build_confidentiality_duty(party) for party in terms.parties]}
    return {
        "permission": permissions,
        "prohibition": [
            _build_onward_prohibition(terms, provider, recipient) for provider, recipient in pairs
        ],
    }


def _build_permission(
    terms: AgreementFact, data: DataTerm, provider: Party, recipient: Party
) -> dict[str, Any]:
    return {
        "assigner": _build_party(provider),
        "assignee": _build_party(recipient),
        "action": "use",
        "target": _build_asset(terms, data),
        "constraint": [*_build_constraints(terms, data)],
        "duty": _build_duties(terms, provider, recipient),
        **({"cairn:clause": data.clause} if data.clause else {}),
        **({"cairn:part": terms.part_id} if terms.part_id else {}),
    }


def _build_constraints(terms: AgreementFact, data: DataTerm) -> list[dict[str, Any]]:
    constraints = [_build_constraint("dateTime", "gteq", _format_xsd_date(terms.starts))]
    if terms.ends not in (None, UNTIL_TERMINATED):
        assert terms.ends is not None  # noqa: S101 - checked on the line above
        constraints.append(_build_constraint("dateTime", "lteq", _format_xsd_date(terms.ends)))
    if terms.purposes:
        purposes = [f"{_CAIRN_URN}purpose:{purpose.value}" for purpose in sorted(terms.purposes)]
        constraints.append(_build_constraint("purpose", "isAnyOf", purposes))
    if data.first_year:
        years = [data.first_year, data.last_year]
        constraints.append(_build_constraint("cairn:schoolYears", "isPartOf", years))
    return constraints


def _build_duties(terms: AgreementFact, provider: Party, recipient: Party) -> list[dict[str, Any]]:
    """Build the duties to destroy in time, to report back, and to keep groups large enough."""
    parties = {"assigner": _build_party(provider), "assignee": _build_party(recipient)}
    duties = []
    if terms.retention.period_days is not None:
        period = f"P{terms.retention.period_days}D"
        destroy = _build_constraint(
            "elapsedTime", "lteq", {"@value": period, "@type": "xsd:duration"}
        )
        event = _build_constraint(
            "event", "gt", f"{_CAIRN_URN}event:{terms.retention.counted_from.value}"
        )
        duties.append({"action": "delete", **parties, "constraint": [destroy, event]})
    duties += [{"action": "inform", **parties, "cairn:what": back.what} for back in terms.giveback]
    smallest_group = {"@value": str(terms.disclosure.minimum_cell), "@type": "xsd:integer"}
    duties.append(
        {
            "action": "anonymize",
            **parties,
            "constraint": [_build_constraint("cairn:smallestGroup", "gteq", smallest_group)],
        }
    )
    return duties


def _build_onward_prohibition(
    terms: AgreementFact, provider: Party, recipient: Party
) -> dict[str, Any]:
    """Prohibit redisclosure, except to the recipients that the agreement names (34 CFR 99.33)."""
    onward_slugs = sorted(onward.organization for onward in terms.onward)
    exceptions = [
        _build_constraint(
            "recipient", "isNoneOf", [f"{_CAIRN_URN}organization:{slug}" for slug in onward_slugs]
        )
    ]
    return {
        "assigner": _build_party(provider),
        "assignee": _build_party(recipient),
        "action": "distribute",
        "target": f"{_CAIRN_URN}agreement:{terms.reference}:data",
        **({"constraint": exceptions} if onward_slugs else {}),
    }


def _build_confidentiality_duty(party: Party) -> dict[str, Any]:
    return {"action": "ensureExclusivity", "assignee": _build_party(party)}


def _build_asset(terms: AgreementFact, data: DataTerm) -> dict[str, Any]:
    provider_suffix = f":{data.provider}" if data.provider else ""
    return {
        "@type": "AssetCollection",
        "uid": f"{_CAIRN_URN}agreement:{terms.reference}:data:{data.record}{provider_suffix}",
        "cairn:elements": sorted(f"{data.record}.{element}" for element in data.elements),
    }


def _build_party(party: Party) -> dict[str, Any]:
    return {
        "@type": "Party",
        "uid": f"{_CAIRN_URN}organization:{party.organization}",
        "dct:title": party.name,
    }


def _build_constraint(left: str, operator: str, right: Any) -> dict[str, Any]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def _format_xsd_date(value: date) -> dict[str, str]:
    return {"@value": value.isoformat(), "@type": "xsd:date"}
