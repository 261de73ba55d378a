"""Facts as JSON: read strictly, every mistake told at once, printed as a schema."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from tests.policy import permitted_use as u

from cairn.policy.checks.agreements.contradictions import find_contradictions
from cairn.policy.engine import serialization
from cairn.policy.engine.serialization import FactProblem, InvalidFactsError
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.data.use import Facts, UseRequest
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.students.student import PersonFact


def _list_problems(kind: type, data: object) -> dict[str, str]:
    with pytest.raises(InvalidFactsError) as caught:
        serialization.load_fact(kind, data)
    return {p.where: p.message for p in caught.value.problems}


def test_what_is_written_is_read_again() -> None:
    for fact in (u.facts(), u.request(), u.onward()):
        assert (
            serialization.load_fact(
                type(fact), json.loads(json.dumps(serialization.dump_fact(fact)))
            )
            == fact
        )


def test_every_mistake_is_told_at_once_with_its_place() -> None:
    request = {
        "actor": 7,
        "acting_for": "tutors",
        "action": "peek",
        "purpose": "service_coordination",
        "elements": "absence.days",
        "level": "individual",
        "people": ["c1", 2],
        "colour": "red",
    }
    told = _list_problems(UseRequest, request)
    assert told["actor"] == "must be text, not a number."
    assert told["action"].startswith("must be one of view_home, ")
    assert told["elements"] == "must be a list, not this text."
    assert told["people[1]"] == "must be text, not a number."
    assert told["colour"].startswith("is not a valid field. Valid fields: acting_for, ")
    assert len(told) == 5


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("03-04", "is not a date with year, month and day"),
        ("2026-02-30", "is not a date"),
        (20260204, "a number is not a date"),
    ],
)
def test_a_date_has_a_year(given: object, said: str) -> None:
    told = _list_problems(PersonFact, {"id": "c1", "birth_date": given})
    assert said in told["birth_date"]
    assert "03-04" not in told["birth_date"]


def test_other_shapes() -> None:
    assert _list_problems(Facts, [])[""] == "must be an object of fields, not a list."
    assert _list_problems(PersonFact, {})["id"] == "is missing."
    assert _list_problems(PersonFact, {"id": None})["id"] == "must be text, not null."
    assert (
        "true or false"
        in _list_problems(PersonFact, {"id": "1", "parents_conflict": 1})["parents_conflict"]
    )
    assert (
        "whole number" in _list_problems(Facts, {"policy": {"told_from": True}})["policy.told_from"]
    )
    agreement = serialization.dump_fact(u.agreement())
    assert isinstance(agreement, dict)
    assert _list_problems(AgreementFact, agreement | {"criteria": []})["criteria"].startswith(
        "must be an obj"
    )
    delivery = {"contacts": [["Ada"]]}
    told = _list_problems(AgreementFact, agreement | {"delivery": delivery})
    assert told["delivery.contacts[0]"] == "must be a list of 2 values."


def test_a_long_list_of_mistakes_is_cut() -> None:
    many = [FactProblem("a", "b")] * 60
    assert str(InvalidFactsError(many)).splitlines()[-1] == "and 10 more."
    assert str(FactProblem("", "c")) == "the file: c"


def test_what_is_no_fact_cannot_be_written() -> None:
    with pytest.raises(TypeError):
        serialization.dump_fact(object())
    assert serialization.dump_fact({u.SERVICE: {1, 2}}) == {"service_coordination": [1, 2]}


def test_several_named_facts_must_all_be_there() -> None:
    hints: Mapping[str, object] = {"on": date, "names": Iterable[str]}
    assert serialization.load_named_facts(hints, {"on": "2026-11-24", "names": ["a"]}) == {
        "on": u.ON,
        "names": ("a",),
    }
    with pytest.raises(InvalidFactsError) as caught:
        serialization.load_named_facts(hints, {"on": "2026-11-24", "other": 1})
    assert [p.where for p in caught.value.problems] == ["other", "names"]


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "an end before its start": (
        {"agreements": (u.agreement(ends=date(2020, 1, 1)),)},
        "agreements[0].ends",
        "2020-01-01 is before starts, 2024-01-01.",
    ),
    "a consent backwards": (
        {"people": (u.child(consents=(u.consent(starts=u.LAST),)),)},
        "people[0].consents[0].ends",
        "2027-07-31 is before starts",
    ),
    "a party that is not registered": (
        {"organizations": (u.organization("river"),)},
        "agreements[0].parties[1].organization",
        "'tutors' is not registered.",
    ),
    "a circle": (
        {"agreements": (u.agreement(under=("B",)), u.agreement(reference="B", under=("A",)))},
        "agreements[0]",
        "depends on itself: A → B → A",
    ),
    "a reference to nothing": (
        {"agreements": (u.agreement(amends="Z"),)},
        "agreements[0]",
        "depends on 'Z'",
    ),
    "one id for two children": (
        {"people": (u.child("c1"), u.child("c1"))},
        "people[1]",
        "this ID is listed twice",
    ),
    "one reference twice": (
        {"agreements": (u.agreement(), u.agreement())},
        "agreements[1]",
        "'A' is listed twice",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_no_single_field_shows(name: str) -> None:
    changes, where, message = WRONG[name]
    told = [p for p in find_contradictions(u.facts(**changes)) if p.where == where]
    assert any(message in p.message for p in told)
    assert list(find_contradictions(u.facts())) == []


@dataclass(frozen=True)
class Odd:
    """One field of each kind that the facts of today do not have."""

    share: float
    pair: tuple[str, int]
    inner: "tuple[Odd, ...]" = ()


def test_the_schema_says_what_is_read() -> None:
    found = serialization.build_fact_schema(Facts)
    person = found["$defs"]["PersonFact"]
    assert person["additionalProperties"] is False
    assert person["required"] == ["id"]
    assert person["properties"]["birth_date"]["anyOf"][0] == {"type": "string", "format": "date"}
    assert person["properties"]["organizations"]["uniqueItems"] is True
    odd = serialization.build_fact_schema(Odd)["$defs"]["Odd"]["properties"]
    assert odd["share"] == {"type": "number"}
    assert odd["pair"]["prefixItems"] == [{"type": "string"}, {"type": "integer"}]
    assert odd["inner"]["items"] == {"$ref": "#/$defs/Odd"}
    assert serialization.load_fact(Odd, {"share": 0.5, "pair": ["a", 1]}) == Odd(0.5, ("a", 1))
    actor = replace(u.tutor(), id="8")
    assert serialization.load_fact(Actor, serialization.dump_fact(actor)) == actor
