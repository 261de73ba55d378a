"""The long work of an extract: mart, only its years, coarser forms, sealed tables. In no
transaction; every step writes new files, so a run that was cut short harms nothing."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit.work import StoppedError
from cairn.dictionaries.queries import dictionaries
from cairn.disclosure.microdata.anonymity import AnonymityRule, CannotBeAnonymousError
from cairn.disclosure.microdata.extract import AS_IT_IS, Assembled, Rows, assemble
from cairn.disclosure.microdata.shift import Shifts
from cairn.disclosures import log as disclosures
from cairn.intake.storehouse import key_ring, open_storehouse
from cairn.releases import left_out
from cairn.releases.checking import Progress
from cairn.releases.extracts import facts, texts
from cairn.releases.extracts.texts import Written
from cairn.releases.extracts.treating import FREE_TEXT, treatments
from cairn.releases.models import Extract
from cairn.rules.actor import Actor
from cairn.rules.decision import Permit
from cairn.rules.element import IMPERSONAL_RECORDS
from cairn.rules.extract import may_prepare_extract
from cairn.rules.extract_fact import LEAST, ExtractFact
from cairn.warehouse import extracted, free_text, mart
from cairn.warehouse.elements import DAYS_OF_LIFE, Type, record_type
from cairn.warehouse.extracted import PERSON, Roster, Table
from cairn.warehouse.project_codes import ProjectCodes
from cairn.warehouse.pseudonym import Pseudonyms
from cairn.warehouse.zones import FileRef, Storehouse

WITHOUT_YEAR: Final = (
    "Nobody can say which of its rows are of the approved years: ask for its school year too."
)
NOT_THERE: Final = "No record of it has arrived under the project's agreements."
_MOST_WEEKS: Final = 26
_SUMMER: Final = 7


class NothingToExtract(StoppedError):
    """No child is in it; the message says what to look at."""


class CannotBeMadeSafe(StoppedError):
    """No coarser form meets the rule; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What preparing made of an extract; ``keys`` are those of the texts to be read."""

    agreements: tuple[str, ...]
    report: dict[str, Any]
    files: Mapping[str, str]
    roster: FileRef
    texts: Mapping[str, Any]
    keys: frozenset[str]
    people: str
    beside: tuple[int, ...]
    alike: int


def run(row: Extract, *, who: Actor, by: User, at: datetime, progress: Progress) -> Prepared:
    """Assembles an extract. Raises ``Refused``, ``NothingToExtract``, ``CannotBeMadeSafe``."""
    store, on = open_storehouse(), timezone.localdate(at)
    fact = facts.extract(row)
    behind = facts.found(row, fact.project)
    progress.step("Gathering what the project's leave allows")
    said = facts.of_people(behind, fact, store, on)
    decision = may_prepare_extract(
        fact, who, on, opt_outs=said.opt_outs, rows=said.rows, nations=said.nations
    )
    permit = decision.require()
    disclosures.record(
        decision,
        by=by,
        at=at,
        parties=[row.organization.slug],
        interest=f"to prepare the extract “{row.title}” of {row.project.reference}",
    )
    earlier = facts.received(row)
    with ProjectCodes(settings.CAIRN_DATA, key_ring()).held(row.project.reference) as book:
        pseudonyms = Pseudonyms(book.codes)
        marts = mart.build(
            store, behind.refs, permit=permit, pseudonyms=pseudonyms, rows=behind.rows
        )
        book.codes = dict(pseudonyms)
        progress.step("Making each child one of many")
        tables, without = _tables(store, marts, permit, _years(row))
        shifts = Shifts(_MOST_WEEKS, secrets.randbelow, book.weeks)
        made = _assembled(row, fact.least, tables, shifts, on, _classes(store, earlier))
        book.weeks = shifts.weeks
    progress.step("Sealing it")
    written = _written(row, fact, made, tables, pseudonyms)
    sealed = texts.with_columns(made.tables, written.columns)
    known_as = left_out.keys(behind.parts, store)
    keys = {code: tuple(sorted(known_as.get(one, ()))) for one, code in pseudonyms.items()}
    refs, roster = extracted.write(
        store,
        {name: _table(name, rows) for name, rows in sealed.items() if rows.columns},
        Roster(made.classes, keys),
        permit=permit,
        inputs=sorted(marts),
        note={"extract": str(row.pk)},
    )
    to_read = _sealed(store, row, written, permit, sorted(marts))
    missing = {e: NOT_THERE for e in permit.elements if e.partition(".")[0] not in tables}
    return Prepared(
        agreements=permit.agreements,
        report=_report(
            replace(made, tables=sealed),
            without | {e: w for e, w in missing.items() if e not in without},
            written.told,
            on,
        ),
        files={name: str(ref) for name, ref in refs.items()},
        roster=roster,
        texts=to_read,
        keys=frozenset(one.key for one in written.texts),
        people=facts.people(fact, said, on),
        beside=tuple(one.pk for one in earlier),
        alike=made.smallest,
    )


def _written(
    row: Extract,
    fact: ExtractFact,
    made: Assembled,
    tables: Mapping[str, Rows],
    codes: Mapping[str, str],
) -> Written:
    """What is to be done with what people wrote about the children who are in it."""
    free = [one.element for one in made.done if one.why == FREE_TEXT]
    people = [person for person, code in codes.items() if code in made.classes]
    return texts.written(row, fact, texts.raw(made, tables, free), people)


def _sealed(
    store: Storehouse, row: Extract, written: Written, permit: Permit, inputs: list[FileRef]
) -> dict[str, Any]:
    """The texts, sealed to be read, and how many there are of each element."""
    if not written.texts:
        return {}
    note = {"extract": str(row.pk)}
    ref = free_text.write(store, written.texts, permit=permit, inputs=inputs, note=note)
    return {"file": str(ref), "elements": Counter(one.element for one in written.texts)}


def _years(row: Extract) -> tuple[str, str]:
    leave = facts.extract(row).project.authorization
    return (leave.first_year, leave.last_year) if leave else ("", "")


def _tables(
    store: Storehouse, marts: Iterable[FileRef], permit: Permit, years: tuple[str, str]
) -> tuple[dict[str, Rows], dict[str, str]]:
    """The tables of the approved years, and the elements that are left out with the reason."""
    found: dict[str, Rows] = {}
    without: dict[str, str] = {}
    for ref in marts:
        name = store.manifest(ref).note["record"]
        if name in IMPERSONAL_RECORDS:
            continue
        rows = _rows(
            store,
            ref,
            [e.partition(".")[2] for e in sorted(permit.elements) if e.startswith(f"{name}.")],
        )
        in_years = _in_years(name, rows, years)
        if in_years is None:
            without |= {f"{name}.{column}": WITHOUT_YEAR for column in rows.columns}
        else:
            found[name] = in_years
    yearly = [rows for name, rows in found.items() if _year_columns(name)]
    if yearly:
        there = {child for rows in yearly for child in rows.children}
        found = {
            name: _only(rows, [c in there for c in rows.children]) for name, rows in found.items()
        }
    if not any(rows.children for rows in found.values()):
        raise NothingToExtract(
            "No child is in it. Look whether the records of its elements and years have arrived "
            "under the project's agreements, and whether people were linked since."
        )
    return found, without


def _rows(store: Storehouse, ref: FileRef, columns: Iterable[str]) -> Rows:
    table = store.read(ref)
    there = [name for name in columns if name in table.column_names]
    return Rows(
        tuple(table.column(mart.PERSON).to_pylist()),
        {name: tuple(table.column(name).to_pylist()) for name in there},
    )


def _year_columns(record: str) -> list[str]:
    """The columns by which a record's rows belong to a school year."""
    fields = record_type(record).fields.values()
    years = [f.name for f in fields if f.type is Type.SCHOOL_YEAR]
    days = [f.name for f in fields if f.type is Type.DATE and f.name not in DAYS_OF_LIFE]
    return years or days


def _in_years(record: str, rows: Rows, years: tuple[str, str]) -> Rows | None:
    """The rows of the approved years; None where no column that may be used tells."""
    columns = _year_columns(record)
    if not columns:
        return rows
    used = next((name for name in columns if name in rows.columns), None)
    if used is None:
        return None
    first, last = years
    stays = [year is not None and first <= year <= last for year in map(_year, rows.columns[used])]
    return _only(rows, stays)


def _year(value: object) -> str | None:
    if isinstance(value, date):
        begins = value.year - (value.month < _SUMMER)
        return f"{begins}-{(begins + 1) % 100:02}"
    return None if value is None else str(value)


def _only(rows: Rows, stays: Collection[bool]) -> Rows:
    def kept(column: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(v for v, stay in zip(column, stays, strict=True) if stay)

    return Rows(kept(rows.children), {name: kept(c) for name, c in rows.columns.items()})


def _classes(store: Storehouse, earlier: Iterable[Extract]) -> dict[str, list[int]]:
    """Each child's class in every extract that the project has received; -1 where it was in none
    of that one."""
    found: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(earlier):
        for child, number in extracted.read_roster(
            store, FileRef.parse(one.roster)
        ).classes.items():
            mine = found[child]
            mine += [-1] * (at - len(mine)) + [number]
    return found


def _assembled(
    row: Extract,
    least: int,
    tables: Mapping[str, Rows],
    shifts: Shifts,
    on: date,
    earlier: Mapping[str, list[int]],
) -> Assembled:
    rule = AnonymityRule(k=max(row.k, least, LEAST), l=row.diverse)
    elements = [f"{name}.{column}" for name, rows in tables.items() for column in rows.columns]
    owners = sorted(facts.extract(row).owners)
    treated = treatments(elements, dictionaries(*owners), tables)
    try:
        return assemble(tables, treated, rule, shifts, on, earlier)
    except CannotBeAnonymousError as cannot:
        raise CannotBeMadeSafe(str(cannot)) from None


def _table(record: str, rows: Rows) -> Table:
    fields = record_type(record).fields
    kinds = {
        name: extracted.kind_of(values, codes=fields[name].codes)
        for name, values in rows.columns.items()
    }
    columns = {PERSON: rows.children, **rows.columns}
    return Table(columns, {PERSON: extracted.kind_of(["-"], codes={}), **kinds})


def _report(
    made: Assembled,
    without: Mapping[str, str],
    told: Mapping[str, Mapping[str, Any]],
    on: date,
) -> dict[str, Any]:
    """What its reviewer and its recipient read: names of elements and counts, never a value."""
    done = [
        {
            "element": d.element,
            "how": d.how.value,
            "form": d.form,
            "why": d.why,
            **told.get(d.element, {}),
        }
        for d in made.done
    ]
    left = [{"element": e, "how": "withhold", "form": "", "why": why} for e, why in without.items()]
    risk = made.risk
    return {
        "on": on.isoformat(),
        "elements": sorted([*done, *left], key=lambda one: one["element"]),
        "rows": {name: len(rows.children) for name, rows in made.tables.items() if rows.columns},
        "children": made.children,
        "left_out": made.left_out,
        "lost": round(made.lost, 4),
        "smallest": made.smallest,
        "risk": {
            "prosecutor": round(risk.prosecutor, 4),
            "average": round(risk.prosecutor_average, 4),
            "journalist": round(risk.journalist, 4),
            "marketer": round(risk.marketer, 4),
        },
        "rare": [
            {
                "elements": list(one.elements),
                "combinations": one.combinations,
                "children": len(one.rows),
            }
            for one in made.rare
        ],
        "as_it_is": AS_IT_IS,
    }
