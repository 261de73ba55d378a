"""Children decided per second, beside a general policy engine (Cedar) on the same facts.

A tutor lists the absences of every child that the program serves, on written consent. Cairn answers
once for all of them, with every stage of its decision: the person, the organization, the agreement,
the dictionary, each child; with reasons, and the digest of all that was known. Cedar is asked the
part that is about a child: roster, opt-out, hold, and a consent that is signed, verified, running,
for this purpose, element and party. It says yes or no. Both must say the same of every child.
Seconds are those of one core (CPU time), since both use one.

    python benchmarks/decide.py --people 100000
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import cedarpy

from cairn.policy.engine import serialization
from cairn.policy.facts.data.use import Facts, UseRequest
from cairn.policy.facts.students.consent import OptOutFact, WrittenConsent
from cairn.policy.facts.students.student import PersonFact
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.vocabulary.families import OptOutScope

EXAMPLE = Path(__file__).parents[1] / "examples" / "decide"
ON = date(2026, 11, 24)
ELEMENT = "absence.days"
POLICY = """
permit (principal, action == Action::"list", resource)
when {
  resource.roster.contains(principal.organization) && resource.roster.contains("river") &&
  !resource.optedOut && resource.hold == "" && resource.born > context.bornBy &&
  !resource.postsecondary && resource has consent &&
  resource.consent.signed <= context.on && resource.consent.verified <= context.on &&
  resource.consent.ends >= context.on && resource.consent.revoked > context.on &&
  resource.consent.records.contains(context.element) &&
  resource.consent.purposes.contains(context.purpose) &&
  resource.consent.parties.contains(principal.organization)
};
"""


def main() -> None:
    """Print both sides and their ratio."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", action="store_true", help="for machines")
    chosen = options.parse_args()
    facts, request = made(chosen.people, chosen.seed)
    ours, allowed = cairn(facts, request)
    theirs, permitted = cedar(facts)
    if allowed != permitted:
        raise SystemExit(f"They differ about {len(allowed ^ permitted)} children.")
    measured = {
        "people": chosen.people,
        "allowed": len(allowed),
        "cairn_seconds": round(ours, 3),
        "cedar_seconds": round(theirs, 3),
        "cairn_per_second": round(chosen.people / ours),
        "cedar_per_second": round(chosen.people / theirs),
        "times_as_fast": round(theirs / ours, 1),
    }
    if chosen.json:
        print(json.dumps(measured))
        return
    print(f"{chosen.people:,} children in one request, {len(allowed):,} allowed by both")
    for who, seconds in (("cairn", ours), ("cedar", theirs)):
        print(f"{who:8} {seconds:.3f} s  {round(chosen.people / seconds):,} children a second")
    print(f"Cairn is {measured['times_as_fast']} times as fast.")


def made(people: int, seed: int) -> tuple[Facts, UseRequest]:
    """The invented world of the example, with many more children of its first child's kind."""
    dice = random.Random(seed)
    world = serialization.load_fact(Facts, json.loads((EXAMPLE / "facts.json").read_text("utf-8")))
    asked = serialization.load_fact(
        UseRequest, json.loads((EXAMPLE / "view.json").read_text("utf-8"))
    )
    children = tuple(_child(f"{n:08x}", world.people[0], dice) for n in range(people))
    ids = tuple(child.id for child in children)
    request = replace(asked, people=ids, elements=frozenset({ELEMENT}))
    return replace(world, people=children), request


def _child(one: str, like: PersonFact, dice: random.Random) -> PersonFact:
    """One in twenty lacks each of the things that may be lacking."""

    def rarely() -> bool:
        return dice.random() < 0.05

    declined = OptOutFact(one, OptOutScope.ALL_DISCRETIONARY, "2026-27", "river")
    consent = like.consents[0]
    mine = replace(
        consent,
        id=f"consent of {one}",
        child=one,
        signed_on=date(2026, 8, 1) + timedelta(dice.randrange(60)),
        verified_on=None if rarely() else date(2026, 10, 5),
        revoked_on=ON if rarely() else None,
        records=frozenset({"student.grade"}) if rarely() else frozenset({ELEMENT}),
        parties=frozenset({"mentors"}) if rarely() else consent.parties,
    )
    return replace(
        like,
        id=one,
        birth_date=date(2008, 6, 1) + timedelta(dice.randrange(4500)),
        organizations=frozenset({"river"}) if rarely() else like.organizations,
        consents=() if rarely() else (mine,),
        opt_outs=(declined,) if rarely() else (),
        hold="safety" if rarely() else "",
    )


def cairn(facts: Facts, request: UseRequest) -> tuple[float, frozenset[str]]:
    """This software: seconds for the answer and the name of its facts, and who is allowed."""
    begun = time.process_time()
    decision = decide_use(request, facts, ON)
    allowed, _name = decision.included, decision.facts_hash
    return time.process_time() - begun, allowed


def cedar(facts: Facts) -> tuple[float, frozenset[str]]:
    """The peer, with everything parsed beforehand: only its decisions are measured."""
    policies = cedarpy.PolicySet.from_str(POLICY)
    entities = cedarpy.Entities.from_json_str(json.dumps(list(_entities(facts))))
    context = {
        "on": ON.toordinal(),
        "bornBy": date(ON.year - 18, ON.month, ON.day).toordinal(),
        "element": ELEMENT,
        "purpose": "service_coordination",
    }
    requests = [
        {
            "principal": 'Staff::"7"',
            "action": 'Action::"list"',
            "resource": f'Child::"{child.id}"',
            "context": context,
        }
        for child in facts.people
    ]
    begun = time.process_time()
    results = cedarpy.is_authorized_batch(requests, policies, entities)
    seconds = time.process_time() - begun
    pairs = zip(facts.people, results, strict=True)
    return seconds, frozenset(child.id for child, result in pairs if result.allowed)


def _entities(facts: Facts) -> Iterator[dict[str, Any]]:
    yield {
        "uid": {"type": "Staff", "id": "7"},
        "attrs": {"organization": "tutors"},
        "parents": [],
    }
    for child in facts.people:
        attributes: dict[str, Any] = {
            "roster": sorted(child.organizations),
            "optedOut": bool(child.opt_outs),
            "hold": child.hold,
            "born": child.birth_date.toordinal() if child.birth_date else 0,
            "postsecondary": child.postsecondary is not False,
        }
        for consent in child.consents:
            attributes["consent"] = _consent(consent)
        yield {"uid": {"type": "Child", "id": child.id}, "attrs": attributes, "parents": []}


def _consent(consent: WrittenConsent) -> dict[str, Any]:
    def day(value: date | None) -> int:
        return (value or date.max).toordinal()

    return {
        "signed": day(consent.signed_on),
        "verified": day(consent.verified_on),
        "ends": day(consent.ends),
        "revoked": day(consent.revoked_on),
        "records": sorted(consent.records),
        "purposes": sorted(consent.purposes),
        "parties": sorted(consent.parties),
    }


if __name__ == "__main__":
    main()
