"""Rows → facts: extracts, and what families, nations and schools have said about their children."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from cairn.dictionaries.queries import special_classes
from cairn.intake.storehouse import open_storehouse
from cairn.projects import facts as projects
from cairn.releases import left_out, sources
from cairn.releases.extract_rows import KEEPS, OPEN, WITHHOLDS
from cairn.releases.models import Extract, TextReading
from cairn.releases.sources import Sources
from cairn.rules.consent import OptOutFact
from cairn.rules.element import special_class
from cairn.rules.extract import people_digest, who_is_in
from cairn.rules.extract_fact import ExtractFact, TextFact
from cairn.rules.known import digest
from cairn.rules.nation import Nations, NationWord
from cairn.rules.project import ProjectFact
from cairn.rules.review import ReviewFact
from cairn.rules.rows import RowsFact
from cairn.rules.vocabulary import (
    Decider,
    ExtractState,
    NationAnswer,
    SpecialClass,
    StepAnswer,
    Verdict,
)
from cairn.warehouse.zones import FileRef, Storehouse


@dataclass(frozen=True, slots=True)
class Said:
    """What is on record on a day of the children whom an extract is drawn from."""

    opt_outs: tuple[OptOutFact, ...]
    rows: tuple[RowsFact, ...]
    nations: Nations


def extract(row: Extract, *, people_now: str = "") -> ExtractFact:
    """An extract with the reviews of its present round. ``people_now`` is worked out by
    `with_people`, where a decision rests on it."""
    project = projects.version(projects.standing(row.project))
    pilot = row.project.pilot
    fact = ExtractFact(
        id=str(row.pk),
        state=ExtractState(row.state),
        requester=str(row.requester_id),
        recipient=str(row.recipient_id),
        organization=row.organization.slug,
        project=project,
        agreements=sources.of_records(_records(row), _named(project), pilot=pilot).agreements,
        elements=frozenset(row.elements),
        reviews=tuple(
            ReviewFact(
                str(review.reviewer_id), Verdict(review.verdict), timezone.localdate(review.at)
            )
            for review in row.reviews.filter(round=row.round)
        ),
        alike=row.alike,
        people=row.people,
        people_now=people_now,
        beside=frozenset(map(str, row.beside)),
        received=frozenset(str(one.pk) for one in received(row)),
        link_until=row.link_until,
        fetched_on=timezone.localdate(row.fetched_at) if row.fetched_at else None,
        file=file_name(row),
    )
    return replace(fact, texts=texts(row, fact, row.texts.get("elements", {})))


def texts(
    row: Extract,
    fact: ExtractFact,
    counted: Mapping[str, int],
    keys: Collection[str] | None = None,
) -> tuple[TextFact, ...]:
    """How far the free text of an extract has been read: ``counted`` are the different texts of
    each element, ``keys`` those of them that count (all that were read, if not said)."""
    if not counted:
        return ()
    classes = special_classes(frozenset(counted), *sorted(fact.owners))
    prepared = {one["element"]: one.get("decided", "") for one in row.report.get("elements", ())}
    readings: dict[str, list[TextReading]] = defaultdict(list)
    for one in row.readings.exclude(verdict=OPEN).order_by("key"):
        if keys is None or one.key in keys:
            readings[one.element].append(one)
    return tuple(
        replace(
            _text(element, n, readings[element]),
            prepared=prepared.get(element, ""),
            classes=classes.get(element, frozenset()) | _own_classes(element),
        )
        for element, n in sorted(counted.items())
    )


def _own_classes(element: str) -> frozenset[SpecialClass]:
    own = special_class(element)
    return frozenset({own} if own else ())


def _text(element: str, n: int, readings: Collection[TextReading]) -> TextFact:
    return TextFact(
        element=element,
        texts=n,
        read=len(readings),
        withheld=sum(one.verdict == WITHHOLDS for one in readings),
        readers=frozenset(str(one.reader_id) for one in readings),
        on=max((timezone.localdate(one.at) for one in readings), default=None),
        left=sum(one.left for one in readings if one.verdict == KEEPS),
        decided=digest(*((one.key, one.verdict, str(one.masks)) for one in readings)),
    )


def with_people(row: Extract, on: date) -> ExtractFact:
    """As `extract`, with what families, nations and schools say of its children today."""
    fact = extract(row)
    store = open_storehouse()
    if _gone(row, store):
        return fact
    said = of_people(found(row, fact.project), fact, store, on)
    return extract(row, people_now=people(fact, said, on))


def _gone(row: Extract, store: Storehouse) -> bool:
    """Whether some of it was destroyed, with a delivery that it was made of."""
    refs = [FileRef.parse(ref) for ref in (*row.files.values(), *filter(None, (row.roster,)))]
    return any(store.manifest(ref).destroyed for ref in refs)


def people(fact: ExtractFact, said: Said, on: date) -> str:
    """The name of what decides who is in it."""
    answer = who_is_in(fact, said.opt_outs, said.rows, said.nations, fact.elements, on)
    return people_digest(answer, fact.agreements)


def found(row: Extract, project: ProjectFact) -> Sources:
    """The linked files that it is drawn from: of its record types, under the agreements of the
    project's leave and no other."""
    return sources.of_records(_records(row), _named(project), pilot=row.project.pilot)


def of_people(behind: Sources, fact: ExtractFact, store: Storehouse, on: date) -> Said:
    """What is on record of the children in the files."""
    pilot = fact.project.pilot
    return Said(
        left_out.opt_outs(store, pilot=pilot),
        sources.told(behind, store, on),
        Nations(_words(fact.project), left_out.members(store, pilot=pilot)),
    )


def received(row: Extract) -> list[Extract]:
    """The extracts of the same project that somebody has fetched, whoever it was: their children
    have the same codes."""
    rows = Extract.objects.filter(project=row.project, fetched_at__isnull=False)
    return list(rows.exclude(pk=row.pk).order_by("pk"))


def file_name(row: Extract) -> str:
    """What the file is called that its recipient keeps."""
    return f"{row.project.reference}-extract-{row.pk}.zip"


def _records(row: Extract) -> frozenset[str]:
    return frozenset(element.partition(".")[0] for element in row.elements)


def _named(project: ProjectFact) -> frozenset[str]:
    leave = project.authorization
    return frozenset(leave.agreements if leave else project.agreements)


def _words(project: ProjectFact) -> tuple[NationWord, ...]:
    """What nations have said of the project. A project asks for no condition of theirs that is not
    one of the project's own, which its leave waits for."""
    answers = {StepAnswer.APPROVE: NationAnswer.APPROVE}
    return tuple(
        NationWord(
            word.organization, answers.get(word.answer, NationAnswer.DECLINE), word.by, word.on
        )
        for word in project.words
        if word.decider is Decider.NATIONS and word.answer is not StepAnswer.COMMENT
    )
