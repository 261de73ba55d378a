"""Measure the accuracy of the index: overall, by source, surname, race, sex and language.

Attributes never enter linkage. They are joined here, after linkage, to the random IDs of the few
people of a reviewed sample, and only counts leave this module.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from django.utils import timezone

from cairn.data.identity.models.linkage_runs import LinkageRun, LinkedPart
from cairn.data.identity.models.person_index import Link
from cairn.data.identity.review import sampling
from cairn.data.identity.storage import index_counts
from cairn.data.identity.storage.sql import as_value_set
from cairn.data.identity.storage.statements import IdentitySealer, read_statement_table
from cairn.data.intake.api import build_rows_fact, load_agreement_by_reference
from cairn.governance.partners.api import load_actor
from cairn.matching import clustering
from cairn.matching.standardize import split_surname
from cairn.platform.accounts.api import User
from cairn.platform.storage.api import open_file_store, open_key_ring
from cairn.policy.facts import AgreementFact
from cairn.policy.questions import may_count_people
from cairn.policy.vocabulary import Purpose
from cairn.warehouse.store import FileRef, FileStore

ATTRIBUTES: Final = ("race_ethnicity", "gender", "home_language")
SOURCE, SURNAME = "source", "surname"
ONE_WORD, SEVERAL_WORDS = "one word", "two words or more"


@dataclass(frozen=True, slots=True)
class ReviewedQuestion:
    """One answered question: its band, whether the index was wrong, the groups of its people."""

    kind: clustering.UncertaintyKind
    band: int
    wrong: bool
    groups: Mapping[str, frozenset[str]]


def measure_accuracy_of_files(
    linked_parts: Iterable[LinkedPart],
    gaps_between_components: clustering.EvidenceHistogram,
    *,
    by: User,
    at: datetime,
) -> dict[str, Any]:
    """Measure accuracy by all attributes that the agreements of these files permit to count.

    Args:
        linked_parts: linked files of a run.
        gaps_between_components: gaps between components (`estimate_error_totals`).
        by: the user who measures.
        at: the current time.
    Returns:
        Plain JSON as `measure_accuracy` returns it.
    """
    store, linked_parts = open_file_store(), list(linked_parts)
    refs = {FileRef.parse(part.file): part for part in linked_parts}
    requested_elements = {
        f"{part.record}.{name}"
        for ref, part in refs.items()
        for name, _ in store.manifest(ref).columns
        if name in ATTRIBUTES
    }
    laws = [
        load_agreement_by_reference(name)
        for name in sorted({part.agreement for part in linked_parts})
    ]
    on = timezone.localdate(at)
    row_facts = [
        build_rows_fact(terms, dict.fromkeys(_find_senders(linked_parts, terms), ()), on)
        for terms in laws
    ]
    allowed = may_count_people(
        laws, requested_elements, Purpose.PUBLIC_REPORTING, load_actor(by), on, rows=row_facts
    )
    fields = {element.partition(".")[2] for element in allowed.usable} if allowed.allowed else set()
    withheld_sources = {
        (name, school) for name, schools in allowed.shut.items() for school in schools
    }
    open_files = [
        ref
        for ref, part in refs.items()
        if (part.agreement, part.organization) not in withheld_sources
    ]
    return measure_accuracy(
        store, open_files, fields, IdentitySealer(open_key_ring()), gaps_between_components
    )


def read_gaps_between_components(run: LinkageRun | None) -> dict[float, int]:
    """Read the gaps between components as counted when everything was last weighed.

    Args:
        run: a linkage run, or None.
    Returns:
        Bits to number of gaps (`count_pairs_between_components`).
    """
    return {
        float(bits): gap_count
        for bits, gap_count in (run.found.get("beyond", {}) if run else {}).items()
    }


def _find_senders(linked_parts: Iterable[LinkedPart], terms: AgreementFact) -> frozenset[str]:
    """Find the organizations that sent deliveries under an agreement."""
    return frozenset(
        part.organization for part in linked_parts if part.agreement == terms.reference
    )


def measure_accuracy(
    store: FileStore,
    linked: Iterable[FileRef],
    fields: Collection[str],
    sealer: IdentitySealer,
    gaps_between_components: clustering.EvidenceHistogram,
) -> dict[str, Any]:
    """Measure accuracy and return it as plain JSON, as a run stores it.

    Args:
        store: the store of linked files.
        linked: linked files to read attributes from.
        fields: attributes that may be counted.
        sealer: decrypts statements.
        gaps_between_components: gaps between components.
    Returns:
        `overall` (None while answers are missing), `missing` (how many), `reviewed`, `groups` and
        `gaps` of more than two points.
    """
    curves = sampling.fit_error_curves()
    bands = sampling.build_evidence_bands(curves)
    people = index_counts.count_index().named
    answered = _collect_reviewed_questions(store, linked, fields, sealer)
    by_kind = _estimate_by_group(bands, answered)
    accuracy_gaps = [
        gap
        for kind, groups in by_kind.items()
        for gap in clustering.find_accuracy_gaps(kind, groups)
    ]
    overall = clustering.estimate_accuracy(
        people, bands, totals=sampling.estimate_error_totals(curves, gaps_between_components)
    )
    return {
        "overall": asdict(overall) if overall else None,
        "missing": clustering.count_missing_answers(bands),
        "reviewed": len(answered),
        "groups": {
            kind: {
                name: asdict(accuracy) for name, accuracy in groups.items() if accuracy is not None
            }
            for kind, groups in by_kind.items()
        },
        "gaps": [asdict(gap) for gap in accuracy_gaps],
    }


def _estimate_by_group(
    bands: Iterable[clustering.EvidenceBand], answered: Collection[ReviewedQuestion]
) -> dict[str, dict[str, clustering.LinkageAccuracy | None]]:
    """Estimate accuracy by kind of group and group.

    A group's share of the joints of a band is that of its sample.
    """
    band_of = {(band.kind, band.number): band for band in bands}
    answers_per_band = Counter((answer.kind, answer.band) for answer in answered)
    outcomes: dict[tuple[str, str], dict[tuple[clustering.UncertaintyKind, int], list[bool]]] = (
        defaultdict(lambda: defaultdict(list))
    )
    for answer in answered:
        for kind, names in answer.groups.items():
            for name in names:
                outcomes[kind, name][answer.kind, answer.band].append(answer.wrong)
    accuracy_of: dict[str, dict[str, clustering.LinkageAccuracy | None]] = defaultdict(dict)
    for (kind, name), of_band in sorted(outcomes.items()):
        group_bands = [
            clustering.EvidenceBand(
                *key,
                population=round(band_of[key].population * len(wrong) / answers_per_band[key]),
                reviewed=len(wrong),
                wrong=sum(wrong),
                chance=band_of[key].chance,
            )
            for key, wrong in of_band.items()
        ]
        accuracy_of[kind][name] = clustering.estimate_accuracy(0, group_bands, min_answers=1)
    return accuracy_of


def _collect_reviewed_questions(
    store: FileStore, linked: Iterable[FileRef], fields: Collection[str], sealer: IdentitySealer
) -> list[ReviewedQuestion]:
    answers = list(sampling.list_sample_answers())
    records = {
        row.pk: list(row.records.values_list("record_id", "record__key", "record__source"))
        for row, _ in answers
    }
    numbers = sorted(
        {number for question_records in records.values() for number, _, _ in question_records}
    )
    surname = _classify_surnames(numbers, sealer)
    person = dict(
        Link.objects.filter(record__among=as_value_set(numbers), until__isnull=True).values_list(
            "record_id", "person_id"
        )
    )
    of_person = _read_attributes(store, linked, fields, set(person.values()))
    return [
        ReviewedQuestion(
            sampling.get_question_kind(row),
            row.band,
            wrong,
            _find_groups(records[row.pk], surname, person, of_person),
        )
        for row, wrong in answers
    ]


def _find_groups(
    question_records: Collection[tuple[int, str, str]],
    surname: Mapping[str, str],
    person: Mapping[int, str],
    of_person: Mapping[str, Mapping[str, frozenset[str]]],
) -> dict[str, frozenset[str]]:
    people = {person[number] for number, _, _ in question_records if number in person}
    return {
        SOURCE: frozenset(source for _, _, source in question_records),
        SURNAME: frozenset(surname[key] for _, key, _ in question_records if key in surname),
        **{
            field: frozenset(
                attribute for person_id in people for attribute in values.get(person_id, ())
            )
            for field, values in of_person.items()
        },
    }


def _classify_surnames(numbers: Collection[int], sealer: IdentitySealer) -> dict[str, str]:
    """Classify the surname of each record key by its number of words."""
    statements = read_statement_table(numbers, sealer)
    return {
        key: SEVERAL_WORDS if len(split_surname(name)) > 1 else ONE_WORD
        for key, name in zip(
            statements["record_key"].to_pylist(), statements["family_name"].to_pylist(), strict=True
        )
        if name
    }


def _read_attributes(
    store: FileStore, linked: Iterable[FileRef], fields: Collection[str], people: Collection[str]
) -> dict[str, dict[str, frozenset[str]]]:
    """Read the stated values of these people, by field and person."""
    values: dict[str, dict[str, set[str]]] = {
        field: defaultdict(set) for field in ATTRIBUTES if field in fields
    }
    person_ids = pa.array(sorted(people), pa.string())
    for ref in linked if people and values else ():
        available = [name for name, _ in store.manifest(ref).columns if name in values]
        if not available:
            continue
        table = store.read(ref)
        their_rows = table.filter(pc.is_in(table["person_id"], person_ids))
        for name in available:
            for person, value in zip(
                their_rows["person_id"].to_pylist(), their_rows[name].to_pylist(), strict=True
            ):
                if value is not None:
                    values[name][person].add(str(value))
    return {
        field: {person_id: frozenset(stated) for person_id, stated in by_person.items()}
        for field, by_person in values.items()
    }
