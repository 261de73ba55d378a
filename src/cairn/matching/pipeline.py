"""Link records to people: standardize, compare, score and cluster a batch."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa

from cairn.matching import clustering
from cairn.matching.clustering import Positions
from cairn.matching.scoring import MatchModel, ScoredPairs, score_pairs
from cairn.matching.standardize import CONTENT_FIELDS, sort_by_content, standardize_records
from cairn.warehouse.progress import NullProgress, Progress

__all__ = ["GROUPED_FIELDS", "find_positions", "link_records", "resolve_people"]

_CLUSTERED_FIELDS: Final = ("source", "birth_year", "state_id")
GROUPED_FIELDS: Final = tuple(dict.fromkeys((*CONTENT_FIELDS, *_CLUSTERED_FIELDS)))
"""The columns of standardized records that putting people together reads."""


def link_records(
    identifying_fields: pa.Table,
    *,
    model: MatchModel | None = None,
    must_link: Iterable[tuple[str, str]] = (),
    cannot_link: Iterable[tuple[str, str]] = (),
    progress: Progress | None = None,
) -> pa.Table:
    """Link records: decide which of them belong to the same child.

    Needs no labels and no tuning: without a model, one is learned from the records.

    Args:
        identifying_fields: Table with the columns of `IDENTIFYING_FIELDS`; a record key may be in
            several rows with different values.
        model: a trained model, or None to train one.
        must_link: pairs of record keys that reviewers decided are one child.
        cannot_link: pairs of record keys that reviewers decided are two children.
        progress: receives the steps.
    Returns:
        Table[record_key: str, cluster: int64], one row for every record key.
    """
    reporter = progress or NullProgress()
    reporter.step("standardize names and addresses")
    standard = standardize_records(identifying_fields)
    reporter.step("compare records")
    scored_pairs = score_pairs(standard, model)
    reporter.step("put people together")
    must_positions, cannot_positions = (
        find_positions(pairs, standard) for pairs in (must_link, cannot_link)
    )
    person, _ = resolve_people(
        standard, scored_pairs, must_link=must_positions, cannot_link=cannot_positions
    )
    return pa.table({"record_key": standard["record_key"], "cluster": pa.array(person, pa.int64())})


def resolve_people(
    standard: pa.Table,
    scored_pairs: ScoredPairs,
    *,
    must_link: Positions | None = None,
    cannot_link: Positions | None = None,
) -> tuple[Positions, MatchModel]:
    """Group scored records into people.

    Where two choices are equally good, what the records say decides, not their keys: the same files
    give the same people in every installation.

    Args:
        standard: standardized records; `GROUPED_FIELDS` of them are enough.
        scored_pairs: the scored pairs of these records.
        must_link: two rows of positions: pairs that reviewers decided are one child.
        cannot_link: two rows of positions: pairs that reviewers decided are two children.
    Returns:
        For each position in `standard` the smallest position of its person; and the model, which
        then knows what absence from a roster is worth (measured here unless it was known).
    """
    order = sort_by_content(standard)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    left, right, weight = scored_pairs.pairs
    pairs = clustering.WeightedPairs(place[left], place[right], weight)
    must_pairs, cannot_pairs = (
        _NO_POSITIONS if decided is None else place[decided] for decided in (must_link, cannot_link)
    )
    ordered = standard.select(_CLUSTERED_FIELDS).take(pa.array(order))
    person = clustering.group_records(
        pairs, len(ordered), must_link=must_pairs, cannot_link=cannot_pairs
    )
    person = clustering.split_conflicting_ids(person, pairs, ordered, must_pairs)
    model = scored_pairs.model
    if not model.rosters:
        model = replace(model, rosters=clustering.measure_absence_evidence(person, ordered))
    merged = clustering.merge_apparent_twins(
        person, pairs, scored_pairs.twins, ordered, cannot_pairs, model.rosters
    )
    smallest = np.full(len(order), len(order), np.int64)
    np.minimum.at(smallest, merged, order)
    return smallest[merged][place], model


def find_positions(pairs: Iterable[tuple[str, str]], standard: pa.Table) -> Positions:
    """Translate pairs of record keys to positions; pairs of unknown records are left out.

    Args:
        pairs: pairs of record keys.
        standard: standardized records.
    Returns:
        An array with two rows of positions.
    """
    position_of = {key: i for i, key in enumerate(standard["record_key"].to_pylist())}
    position_pairs = [
        (position_of[left_key], position_of[right_key])
        for left_key, right_key in pairs
        if left_key in position_of and right_key in position_of
    ]
    return np.array(position_pairs, np.int64).reshape(-1, 2).T


_NO_POSITIONS: Final = np.zeros((2, 0), np.int64)
