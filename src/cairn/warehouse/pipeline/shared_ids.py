"""Find student IDs that one file gives to two children.

The rows of such an ID are set aside: if they stayed, one child's name would be kept and the other
child's scores would be counted as that child's. A name or a date spelled in two ways is one child.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from itertools import combinations
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

IDENTITY_FIELDS: Final = ("given_name", "family_name", "birth_date")
_MIN_LIKENESS: Final = 0.8
_MIN_SHARED_LETTERS: Final = 3

_Identity = tuple[str | None, str | None, date | None]


def find_shared_ids(ids: pa.Array, columns: Mapping[str, pa.Array]) -> pa.Array | None:
    """Return True for each row with an ID that the file gives to two children.

    Args:
        ids: the student ID of each row.
        columns: the converted fields of the same rows; names and birth date are compared.

    Returns:
        One value for each row; None where nothing says who the children are.
    """
    present = [name for name in IDENTITY_FIELDS if name in columns]
    if not present:
        return None
    table = pa.table({"id": ids, **{name: columns[name] for name in present}})
    distinct = table.filter(pc.is_valid(table["id"])).group_by(["id", *present]).aggregate([])
    counts = distinct.group_by("id").aggregate([([], "count_all")])
    repeated = counts.filter(pc.greater(counts["count_all"], 1))["id"]
    if not len(repeated):
        return None
    identities: dict[str, list[_Identity]] = defaultdict(list)
    for row in distinct.filter(pc.is_in(distinct["id"], value_set=repeated)).to_pylist():
        identities[row["id"]].append(
            (row.get("given_name"), row.get("family_name"), row.get("birth_date"))
        )
    shared = [student for student, known in identities.items() if _are_different(known)]
    return pc.is_in(ids, value_set=pa.array(shared, pa.string()))


def _are_different(known: Sequence[_Identity]) -> bool:
    return any(not is_same_child(one, other) for one, other in combinations(known, 2))


def is_same_child(one: _Identity, other: _Identity) -> bool:
    """Decide whether two rows of one ID may be of one child, but for spelling.

    Args:
        one: first name, last name and birth date of one row; None where it has none.
        other: those of another row.

    Returns:
        True unless a name or the birth date is another one.
    """
    if not _is_same_date(one[2], other[2]):
        return False
    words = _split_words(f"{one[0] or ''} {one[1] or ''}")
    if words and words == _split_words(f"{other[0] or ''} {other[1] or ''}"):
        return True
    return _is_same_name(one[0], other[0]) and _is_same_name(one[1], other[1])


def _is_same_date(one: date | None, other: date | None) -> bool:
    """Return whether two dates are the same but for one wrong number, or day and month swapped."""
    if one is None or other is None or one == other:
        return True
    if one.year == other.year and (one.month, one.day) == (other.day, other.month):
        return True
    pairs = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    return sum(first != second for first, second in pairs) == 1


def _is_same_name(one: str | None, other: str | None) -> bool:
    first, second = _split_words(one or ""), _split_words(other or "")
    if not first or not second:
        return True
    if any(len(word) >= _MIN_SHARED_LETTERS for word in {*first} & {*second}):
        return True
    left, right = "".join(first), "".join(second)
    if left.startswith(right) or right.startswith(left):
        return True
    return SequenceMatcher(None, left, right).ratio() >= _MIN_LIKENESS


def _split_words(name: str) -> list[str]:
    """Return the words of a name in order, without accents, case and signs."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return sorted(plain.split())
