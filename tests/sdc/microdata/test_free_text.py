"""Sentences are told from codes, and what has a shape or a known name is taken out of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.sdc.microdata.free_text import (
    NameList,
    build_name_list,
    clean_free_text,
    is_free_text,
    split_name_words,
)
from cairn.sdc.microdata.text_masks import KINDS_FOUND_BY_REVIEWERS, MaskKind

KNOWN = build_name_list(["Ana Morales-Vega", "Theo O'Hara", "J"], ["Grace", "May"])


def test_codes_are_no_free_text_and_sentences_are() -> None:
    assert not is_free_text(["Moved away", "Graduated", None, " "] * 20)
    assert is_free_text(["Moved away", "His aunt took him in after the fire"])
    assert is_free_text(["x" * 61])
    assert is_free_text([f"room {n}" for n in range(21)])
    assert not is_free_text([f"room {n}" for n in range(20)])


def test_what_has_a_shape_is_taken_out() -> None:
    said = (
        "Called Ana Morales on 3/4/2025 at (555) 201-3344, wrote to ana.m@mail.example and "
        "https://mail.example/x; lives at 12 Oak Hill Road, file 8812004."
    )
    text, found = clean_free_text(said)
    for gone in ("Ana Morales", "3/4/2025", "201-3344", "ana.m@", "https", "Oak Hill", "8812004"):
        assert gone not in text
    assert found == dict.fromkeys(set(MaskKind) - KINDS_FOUND_BY_REVIEWERS, 1)
    assert clean_free_text("she waits in town") == ("she waits in town", {})


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("on March 3rd, 2025 he", "on [DATE] he"),
        ("the 3rd of march", "the [DATE]"),
        ("2025-03-04", "[DATE]"),
        ("called on 3/14: new job", "called on [DATE]: new job"),
        ("absent 31/8, 12/05.", "absent [DATE], [DATE]."),
        ("45/60 points, 13/14", "45/60 points, 13/14"),
        ("call 555-0134 or 5552013344", "call [PHONE] or [PHONE]"),
        ("ssn 123-45-6789, id AB-0012 and S00812", "ssn [ID], id [ID] and [ID]"),
        ("at 12 n. oak st apt 4, or P.O. Box 77", "at [ADDRESS], or [ADDRESS]"),
        ("Ms. Lopez and Coach Kim", "[NAME] and [NAME]"),
        ("www.mail.example/a", "[LINK]"),
        ("in grade 3, room 12, since 2 weeks", "in grade 3, room 12, since 2 weeks"),
    ],
)
def test_shapes(said: str, told: str) -> None:
    assert clean_free_text(said)[0] == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ana cried, and MORALES came", "[NAME] cried, and [NAME] came"),
        ("ana's aunt", "[NAME] aunt"),
        ("o'hara said so", "[NAME] said so"),
        ("Grace waits, with grace, in may", "[NAME] waits, with grace, in may"),
        ("ana morales left", "[NAME] left"),
        ("banana and j", "banana and j"),
    ],
)
def test_names_that_are_known(said: str, told: str) -> None:
    assert clean_free_text(said, KNOWN)[0] == told


def test_the_words_of_a_name() -> None:
    assert set(split_name_words("Ana Morales-Vega J")) == {"Ana", "Morales-Vega", "Morales", "Vega"}
    assert NameList() == build_name_list([])


@given(
    st.lists(
        st.sampled_from(
            [" ", ", ", "Ana", "ana", "Grace", "12", "Oak", "St", "555", "-", "0134", "/", "2025",
             "a@b.example", "[NAME]", "[DATE]", "S00812", "Dr. ", "May", "3", ".", "'"]
        ),
        max_size=14,
    ).map("".join)
)  # fmt: skip
def test_to_clean_again_changes_nothing(said: str) -> None:
    once, _ = clean_free_text(said, KNOWN)
    assert clean_free_text(once, KNOWN) == (once, {})
