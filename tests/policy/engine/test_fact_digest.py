"""The name of what is known about children is another one as soon as something else is known."""

from dataclasses import fields, replace
from datetime import date
from typing import Final

import pytest
from tests.policy import permitted_use as u

from cairn.policy.engine.fact_digest import digest_facts, digest_people
from cairn.policy.facts.students.consent import OptOutFact
from cairn.policy.facts.students.student import PersonFact
from cairn.policy.vocabulary.data_use import LegalBasis
from cairn.policy.vocabulary.families import OptOutScope


def test_an_opt_out_has_a_name_of_its_own() -> None:
    known = PersonFact("k1", opt_outs=())
    everything = OptOutFact("k1", OptOutScope.ALL_DISCRETIONARY, "2026-27", "river")
    directory = replace(everything, scope=OptOutScope.DIRECTORY)
    worlds = [
        {},
        {"k1": replace(known, opt_outs=None)},
        {"k1": known},
        {"k1": replace(known, opt_outs=(everything,))},
        {"k1": replace(known, opt_outs=(directory,))},
        {"k1": replace(known, opt_outs=(everything, directory))},
    ]
    names = [digest_people(["k1"], world) for world in worlds]
    assert len(set(names)) == len(worlds)
    assert names == [digest_people(["k1"], world) for world in worlds]


def test_a_field_added_later_leaves_the_digests_on_record_as_they_were() -> None:
    """These digests were computed before a consent had a legal basis."""
    consent = u.consent()
    child = u.child(consents=(consent,))
    recorded = "db9bd602edc37a320758672cc5dae2ec068569d92b0e609fa5eeb3358688aa1c"
    recorded_people = "51f363cc9a07745405b78a9c6da1697e89f82d6b4dfbf03945679fc5178f4c24"
    assert digest_facts(consent) == recorded
    assert digest_people(["c1"], {"c1": child}) == recorded_people
    authorization = replace(consent, basis=LegalBasis.HIPAA_AUTHORIZATION)
    authorized = replace(child, consents=(authorization,))
    assert digest_facts(authorization) != recorded
    assert digest_people(["c1"], {"c1": authorized}) != recorded_people


OTHER_VALUES: Final[dict[str, object]] = {
    "birth_date": date(2015, 1, 2),
    "postsecondary": True,
    "organizations": frozenset({"hills"}),
    "claimed": frozenset({"hills"}),
    "consents": (),
    "opt_outs": None,
    "parents_conflict": True,
    "court_order": True,
    "placement": "hills",
    "hold": "a reason",
    "nations": None,
    "withheld": None,
    "enrollments": (),
    "tax_dependent": True,
    "colleges": frozenset({"hills"}),
    "conflict_decided_on": date(2026, 1, 2),
    "statement_on": date(2026, 1, 2),
    "custodians": frozenset({"s1"}),
}


@pytest.mark.parametrize("name", [field.name for field in fields(PersonFact) if field.name != "id"])
def test_every_field_of_a_student_is_part_of_the_digest(name: str) -> None:
    child = u.child()
    other = replace(child, **{name: OTHER_VALUES[name]})  # type: ignore[arg-type]
    assert digest_people(["c1"], {"c1": child}) != digest_people(["c1"], {"c1": other})
