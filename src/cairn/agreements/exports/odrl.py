"""An agreement as an ODRL 2.2 policy (W3C Recommendation) in JSON-LD.

ODRL says who permits whom to do what with which assets; what it has no word for (legal basis,
criteria, clauses) stands under a vocabulary of our own, which a reader of ODRL may pass over.
"""

from datetime import date
from typing import Any, Final

from cairn.rules import plain
from cairn.rules.agreement import UNTIL_TERMINATED, Agreement, DataTerm, Party
from cairn.rules.vocabulary import RECIPIENTS, PartyRole

CONTEXT: Final = "http://www.w3.org/ns/odrl.jsonld"
_OWN: Final = "urn:cairn:"
_CORE: Final = "http://www.w3.org/ns/odrl/2/core"


def policy(terms: Agreement) -> dict[str, Any]:
    """The policy: a permission for each provider and kind of record, what is forbidden, and the
    duties of those who receive. A text that discloses nothing has no permission."""
    return {
        "@context": [CONTEXT, {"cairn": _OWN, "dct": "http://purl.org/dc/terms/"}],
        "@type": "Agreement",
        "uid": f"{_OWN}agreement:{terms.reference}",
        "profile": _CORE,
        "dct:title": terms.title,
        "cairn:basis": terms.basis.value,
        "cairn:basisClause": terms.basis_clause,
        "cairn:level": terms.level.value,
        **_whose(terms),
        **({"cairn:sha256": terms.text_digest} if terms.text_digest else {}),
        **_rules(terms),
    }


def _whose(terms: Agreement) -> dict[str, Any]:
    """The children, in words and as a filter; ODRL has no word for the people in an asset."""
    found: dict[str, Any] = {"cairn:population": terms.population} if terms.population else {}
    if terms.children is not None:
        given = plain.dump(terms.children)
        assert isinstance(given, dict)  # noqa: S101 - a fact is written as an object
        found["cairn:children"] = {key: said for key, said in given.items() if said}
    return found


def _rules(terms: Agreement) -> dict[str, Any]:
    providers = [p for p in terms.parties if p.role is PartyRole.PROVIDER]
    receivers = [p for p in terms.parties if p.role in RECIPIENTS]
    pairs = [(giver, taker) for giver in providers for taker in receivers]
    permissions = [
        _permission(terms, data, giver, taker)
        for data in terms.data
        for giver, taker in pairs
        if data.provider in ("", giver.organization)
    ]
    if not permissions:
        return {"obligation": [_confidential(p) for p in terms.parties]}
    return {
        "permission": permissions,
        "prohibition": [_no_onward(terms, giver, taker) for giver, taker in pairs],
    }


def _permission(terms: Agreement, data: DataTerm, giver: Party, taker: Party) -> dict[str, Any]:
    return {
        "assigner": _party(giver),
        "assignee": _party(taker),
        "action": "use",
        "target": _asset(terms, data),
        "constraint": [*_constraints(terms, data)],
        "duty": _duties(terms, giver, taker),
        **({"cairn:clause": data.clause} if data.clause else {}),
    }


def _constraints(terms: Agreement, data: DataTerm) -> list[dict[str, Any]]:
    found = [_constraint("dateTime", "gteq", _day(terms.starts))]
    if terms.ends not in (None, UNTIL_TERMINATED):
        assert terms.ends is not None  # noqa: S101 - said on the line above
        found.append(_constraint("dateTime", "lteq", _day(terms.ends)))
    if terms.purposes:
        purposes = [f"{_OWN}purpose:{purpose.value}" for purpose in sorted(terms.purposes)]
        found.append(_constraint("purpose", "isAnyOf", purposes))
    if data.first_year:
        years = [data.first_year, data.last_year]
        found.append(_constraint("cairn:schoolYears", "isPartOf", years))
    return found


def _duties(terms: Agreement, giver: Party, taker: Party) -> list[dict[str, Any]]:
    """To destroy within the period, to give back, and to say in public whose data they are."""
    by = {"assigner": _party(giver), "assignee": _party(taker)}
    found = []
    if terms.retention.period_days is not None:
        period = f"P{terms.retention.period_days}D"
        destroy = _constraint("elapsedTime", "lteq", {"@value": period, "@type": "xsd:duration"})
        event = _constraint("event", "gt", f"{_OWN}event:{terms.retention.counted_from.value}")
        found.append({"action": "delete", **by, "constraint": [destroy, event]})
    found += [{"action": "inform", **by, "cairn:what": back.what} for back in terms.giveback]
    least = {"@value": str(terms.disclosure.minimum_cell), "@type": "xsd:integer"}
    found.append(
        {
            "action": "anonymize",
            **by,
            "constraint": [_constraint("cairn:smallestGroup", "gteq", least)],
        }
    )
    return found


def _no_onward(terms: Agreement, giver: Party, taker: Party) -> dict[str, Any]:
    """Passing on is forbidden, but to those whom the agreement names (34 CFR 99.33)."""
    named = sorted(o.organization for o in terms.onward)
    but = [_constraint("recipient", "isNoneOf", [f"{_OWN}organization:{n}" for n in named])]
    return {
        "assigner": _party(giver),
        "assignee": _party(taker),
        "action": "distribute",
        "target": f"{_OWN}agreement:{terms.reference}:data",
        **({"constraint": but} if named else {}),
    }


def _confidential(party: Party) -> dict[str, Any]:
    return {"action": "ensureExclusivity", "assignee": _party(party)}


def _asset(terms: Agreement, data: DataTerm) -> dict[str, Any]:
    whose = f":{data.provider}" if data.provider else ""
    return {
        "@type": "AssetCollection",
        "uid": f"{_OWN}agreement:{terms.reference}:data:{data.record}{whose}",
        "cairn:elements": sorted(f"{data.record}.{element}" for element in data.elements),
    }


def _party(party: Party) -> dict[str, Any]:
    return {
        "@type": "Party",
        "uid": f"{_OWN}organization:{party.organization}",
        "dct:title": party.name,
    }


def _constraint(left: str, operator: str, right: Any) -> dict[str, Any]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def _day(value: date) -> dict[str, str]:
    return {"@value": value.isoformat(), "@type": "xsd:date"}
