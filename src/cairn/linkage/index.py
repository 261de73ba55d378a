"""The person index looks again at what is fresh, and at whatever that touches, and at nothing else.

Read, weigh, group, name, write: one transaction of the identities database. Records whose circle
nothing touched keep their person without being read.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db import transaction

from cairn.linkage import encodings, kinship, matching, writing
from cairn.linkage.among import among
from cairn.linkage.around import meeting, members
from cairn.linkage.bulk import IDENTITIES, batches, one_row, rows
from cairn.linkage.comparing import Keys, Weighed, comparing, keys
from cairn.linkage.decided import Decided, decided
from cairn.linkage.found import Found
from cairn.linkage.models import Link, Record, SourceId, Statement
from cairn.linkage.naming import named
from cairn.linkage.sealing import Sealer
from cairn.linkage.statements import opened, rows_of, said_of
from cairn.warehouse.linking.model import Model
from cairn.warehouse.linking.standard import standardize
from cairn.warehouse.linking.training import drift
from cairn.warehouse.person.circles import beyond, circles, inside
from cairn.warehouse.person.difference import Difference, difference

_GROWN: Final = 1.25
"""So many times the records to which its model was fitted the index may hold."""
_WHOLE: Final = 2
"""With so many standing records for each fresh one, a look at what is touched suffices."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What one look changed: ``sources`` are those whose rows find other people than before;
    ``drift`` is the most that any agreement's worth moved, in bits, where it was measured anew;
    ``beyond`` what ``circles.beyond`` counts, where everything was weighed."""

    looked_at: int = 0
    new_people: int = 0
    whole: bool = False
    sources: frozenset[str] = frozenset()
    drift: float = 0.0
    beyond: Mapping[float, int] = field(default_factory=dict)


@transaction.atomic(using=IDENTITIES, savepoint=False)
def settle(
    sealer: Sealer, at: datetime, *, by: str = "", whole: bool = False, delivered: bool = False
) -> Settled:
    """Make the index say what evidence and decisions say today; what that changed.

    ``whole``: weigh all records anew, with a model that is fitted anew. So it is after a delivery
    (``delivered``) by which the index outgrew its model; one child whom somebody types in waits
    for no such thing, nor for encodings, which are compared with one another alone.
    """
    found = _settled(sealer, at, by=by, whole=whole, delivered=delivered)
    if not delivered and not whole:
        return found
    looked_at, wrote = encodings.settle(sealer, at, by=by, whole=whole)
    return replace(
        found,
        looked_at=found.looked_at + looked_at,
        new_people=found.new_people + wrote.new_people,
        sources=found.sources | wrote.sources,
    )


def _settled(sealer: Sealer, at: datetime, *, by: str, whole: bool, delivered: bool) -> Settled:
    """The same of all records that came in the clear."""
    fresh, live = _fresh()
    fitted = matching.fitted(sealer)
    whole = whole or fitted is None or _mostly_new(len(live))
    whole = whole or (delivered and fitted is not None and _outgrown(len(live), fitted.model))
    if not fresh and not whole:
        return Settled()
    if whole or fitted is None:
        look, model = _at_all(sealer, at)
        fresh |= set(look.order)
    else:
        look, model = _at_touched(fresh, live, fitted.model, sealer), fitted.model
    found = _found(look)
    wrote = writing.write(found, fresh, look.keys, look.said, sealer, at, by)
    kinship.touched(found, live, fresh)
    anew = fitted and model and model is not fitted.model
    moved = drift(fitted.model, model) if fitted and model and anew else 0.0
    weighed = look.weighed
    far = beyond(weighed.pairs, np.array(found.circle), weighed.person) if whole else {}
    return Settled(len(look.order), wrote.new_people, whole, wrote.sources, moved, far)


def follow(sealer: Sealer, at: datetime, *, by: str = "") -> bool:
    """As ``settle``, for somebody who waits at a page. False where the next look ``waits`` for the
    worker: then nothing is done, and what is fresh stays so until the next linking."""
    if waits(sealer):
        return False
    settle(sealer, at, by=by)
    return True


def waits(sealer: Sealer) -> bool:
    """Whether the next look is too long for a page: records are compared otherwise than when the
    index was weighed, so that all of it must be, or a delivery came at which nobody looked yet."""
    return matching.outdated(sealer) or len(rows(_MANY_FRESH, _IN_A_PAGE + 1)) > _IN_A_PAGE


_IN_A_PAGE: Final = 1_000
"""So many fresh records are looked at while somebody waits at a page."""
_MANY_FRESH: Final = "SELECT 1 FROM linkage_record WHERE fresh AND mark = '' LIMIT %s"


@dataclass(frozen=True, slots=True)
class _Look:
    """The records looked at: number → key in the order of the keys, all that is said of them, the
    blocking keys of the fresh ones, and who is who."""

    order: Mapping[int, str]
    said: Iterable[Mapping[str, Any]]
    keys: Keys
    weighed: Weighed
    verdicts: Decided


def _at_all(sealer: Sealer, at: datetime) -> tuple[_Look, Model | None]:
    """Every record, by a model that is fitted to them: that one too; of nobody, none."""
    said, verdicts = _everything(sealer)
    order = _order(zip(*(said[name].to_pylist() for name in ("number", "record_key")), strict=True))
    standard = standardize(said)
    weighed, model = matching.fit(standard, sealer, at, *_decisions(verdicts, order))
    return _Look(order, rows_of(said), keys(standard, sealer), weighed, verdicts), model


def _everything(sealer: Sealer) -> tuple[pa.Table, Decided]:
    """All that is said of all records, and every decision."""
    clear = Statement.objects.filter(record__mark="")
    numbers = sorted(set(clear.values_list("record_id", flat=True).distinct()))
    return opened(numbers, sealer), decided(numbers)


def _at_touched(fresh: set[int], live: set[int], model: Model, sealer: Sealer) -> _Look:
    """The records of which something new is said, and those in the circles that this touches."""
    verdicts = decided(fresh)
    touched = fresh | verdicts.records
    records = comparing(len(live), model)
    said = _said(live, sealer)
    records.add([row for rows in said.values() for row in rows])
    names = {rows[0]["record_key"]: number for number, rows in said.items()}
    met_by = records.keys(sealer)
    met = _said(meeting(met_by, touched), sealer)
    records.add([row for rows in met.values() for row in rows])
    number_of = {rows[0]["record_key"]: number for number, rows in met.items()}
    near = members({*(number_of[name] for name in records.tied(names)), *touched}) - fresh
    rest = _said(near - met.keys(), sealer)
    records.add([row for rows in rest.values() for row in rows])
    said |= {number: rows for number, rows in (met | rest).items() if number in near}
    order = _order((number, rows[0]["record_key"]) for number, rows in said.items())
    weighed = records.weighed(list(order.values()), *_decisions(verdicts, order))
    every = [row for rows in said.values() for row in rows]
    return _Look(order, every, met_by, weighed, verdicts)


def _said(numbers: Iterable[int], sealer: Sealer) -> dict[int, list[dict[str, Any]]]:
    """Record → all that is said of it."""
    found: dict[int, list[dict[str, Any]]] = {}
    for row in said_of(sorted(numbers), sealer):
        found.setdefault(row["number"], []).append(row)
    return found


def _order(records: Iterable[tuple[int, str]]) -> dict[int, str]:
    """The number and the key of each record, in the order of the keys."""
    return dict(sorted(set(records), key=itemgetter(1)))


def _mostly_new(fresh: int) -> bool:
    """Whether there are few standing records for so many fresh ones; counts no further."""
    enough, others = _WHOLE * fresh, encodings.looked_at()
    (standing,) = one_row(_STANDING, enough + others)
    return int(standing) - others < enough


_STANDING: Final = """
SELECT count(*) FROM (SELECT 1 FROM linkage_link WHERE until IS NULL LIMIT %s) standing
"""


def _outgrown(come: int, model: Model) -> bool:
    """Whether so many records more than the model was fitted to stand, or came."""
    standing = Link.objects.filter(until__isnull=True).count() - encodings.looked_at()
    return standing + come > _GROWN * model.records


def shadow(sealer: Sealer) -> tuple[Difference, str, float]:
    """What would change if everything were linked anew, by a model fitted anew; nothing does.
    The version of that model, and the most that any agreement's worth would move, in bits."""
    said, verdicts = _everything(sealer)
    order = _order(zip(*(said[name].to_pylist() for name in ("number", "record_key")), strict=True))
    names = list(order.values())
    then, model = matching.beside(standardize(said), *_decisions(verdicts, order))
    version = matching.version(model.to_json()) if model else ""
    fitted = matching.fitted(sealer)
    moved = drift(fitted.model, model) if fitted and model else 0.0
    return difference(people(names), dict(zip(names, then.tolist(), strict=True))), version, moved


def look_at(numbers: Iterable[int]) -> None:
    """Lets the next look be at these records, though nothing new is said of them."""
    for batch in batches(numbers):
        Record.objects.filter(pk__among=among(batch)).update(fresh=True)


def people(keys: Iterable[str]) -> dict[str, str]:
    """Record key, or key of an id at a source, → the person that it is of today: of an id that
    stands for somebody with a name, that one, else whoever came encoded under it."""
    found: dict[str, str] = {}
    encoded = encodings.looked_at() > 0
    for batch in batches(keys):
        found.update(
            Link.objects.filter(record__key__among=among(batch), until__isnull=True).values_list(
                "record__key", "person_id"
            )
        )
        found.update(_standing_for(batch))
        if encoded:
            others = {encodings.anchor(key): key for key in batch if key not in found}
            found.update({others[key]: p for key, p in _standing_for(others)})
    return found


def _standing_for(ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Key of an id → the person for whom it stands."""
    rows = SourceId.objects.filter(key__among=among(ids), person__isnull=False)
    yield from rows.values_list("key", "person_id")


def _fresh() -> tuple[set[int], set[int]]:
    """The records to look at again, and those of them of which anything is said."""
    found = dict(rows(_FRESH))
    return set(found), {number for number, said in found.items() if said}


_FRESH: Final = """
SELECT id, EXISTS (SELECT 1 FROM linkage_statement said WHERE said.record_id = linkage_record.id)
FROM linkage_record WHERE fresh AND mark = ''
"""


def _found(look: _Look) -> Found:
    """Who is who among the records looked at, and in whose circle."""
    weighed, ordered, names = look.weighed, list(look.order), list(look.order.values())
    together, _ = _decisions(look.verdicts, look.order)
    circle = circles(weighed.pairs, weighed.twins, len(names), together)
    standing = writing.standing(ordered)
    # A record under an id that stood for somebody: her name was corrected, no more.
    known_as = writing.by_id(n for n in ordered if n not in standing)
    ids = named(names, weighed.person, ordered, standing, known_as)
    return Found(
        names=names,
        numbers=ordered,
        people=ids,
        circle=circle.tolist(),
        group=weighed.person.tolist(),
        pairs=inside(weighed.pairs, circle),
        standing=standing,
    )


def _decisions(
    verdicts: Decided, order: Iterable[int]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """What people decided of these records, by their places: always, and never, one child."""
    place = {number: n for n, number in enumerate(order)}
    return _places(verdicts.always, place), _places(verdicts.never, place)


def _places(pairs: Iterable[tuple[int, int]], place: Mapping[int, int]) -> npt.NDArray[np.int64]:
    both = [(place[a], place[b]) for a, b in pairs if a in place and b in place]
    return np.array(both, np.int64).reshape(-1, 2).T
