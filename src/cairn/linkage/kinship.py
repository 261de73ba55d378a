"""The stored facts of who lives with whom: made anew for whomever a change touched, and them alone.

The index notes whom it touched (`touched`) and goes on; `refresh` does the work, at the end of a
run and before a reviewer looks. It follows stays (`stays`), links (`whose`) and reviewers' words
(`related`), so that the order of deliveries, merges and partings leave the same facts as those
that would be made of everything at once.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from cairn.linkage import related, stays
from cairn.linkage.among import among
from cairn.linkage.bulk import BATCH, IDENTITIES, batches, insert, moment, rows, tell
from cairn.linkage.found import Found
from cairn.linkage.models import Relationship, Stay
from cairn.linkage.sealing import Sealer
from cairn.linkage.whose import people_of, records_of
from cairn.warehouse.linking.blocking import CEILING
from cairn.warehouse.person.relations import FAMILIES, Relation, relations


def touched(found: Found, live: Collection[int], fresh: Collection[int]) -> None:
    """Note whose relationships a look of the index touched: of ``live`` records something new is
    said, of those ``fresh`` ones that were not found nothing any more; others changed hands."""
    held = found.standing
    moved = {
        number
        for number, person in zip(found.numbers, found.people, strict=True)
        if (was := held.get(number)) is None or was.link is None or was.last != person
    }
    tell(_OF_RECORDS, sorted(moved.union(live, set(fresh).difference(found.numbers))))


def wait(people: Iterable[str]) -> None:
    """Note that the relationships of these people are to be looked at again."""
    tell(_PEOPLE, sorted(people))


_OF_RECORDS: Final = """
INSERT INTO linkage_relationshipwaiting (person_id)
SELECT DISTINCT person_id FROM linkage_link WHERE record_id AMONG ON CONFLICT DO NOTHING
"""
_PEOPLE: Final = """
INSERT INTO linkage_relationshipwaiting (person_id)
SELECT id FROM linkage_person WHERE id AMONG ON CONFLICT DO NOTHING
"""


@transaction.atomic(using=IDENTITIES)
def withdraw(deliveries: Iterable[int]) -> None:
    """Forget what these deliveries stated of homes, as if they had never come."""
    gone = Stay.objects.filter(delivery__among=among(deliveries))
    _forget(dict(gone.values_list("pk", "record_id")))


@transaction.atomic(using=IDENTITIES)
def leave(records: Iterable[int]) -> None:
    """Forget all that these records ever stated of homes; they, and what reviewers said of them,
    are about to be forgotten."""
    for batch in batches(records):
        people = set(people_of(batch).values())
        wait({*people, *spoken_of(people)})
        gone = Stay.objects.filter(record__among=among(batch))
        _forget(dict(gone.values_list("pk", "record_id")))


def _forget(record_of: dict[int, int]) -> None:
    changed = stays.forget(record_of)
    wait({*people_of(set(record_of.values())).values(), *_sharing(changed)})


def refresh(sealer: Sealer, at: datetime) -> int:
    """Make the facts of all who wait anew; how many waited. Where it is stopped, the rest wait."""
    done = 0
    while waiting := [person for (person,) in rows(_WAITING, BATCH)]:
        _refresh(waiting, sealer, at)
        done += len(waiting)
    return done


def follow(people: Collection[str], sealer: Sealer, at: datetime) -> bool:
    """As ``refresh``, for somebody who waits at a page. False where too many wait for a page: then
    the facts of these people alone are made anew, and the rest is the worker's."""
    if len(waiting := [person for (person,) in rows(_WAITING, _IN_A_PAGE + 1)]) <= _IN_A_PAGE:
        _refresh({*waiting, *people}, sealer, at)
        return True
    _refresh(people, sealer, at)
    return False


_WAITING: Final = "SELECT person_id FROM linkage_relationshipwaiting ORDER BY person_id LIMIT %s"
_IN_A_PAGE: Final = 500
"""The relationships of so many people are made anew while somebody waits at a page."""


@transaction.atomic(using=IDENTITIES)
def _refresh(waiting: Collection[str], sealer: Sealer, at: datetime) -> None:
    changed = stays.follow(records_of(waiting), sealer, at)
    about = {*waiting, *_sharing(changed)}
    about |= spoken_of(about)
    mine = records_of(about)
    values = stays.values_of(mine)
    homes = {value for value, often in stays.bearers(values).items() if often <= CEILING}
    near = {*about, *people_of(stays.records_with(homes)).values()}
    known = stays.stays(records_of(near), homes, sealer)
    _keep(about, relations(about, known, related.words(about)), sealer)
    tell("DELETE FROM linkage_relationshipwaiting WHERE person_id AMONG", waiting)


def spoken_of(people: Collection[str]) -> set[str]:
    """Of whom reviewers' words about these people speak."""
    return {who for word in related.words(people) for who in (word.one, word.other)} - {""}


def _sharing(changed: Counter[int]) -> set[str]:
    """The people who share a value that came or went with somebody, where it may have become a
    household's by that, or too many records' or families' to be one. Fewer records than that are
    fewer families, before and after."""
    often = stays.bearers(changed)
    near = [
        value
        for value, many in often.items()
        if many <= CEILING + changed[value] and many + changed[value] >= FAMILIES
    ]
    return set(people_of(stays.records_with(near)).values())


def _keep(about: Collection[str], found: Iterable[Relation], sealer: Sealer) -> None:
    """Keep these facts in the place of those that were held about these people."""
    wanted = {_row(one): one for one in found}
    held: dict[tuple[Any, ...], int] = {}
    for batch in batches(sorted(about)):
        mine = Q(one__among=among(batch)) | Q(other__among=among(batch))
        for pk, *row, sources, grounds in Relationship.objects.filter(mine).values_list(
            "pk", "kind", "one_id", "other_id", "guardian", "since", "until", "verdict_id",
            "sources", "grounds",
        ):  # fmt: skip
            held[*row, tuple(sources), tuple(grounds)] = pk
    gone = [pk for row, pk in held.items() if row not in wanted]
    tell("DELETE FROM linkage_relationship WHERE id AMONG", gone)
    new = [(row, one.name) for row, one in wanted.items() if row not in held]
    insert(Relationship, _COLUMNS, (_written(row, name, sealer) for row, name in new))


_COLUMNS: Final = (
    "kind", "one_id", "other_id", "guardian", "since", "until", "verdict_id", "sources", "grounds",
    "sealed",
)  # fmt: skip


def _row(one: Relation) -> tuple[Any, ...]:
    return (
        one.kind.value, one.one, one.other or None, one.guardian, one.since, one.until,
        one.verdict or None, one.sources, tuple(ground.value for ground in one.grounds),
    )  # fmt: skip


def _written(row: tuple[Any, ...], name: str, sealer: Sealer) -> tuple[Any, ...]:
    """A new row as the database wants it, with a guardian's name sealed."""
    kind, one, other, guardian, since, until, verdict, sources, grounds = row
    ends = None if until is None else moment(until)
    sealed = related.sealed_name(guardian, name, sealer)
    texts = json.dumps(sources), json.dumps(grounds)
    return (kind, one, other, guardian, moment(since), ends, verdict, *texts, sealed)
