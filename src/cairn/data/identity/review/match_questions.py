"""Store how certain the index is of each person, and the questions for reviewers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Final

from cairn.data.identity.models.clerical_review import OPEN, STALE, Question, QuestionRecord
from cairn.data.identity.models.person_index import Gap
from cairn.data.identity.storage import sql
from cairn.data.identity.storage.person_ids import PersonAssignment
from cairn.matching import clustering

MIN_ERROR_CHANCE: Final = 0.02
"""A question is asked if the index may be wrong with at least this probability."""


def store_uncertain_matches(
    assignment: PersonAssignment, previous_people: Collection[str], at: datetime
) -> dict[str, float | None]:
    """Store the joints and gaps of every examined component in place of the old ones.

    Args:
        assignment: the person of each examined record.
        previous_people: the people of these records until now.
        at: the current time.
    Returns:
        Bits at the weakest link of each person; None for a person with a single record.
    """
    person_of = dict(zip(assignment.names, assignment.people, strict=True))
    uncertain_matches = [
        match
        for people, bits in _list_components(assignment)
        for match in clustering.list_uncertain_matches(people, bits)
    ]
    weakest_bits: dict[str, float | None] = dict.fromkeys(assignment.people)
    gaps = []
    for match in uncertain_matches:
        left, right = person_of[min(match.one)], person_of[min(match.other)]
        if match.kind is clustering.UncertaintyKind.JOINED:
            weakest_bits[left] = match.bits
        else:
            gaps.append((left, right, match.bits))
    _store_weakest_links(weakest_bits)
    rows = sql.fetch_rows("SELECT id, one_id, other_id, bits FROM linkage_gap WHERE one_id AMONG",
               {*previous_people, *weakest_bits})  # fmt: skip
    stored_gaps = {(left, right, bits): pk for pk, left, right, bits in rows}
    obsolete_gaps = [pk for gap, pk in stored_gaps.items() if gap not in set(gaps)]
    sql.execute_statement("DELETE FROM linkage_gap WHERE id AMONG", obsolete_gaps)
    sql.insert_rows(
        Gap, ("one_id", "other_id", "bits"), [gap for gap in gaps if gap not in stored_gaps]
    )
    _update_questions(
        assignment,
        [match for match in uncertain_matches if match.probability >= MIN_ERROR_CHANCE],
        at,
    )
    return weakest_bits


def compute_question_fingerprint(left_keys: Iterable[str], right_keys: Iterable[str]) -> str:
    """Compute the hash that identifies a question by its two sides, in either order.

    Args:
        left_keys: record keys of one side.
        right_keys: record keys of the other side.
    Returns:
        64 hexadecimal digits.
    """
    sides = sorted(["\n".join(sorted(left_keys)), "\n".join(sorted(right_keys))])
    return sha256("\n\n".join(sides).encode()).hexdigest()


def group_evidence_by_component(
    assignment: PersonAssignment,
) -> dict[int, dict[clustering.RecordPair, float]]:
    """Group the compared pairs of record keys by component.

    Args:
        assignment: the person of each examined record.
    Returns:
        Component to pairs with their bits.
    """
    between: dict[int, dict[clustering.RecordPair, float]] = defaultdict(dict)
    for left, right, bits in zip(*(column.tolist() for column in assignment.pairs), strict=True):
        between[assignment.circle[left]][
            clustering.order_pair(assignment.names[left], assignment.names[right])
        ] = bits
    return between


def _list_components(
    assignment: PersonAssignment,
) -> Iterator[tuple[list[frozenset[str]], dict[clustering.RecordPair, float]]]:
    """List the components of more than one record."""
    groups: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, component, group in zip(
        assignment.names, assignment.circle, assignment.group, strict=True
    ):
        groups[component][group].add(name)
    for component, between in sorted(group_evidence_by_component(assignment).items()):
        yield [frozenset(group) for group in groups[component].values()], between


def _store_weakest_links(weakest_bits: dict[str, float | None]) -> None:
    stored_bits = dict(
        sql.fetch_rows("SELECT id, joint FROM linkage_person WHERE id AMONG", weakest_bits)
    )
    sql.execute_for_each_row(
        "UPDATE linkage_person SET joint = %s WHERE id = %s",
        [
            (bits, person)
            for person, bits in weakest_bits.items()
            if stored_bits.get(person) != bits
        ],
    )


def _update_questions(
    assignment: PersonAssignment, matches: Collection[clustering.UncertainMatch], at: datetime
) -> None:
    """Update the questions of these components; earlier ones without an answer become stale."""
    match_by_sides = {
        compute_question_fingerprint(uncertain_match.one, uncertain_match.other): uncertain_match
        for uncertain_match in matches
    }
    open_now = {
        sides: pk
        for pk, sides, state, sample in sql.fetch_rows(
            _QUESTIONS_OF_RECORDS_SQL, assignment.numbers
        )
        if state == OPEN and not sample
    }
    stale = [pk for sides, pk in open_now.items() if sides not in match_by_sides]
    sql.execute_statement("UPDATE linkage_question SET state = %s WHERE id AMONG", stale, STALE)
    rows = sql.fetch_rows(
        "SELECT sides, id, state FROM linkage_question WHERE sides AMONG", match_by_sides
    )
    stored_questions = {sides: (pk, state) for sides, pk, state in rows}
    # An answered question keeps its state: it shows what the index decided then.
    sql.execute_for_each_row(
        "UPDATE linkage_question SET joined = %s, bits = %s, band = %s, weight = %s, state = %s "
        "WHERE id = %s",
        [
            (
                match.kind is clustering.UncertaintyKind.JOINED,
                match.bits,
                clustering.find_evidence_band(match.bits),
                match.weight,
                OPEN,
                pk,
            )
            for match, (pk, state) in (
                (match_by_sides[sides], key_and_state)
                for sides, key_and_state in stored_questions.items()
            )
            if state in (OPEN, STALE)
        ],
    )
    number_of = dict(zip(assignment.names, assignment.numbers, strict=True))
    new_questions = {
        sides: uncertain_match
        for sides, uncertain_match in match_by_sides.items()
        if sides not in stored_questions
    }
    enter_questions(new_questions, number_of, at)


_QUESTIONS_OF_RECORDS_SQL: Final = """
SELECT DISTINCT asked.id, asked.sides, asked.state, asked.sample FROM linkage_questionrecord side
JOIN linkage_question asked ON asked.id = side.question_id WHERE side.record_id AMONG
"""
"""The state is no condition: with it, a database would scan all open questions."""


def enter_questions(
    match_by_sides: dict[str, clustering.UncertainMatch],
    number_of: dict[str, int],
    at: datetime,
    *,
    sample: bool = False,
) -> None:
    """Enter questions, with the records on both sides.

    Args:
        match_by_sides: the uncertain match of each fingerprint.
        number_of: record key to record number.
        at: the current time.
        sample: the questions belong to a random sample.
    """
    if not match_by_sides:
        return
    numbered = list(enumerate(sorted(match_by_sides), sql.get_next_id(Question)))
    entered_at = sql.adapt_datetime(at)
    sql.insert_rows(
        Question,
        ("id", "sides", "joined", "bits", "band", "weight", "sample", "wanted", "state", "made_at"),
        [
            (
                number,
                sides,
                match_by_sides[sides].kind is clustering.UncertaintyKind.JOINED,
                match_by_sides[sides].bits,
                clustering.find_evidence_band(match_by_sides[sides].bits),
                match_by_sides[sides].weight,
                sample,
                _SAMPLE_REVIEWERS if sample and number % _DOUBLE_REVIEW_INTERVAL == 0 else 1,
                OPEN,
                entered_at,
            )
            for number, sides in numbered
        ],
    )
    sql.insert_rows(
        QuestionRecord,
        ("question_id", "record_id", "side"),
        [
            (number, number_of[name], side)
            for number, sides in numbered
            for side, names in enumerate((match_by_sides[sides].one, match_by_sides[sides].other))
            for name in sorted(names)
        ],
    )


_SAMPLE_REVIEWERS: Final = 2

_DOUBLE_REVIEW_INTERVAL: Final = 4
"""Every fourth question of a sample goes to two reviewers, to measure how far they agree."""
