"""What was read, table by table → one `Agreement`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from cairn.rules.agreement import (
    Agreement,
    DataTerm,
    DeliveryTerm,
    DisclosureTerm,
    Party,
    Retention,
)
from cairn.rules.clause import Clause
from cairn.rules.population import Population
from cairn.rules.terms import (
    AccessTerm,
    Change,
    ConsentTerm,
    Exhibit,
    GiveBack,
    Milestone,
    OnwardRecipient,
    Penalty,
    ProjectTerm,
    RenewalTerm,
)
from cairn.rules.vocabulary import Tier

_SETS = ("grades", "schools", "programs")

Said = Mapping[str, list[dict[str, Any]]]

_MANY = {
    "parties": Party,
    "access": AccessTerm,
    "onward": OnwardRecipient,
    "giveback": GiveBack,
    "penalties": Penalty,
    "clauses": Clause,
    "exhibits": Exhibit,
    "changes": Change,
    "milestones": Milestone,
}
_ONE = {
    "disclosure": DisclosureTerm,
    "renewal": RenewalTerm,
    "consent": ConsentTerm,
    "project": ProjectTerm,
}


def agreement(said: Said) -> Agreement:
    """The facts. What a text leaves out is as an agreement has it without a word."""
    top = {"tier": Tier.DATA_SHARING_AGREEMENT, "ends": None, **said[""][0]}
    top["purposes"] = frozenset(top.get("purposes", ()))
    facts: dict[str, Any] = {
        **top,
        **_basis(said["legal_basis"][0]),
        **{key: tuple(term(**row) for row in said[key]) for key, term in _MANY.items()},
        **{key: term(**said[key][0]) for key, term in _ONE.items() if said[key]},
        **(said["security"][0] if said["security"] else {}),
        "data": tuple(map(_data, said["data"])),
    }
    if said["children"]:
        facts["children"] = _children(said["children"][0])
    if said["retention"]:
        facts["retention"] = Retention(**{"period_days": None, **said["retention"][0]})
    if said["delivery"]:
        facts["delivery"] = _delivery(said["delivery"][0])
    return Agreement(**facts)


def _basis(said: Mapping[str, Any]) -> dict[str, Any]:
    return {**said, "criteria": MappingProxyType(dict(said["criteria"]))}


def _data(said: Mapping[str, Any]) -> DataTerm:
    facts = dict(said)
    first, last = facts.pop("years", ("", ""))
    facts["elements"] = frozenset(facts["elements"])
    return DataTerm(first_year=first, last_year=last, **facts)


def _children(said: Mapping[str, Any]) -> Population:
    named = {key: frozenset(said[key]) for key in _SETS if key in said}
    return Population(**{**said, **named})


def _delivery(said: Mapping[str, Any]) -> DeliveryTerm:
    return DeliveryTerm(**{**said, "channels": frozenset(said["channels"])})
