"""Who a person of the index lives with, by what records state: for reviewers alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cairn.disclosures.queries import names
from cairn.intake.storehouse import key_ring
from cairn.linkage import matching
from cairn.linkage.among import among
from cairn.linkage.models import BlockingKey, Link, Person, Record, Statement
from cairn.linkage.queries.sheet import standing_records
from cairn.linkage.sealing import Sealer
from cairn.linkage.statements import opened
from cairn.warehouse.linking.blocking import CEILING, household_keys
from cairn.warehouse.linking.standard import standardize
from cairn.warehouse.person.relations import Kin, Relation, Stated, relations

KINS = {
    Kin.GUARDIAN: _("guardian, as stated"),
    Kin.TWIN: _("likely her twin: one birth date, one family"),
    Kin.SIBLING: _("likely her brother or sister"),
    Kin.HOUSEHOLD: _("the same address or guardian"),
}


@dataclass(frozen=True, slots=True)
class Relative:
    """A fact as the page says it. ``person``: whose page it leads to; none of a guardian."""

    kind: str | Promise
    name: str
    person: str
    sources: tuple[str, ...]
    since: date


def relatives(row: Person) -> list[Relative]:
    """The household, siblings and guardians of a person, made from what stands now."""
    called = names()
    return [
        Relative(
            KINS[one.kind],
            one.other.title() if one.kind is Kin.GUARDIAN else "",
            "" if one.kind is Kin.GUARDIAN else one.other,
            tuple(called.get(source, source) for source in one.sources),
            one.since,
        )
        for one in facts_of(row.pk)
    ]


def facts_of(person: str) -> tuple[Relation, ...]:
    """The same as facts, by random ids."""
    sealer = Sealer(key_ring())
    fitted = matching.fitted(sealer)
    shared = fitted.model.shared if fitted else frozenset[str]()
    numbers = standing_records(person)
    mine = [replace(one, home=one.home - shared) for one in _stated(numbers, sealer)]
    near = _near({value for one in mine for value in one.home}, sealer) - set(numbers)
    theirs = [replace(one, home=one.home - shared) for one in _stated(sorted(near), sealer)]
    return relations(person, [*mine, *theirs])


def _near(home: Iterable[str], sealer: Sealer) -> set[int]:
    """Records of whom an address or guardian is the same; a value of too many is no home's."""
    bearers: dict[int, set[int]] = defaultdict(set)
    keys = [sealer.blocking(text) for text in household_keys(home)]
    rows = BlockingKey.objects.filter(key__among=among(keys))
    for key, record in rows.values_list("key", "record_id"):
        bearers[key].add(record)
    return {r for found in bearers.values() if len(found) <= CEILING for r in found}


def _stated(numbers: list[int], sealer: Sealer) -> Iterator[Stated]:
    """What the standing ones of these records state."""
    standing = Link.objects.filter(record__among=among(numbers), until__isnull=True)
    person_of = dict(standing.values_list("record_id", "person_id"))
    key_of = dict(Record.objects.filter(pk__among=among(person_of)).values_list("key", "pk"))
    since: dict[int, date] = {}
    rows = Statement.objects.filter(record__among=among(person_of)).order_by("-since")
    for record, at in rows.values_list("record_id", "since"):
        since[record] = timezone.localdate(at)
    for row in standardize(opened(sorted(person_of), sealer)).to_pylist():
        number = key_of[row["record_key"]]
        yield Stated(
            person_of[number],
            row["source"],
            since[number],
            row["birth_date"],
            frozenset(row["family_words"]),
            frozenset(row["household"]),
        )
