"""One encoding as the text of a cell."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse.schema.encoded_records import (
    BLOCK_HASH_BYTES,
    ENCODING_BYTES,
    check_encoding_cell,
    format_encoding_cell,
    parse_encoding_cell,
)
from cairn.warehouse.schema.failures import Failure

BLOCKS = st.lists(st.binary(min_size=BLOCK_HASH_BYTES, max_size=BLOCK_HASH_BYTES), max_size=5)


@given(st.binary(min_size=ENCODING_BYTES, max_size=ENCODING_BYTES), BLOCKS)
def test_a_cell_gives_back_what_was_put_in(bits: bytes, blocks: list[bytes]) -> None:
    text = format_encoding_cell(bits, blocks)
    assert parse_encoding_cell(text) == (bits, blocks)
    assert check_encoding_cell(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Ada Lund",
        "",
        base64.b64encode(b"x" * (ENCODING_BYTES - 1)).decode(),
        base64.b64encode(b"x" * (ENCODING_BYTES + 3)).decode(),
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert check_encoding_cell(text) is Failure.NOT_AN_ENCODING
