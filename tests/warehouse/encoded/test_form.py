"""One encoding as the text of a cell."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse.encoded.form import BLOCK, BYTES, cell, checked, opened
from cairn.warehouse.failures import Failure

BLOCKS = st.lists(st.binary(min_size=BLOCK, max_size=BLOCK), max_size=5)


@given(st.binary(min_size=BYTES, max_size=BYTES), BLOCKS)
def test_a_cell_gives_back_what_was_put_in(bits: bytes, blocks: list[bytes]) -> None:
    text = cell(bits, blocks)
    assert opened(text) == (bits, blocks)
    assert checked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Ada Lund",
        "",
        base64.b64encode(b"x" * (BYTES - 1)).decode(),
        base64.b64encode(b"x" * (BYTES + 3)).decode(),
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert checked(text) is Failure.NOT_AN_ENCODING
