"""The name of what is known about children is another one as soon as something else is known."""

from dataclasses import replace

from cairn.policy.engine.fact_digest import digest_people
from cairn.policy.facts.students.consent import OptOutFact
from cairn.policy.facts.students.student import PersonFact
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
