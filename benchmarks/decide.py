"""Measure children decided per second, beside a general policy engine (Cedar) on the same facts.

A tutor lists the absences of every child that the program serves, on written consent. Cairn answers
once for all of them, with every stage of its decision: the person, the organization, the agreement,
the dictionary, each child; with reasons, and the digest of all that was known. Cedar is asked the
part that is about a child: roster, opt-out, hold, and a consent that is signed, verified, running,
for this purpose, element and party. It says yes or no. Both must say the same of every child.
Seconds are those of one core (CPU time), since both use one.

    python benchmarks/decide.py --people 100000
"""

import argparse
import gc
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
CEDAR_POLICY = """
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
    """Print the seconds of Cairn and Cedar, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    facts, request = generate_request(args.people, args.seed)
    cairn_seconds, allowed = decide_with_cairn(facts, request)
    cedar_seconds, cedar_allowed = decide_with_cedar(facts)
    if allowed != cedar_allowed:
        raise SystemExit(f"They differ about {len(allowed ^ cedar_allowed)} children.")
    result = {
        "people": args.people,
        "allowed": len(allowed),
        "cairn_seconds": round(cairn_seconds, 3),
        "cedar_seconds": round(cedar_seconds, 3),
        "cairn_per_second": round(args.people / cairn_seconds),
        "cedar_per_second": round(args.people / cedar_seconds),
        "times_as_fast": round(cedar_seconds / cairn_seconds, 1),
    }
    if args.json:
        print(json.dumps(result))
        return
    print(f"{args.people:,} children in one request, {len(allowed):,} allowed by both")
    for engine, seconds in (("cairn", cairn_seconds), ("cedar", cedar_seconds)):
        print(f"{engine:8} {seconds:.3f} s  {round(args.people / seconds):,} children a second")
    print(f"Cairn is {result['times_as_fast']} times as fast.")


def generate_request(people: int, seed: int) -> tuple[Facts, UseRequest]:
    """Generate the example's facts with many more children like its first child, and a request."""
    rng = random.Random(seed)
    example_facts = serialization.load_fact(
        Facts, json.loads((EXAMPLE / "facts.json").read_text("utf-8"))
    )
    example_request = serialization.load_fact(
        UseRequest, json.loads((EXAMPLE / "view.json").read_text("utf-8"))
    )
    children = tuple(
        _generate_child(f"{n:08x}", example_facts.people[0], rng) for n in range(people)
    )
    ids = tuple(child.id for child in children)
    request = replace(example_request, people=ids, elements=frozenset({ELEMENT}))
    return replace(example_facts, people=children), request


def _generate_child(child_id: str, template: PersonFact, rng: random.Random) -> PersonFact:
    """Generate a child; one in twenty lacks each of the things that a child may lack."""

    def is_lacking() -> bool:
        return rng.random() < 0.05

    opt_out = OptOutFact(child_id, OptOutScope.ALL_DISCRETIONARY, "2026-27", "river")
    consent = template.consents[0]
    child_consent = replace(
        consent,
        id=f"consent of {child_id}",
        child=child_id,
        signed_on=date(2026, 8, 1) + timedelta(rng.randrange(60)),
        verified_on=None if is_lacking() else date(2026, 10, 5),
        revoked_on=ON if is_lacking() else None,
        records=frozenset({"student.grade"}) if is_lacking() else frozenset({ELEMENT}),
        parties=frozenset({"mentors"}) if is_lacking() else consent.parties,
    )
    return replace(
        template,
        id=child_id,
        birth_date=date(2008, 6, 1) + timedelta(rng.randrange(4500)),
        organizations=frozenset({"river"}) if is_lacking() else template.organizations,
        consents=() if is_lacking() else (child_consent,),
        opt_outs=(opt_out,) if is_lacking() else (),
        hold="safety" if is_lacking() else "",
    )


def decide_with_cairn(facts: Facts, request: UseRequest) -> tuple[float, frozenset[str]]:
    """Decide with Cairn; return the seconds for the answer and its digest, and the allowed
    children."""
    gc.collect()  # what generating the children left behind is neither engine's work
    start = time.process_time()
    decision = decide_use(request, facts, ON)
    allowed, _digest = decision.included, decision.facts_hash
    return time.process_time() - start, allowed


def decide_with_cedar(facts: Facts) -> tuple[float, frozenset[str]]:
    """Decide with Cedar; return the seconds of its decisions alone, and the allowed children."""
    policies = cedarpy.PolicySet.from_str(CEDAR_POLICY)
    entities = cedarpy.Entities.from_json_str(json.dumps(list(_list_entities(facts))))
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
    gc.collect()
    start = time.process_time()
    results = cedarpy.is_authorized_batch(requests, policies, entities)
    seconds = time.process_time() - start
    pairs = zip(facts.people, results, strict=True)
    return seconds, frozenset(child.id for child, result in pairs if result.allowed)


def _list_entities(facts: Facts) -> Iterator[dict[str, Any]]:
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
            attributes["consent"] = _format_consent(consent)
        yield {"uid": {"type": "Child", "id": child.id}, "attrs": attributes, "parents": []}


def _format_consent(consent: WrittenConsent) -> dict[str, Any]:
    def count_days(value: date | None) -> int:
        return (value or date.max).toordinal()

    return {
        "signed": count_days(consent.signed_on),
        "verified": count_days(consent.verified_on),
        "ends": count_days(consent.ends),
        "revoked": count_days(consent.revoked_on),
        "records": sorted(consent.records),
        "purposes": sorted(consent.purposes),
        "parties": sorted(consent.parties),
    }


if __name__ == "__main__":
    main()
