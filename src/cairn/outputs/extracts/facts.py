"""Turn rows of extracts into facts, with what families, nations and schools have on record."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from cairn.governance.dictionaries.api import find_special_classes
from cairn.governance.projects.api import find_current_versions, load_version_facts
from cairn.outputs.releases import api as releases_api
from cairn.platform.actions.api import open_request_cache
from cairn.platform.storage.api import open_file_store
from cairn.policy.checks import compute_people_digest, find_extract_people
from cairn.policy.engine import digest_facts
from cairn.policy.facts import (
    ExtractFact,
    NationDecisionFact,
    NationFacts,
    OptOutFact,
    ProjectFact,
    ReviewFact,
    RowsFact,
    TextFact,
)
from cairn.policy.law import find_special_class
from cairn.policy.vocabulary import (
    Decider,
    ExtractState,
    NationAnswer,
    ReviewVerdict,
    SpecialClass,
    StepAnswer,
)
from cairn.warehouse.store import FileRef, FileStore


@dataclass(frozen=True, slots=True)
class ExtractPopulationFacts:
    """The records, on a day, of the children that an extract is drawn from."""

    opt_outs: tuple[OptOutFact, ...]
    rows: tuple[RowsFact, ...]
    nations: NationFacts


def load_extract_projects(rows: Iterable[releases_api.Extract]) -> dict[int, ProjectFact]:
    """Load the facts of the projects of extracts by primary key, all at once and each once."""
    projects = {row.project_id: row.project for row in rows}
    versions = find_current_versions(projects.values())
    return dict(zip(projects, load_version_facts(versions), strict=True))


def load_extract_fact(
    row: releases_api.Extract, *, people_now: str = "", project: ProjectFact | None = None
) -> ExtractFact:
    """Return the fact of an extract, with the reviews of its current round.

    `people_now` is computed by `load_extract_fact_with_people`, for decisions that depend on it.
    `project` is the fact of its project, for pages with many extracts.
    """
    project = project or load_extract_projects([row])[row.project_id]
    pilot = row.project.pilot
    fact = ExtractFact(
        id=str(row.pk),
        state=ExtractState(row.state),
        requester=str(row.requester_id),
        recipient=str(row.recipient_id),
        organization=row.organization.slug,
        project=project,
        agreements=releases_api.find_record_sources(
            _list_record_types(row), _list_agreement_references(project), pilot=pilot
        ).agreements,
        elements=frozenset(row.elements),
        reviews=tuple(
            ReviewFact(
                str(review.reviewer_id),
                ReviewVerdict(review.verdict),
                timezone.localdate(review.at),
            )
            for review in row.reviews.all()
            if review.round == row.round
        ),
        alike=row.alike,
        people=row.people,
        people_now=people_now,
        beside=frozenset(map(str, row.beside)),
        received=_list_fetched_ids(row),
        link_until=row.link_until,
        fetched_on=timezone.localdate(row.fetched_at) if row.fetched_at else None,
        file=get_extract_file_name(row),
    )
    return replace(fact, texts=load_text_facts(row, fact, row.texts.get("elements", {})))


def load_text_facts(
    row: releases_api.Extract,
    fact: ExtractFact,
    counted: Mapping[str, int],
    keys: Collection[str] | None = None,
) -> tuple[TextFact, ...]:
    """Return how much of the free text of an extract has been read.

    Args:
        row: the extract.
        fact: its fact.
        counted: the number of distinct texts by element.
        keys: the texts that count; None means every text that was read.
    Returns:
        One fact for each element, ordered by element.
    """
    if not counted:
        return ()
    classes = find_special_classes(frozenset(counted), *sorted(fact.owners))
    digests_prepared = {
        entry["element"]: entry.get("decided", "") for entry in row.report.get("elements", ())
    }
    readings: dict[str, list[releases_api.TextReading]] = defaultdict(list)
    for entry in row.readings.exclude(verdict=releases_api.TEXT_OPEN).order_by("key"):
        if keys is None or entry.key in keys:
            readings[entry.element].append(entry)
    return tuple(
        replace(
            _build_text_fact(element, text_count, readings[element]),
            prepared=digests_prepared.get(element, ""),
            classes=classes.get(element, frozenset()) | _list_catalog_classes(element),
        )
        for element, text_count in sorted(counted.items())
    )


def _list_catalog_classes(element: str) -> frozenset[SpecialClass]:
    catalog_class = find_special_class(element)
    return frozenset({catalog_class} if catalog_class else ())


def _build_text_fact(
    element: str, text_count: int, readings: Collection[releases_api.TextReading]
) -> TextFact:
    return TextFact(
        element=element,
        texts=text_count,
        read=len(readings),
        withheld=sum(reading.verdict == releases_api.TEXT_WITHHELD for reading in readings),
        readers=frozenset(str(reading.reader_id) for reading in readings),
        on=max((timezone.localdate(reading.at) for reading in readings), default=None),
        left=sum(reading.left for reading in readings if reading.verdict == releases_api.TEXT_KEPT),
        decided=digest_facts(
            *((reading.key, reading.verdict, str(reading.masks)) for reading in readings)
        ),
    )


def load_extract_fact_with_people(row: releases_api.Extract, on: date) -> ExtractFact:
    """Return the fact of an extract with today's digest of the children who may be in it.

    The digest covers what families, nations and schools have on record.
    """
    fact = load_extract_fact(row)
    store = open_file_store()
    if _is_partly_destroyed(row, store):
        return fact
    population = load_population_facts(find_extract_sources(row, fact.project), fact, store, on)
    return load_extract_fact(row, people_now=digest_extract_population(fact, population, on))


def _is_partly_destroyed(row: releases_api.Extract, store: FileStore) -> bool:
    """Return whether a part was destroyed, with a delivery that it was made from."""
    refs = [FileRef.parse(ref) for ref in (*row.files.values(), *filter(None, (row.roster,)))]
    return any(store.manifest(ref).destroyed for ref in refs)


def digest_extract_population(
    fact: ExtractFact, population: ExtractPopulationFacts, on: date
) -> str:
    """Return a digest of everything that decides which children are in an extract."""
    people_answer = find_extract_people(
        fact, population.opt_outs, population.rows, population.nations, fact.elements, on
    )
    return compute_people_digest(people_answer, fact.agreements)


def find_extract_sources(
    row: releases_api.Extract, project: ProjectFact
) -> releases_api.LinkedSources:
    """Find the matched files of an extract's record types, under its authorized agreements."""
    return releases_api.find_record_sources(
        _list_record_types(row), _list_agreement_references(project), pilot=row.project.pilot
    )


def load_population_facts(
    linked_sources: releases_api.LinkedSources, fact: ExtractFact, store: FileStore, on: date
) -> ExtractPopulationFacts:
    """Load the consents, opt-outs and nations of the children in the files."""
    pilot = fact.project.pilot
    return ExtractPopulationFacts(
        releases_api.load_opt_outs(store, pilot=pilot),
        releases_api.load_row_facts(linked_sources, store, on),
        NationFacts(
            _list_nation_decisions(fact.project),
            releases_api.load_nation_members(store, pilot=pilot),
        ),
    )


def _list_fetched_ids(row: releases_api.Extract) -> frozenset[str]:
    """List the ids of `list_fetched_extracts`; a page that only reads asks once a project."""
    fetched = open_request_cache("fetched extracts")
    if row.project_id not in fetched:
        rows = _select_fetched(row.project_id)
        fetched[row.project_id] = frozenset(rows.values_list("pk", flat=True))
    return frozenset(str(pk) for pk in fetched[row.project_id] if pk != row.pk)


def list_fetched_extracts(row: releases_api.Extract) -> list[releases_api.Extract]:
    """List the project's other fetched extracts; their children have the same codes."""
    return list(_select_fetched(row.project_id).exclude(pk=row.pk).order_by("pk"))


def _select_fetched(project: int) -> QuerySet[releases_api.Extract]:
    return releases_api.Extract.objects.filter(project=project, fetched_at__isnull=False)


def get_extract_file_name(row: releases_api.Extract) -> str:
    """Return the name of the file that the recipient downloads."""
    return f"{row.project.reference}-extract-{row.pk}.zip"


def _list_record_types(row: releases_api.Extract) -> frozenset[str]:
    return frozenset(element.partition(".")[0] for element in row.elements)


def _list_agreement_references(project: ProjectFact) -> frozenset[str]:
    authorization = project.authorization
    return frozenset(authorization.agreements if authorization else project.agreements)


def _list_nation_decisions(project: ProjectFact) -> tuple[NationDecisionFact, ...]:
    """Return what tribal nations decided about the project.

    A project accepts no condition of a nation that is not also a condition of the project, which
    the authorization waits for.
    """
    answers = {StepAnswer.APPROVE: NationAnswer.APPROVE}
    return tuple(
        NationDecisionFact(
            decision.organization,
            answers.get(decision.answer, NationAnswer.DECLINE),
            decision.by,
            decision.on,
        )
        for decision in project.words
        if decision.decider is Decider.NATIONS and decision.answer is not StepAnswer.COMMENT
    )
