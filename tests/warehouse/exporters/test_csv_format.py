"""A text that a spreadsheet would run is kept as text, and is the same text when read again."""

from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse.exporters.csv_format import escape_formula, restore_formula

TEXTS = st.text(alphabet=st.sampled_from("=+-@\t\r'ab1"), max_size=6)


@given(TEXTS)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert not escape_formula(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(TEXTS.filter(lambda text: not text.startswith("'")))
def test_a_text_is_itself_again(text: str) -> None:
    assert restore_formula(escape_formula(text)) == text
