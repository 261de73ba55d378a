"""Records that are alike have bits that are alike; nothing else shows."""

from datetime import date

import numpy as np
import pyarrow as pa

from cairn.matching.pprl.encoding import compute_blocks, encode_filters
from cairn.matching.pprl.project_secret import ProjectSecret
from cairn.matching.standardize.record_table import standardize_records
from cairn.warehouse.schema.encoded_records import ENCODING_BITS

SECRET = ProjectSecret("p", b"1" * 32)


def _standard(*rows: dict[str, object]) -> pa.Table:
    base = {
        "given_name": "Leonor", "family_name": "Quintero", "gender": "F", "source": "s",
        "birth_date": date(2012, 3, 4),
    }  # fmt: skip
    said = [{**base, "record_key": f"r{i}", **row} for i, row in enumerate(rows)]
    return standardize_records(pa.Table.from_pylist(said))


def _dice(*rows: dict[str, object], secret: ProjectSecret = SECRET) -> float:
    a, b = encode_filters(_standard(*rows), secret)
    both = np.bitwise_count(a & b).sum()
    return float(2 * both / (np.bitwise_count(a).sum() + np.bitwise_count(b).sum()))


def test_alike_is_alike_and_a_stranger_is_not() -> None:
    assert _dice({}, {}) > 0.8
    assert _dice({}, {"given_name": "Leonora"}) > 0.75
    assert _dice({}, {"given_name": "Quintero", "family_name": "Leonor"}) > 0.7
    assert _dice({}, {"birth_date": date(2012, 4, 3)}) > 0.69
    assert _dice({}, {"given_name": "Otto", "family_name": "Brandt", "gender": "M"}) < 0.69
    assert _dice({}, {"birth_date": date(2013, 3, 4)}) < 0.6


def test_equal_records_differ_and_encoding_again_tells_nothing() -> None:
    twice = _standard({}, {})
    found = encode_filters(twice, SECRET)
    assert (found[0] != found[1]).any()
    assert (encode_filters(twice, SECRET) == found).all()
    turned = np.bitwise_count(found[0] ^ found[1]).sum() / ENCODING_BITS
    assert 0.05 < turned < 0.15  # a twentieth of each


def test_a_name_sets_other_bits_in_another_year() -> None:
    """Salting: what two children of one name have in common in two years is chance."""
    same_year = _dice({"birth_date": date(2012, 3, 4)}, {"birth_date": date(2012, 9, 17)})
    other_year = _dice({"birth_date": date(2012, 3, 4)}, {"birth_date": date(2013, 9, 17)})
    assert same_year > 0.65
    assert other_year < 0.55


def test_another_secret_gives_other_bits_and_blocks() -> None:
    one = _standard({})
    other = ProjectSecret("p", b"2" * 32)
    agreeing = (
        1
        - np.bitwise_count(encode_filters(one, SECRET) ^ encode_filters(one, other)).sum()
        / ENCODING_BITS
    )
    assert agreeing < 0.65
    shared = set(compute_blocks(one, SECRET)[0].as_py()) & set(
        compute_blocks(one, other)[0].as_py()
    )
    assert not shared


def test_blocks_survive_what_is_exchanged() -> None:
    found = compute_blocks(
        _standard(
            {},
            {"birth_date": date(2012, 4, 3)},
            {"given_name": "Quintero", "family_name": "Leonor", "birth_date": date(2012, 8, 8)},
            {"birth_date": None},
        ),
        SECRET,
    ).to_pylist()
    assert set(found[0]) == set(found[1])
    assert len(set(found[0]) & set(found[2])) == 1
    assert not set(found[0]) & set(found[3])


def test_a_record_that_says_little_still_has_its_noise() -> None:
    empty = {"given_name": None, "family_name": None, "gender": None, "birth_date": None}
    found = encode_filters(_standard(empty, {}), SECRET)
    assert 0 < np.bitwise_count(found[0]).sum() < 0.12 * ENCODING_BITS
    assert 0.3 < np.bitwise_count(found[1]).sum() / ENCODING_BITS < 0.55
