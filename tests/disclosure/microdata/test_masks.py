"""A person unmasks a false hit and masks more: what is not chosen stays, what is chosen is gone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.disclosure.microdata.free_text import cleaned, names, proposed
from cairn.disclosure.microdata.masks import (
    Found,
    Mask,
    UnfitMasksError,
    Word,
    applied,
    chosen,
    joined,
    picked,
    words_of,
)

KNOWN = names(["Ana Morales-Vega"], ["Grace"])
SAID = "Ana Morales called (at 555-0134). The fire on Main Street took her shop."
PIECES = st.sampled_from(
    [" ", ", ", "Ana", "ana", "Grace", "12", "Oak", "St", "555", "-", "0134", "/", "2025", "\n",
     "a@b.example", "[NAME]", "[DATE]", "S00812", "Dr. ", "May", "3", ".", "'", "(", "ñandú", "["]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map("".join)


def _words(text: str, masks: tuple[Mask, ...]) -> list[str]:
    return [text[word.start : word.end] for word in words_of(text, masks)]


def test_the_words_of_a_text() -> None:
    masks = proposed(SAID, KNOWN)
    assert [SAID[m.start : m.end] for m in masks] == ["Ana Morales", "555-0134", "Main Street"]
    assert _words(SAID, masks) == [
        *("Ana", "Morales", "called", "at", "555-0134", "The", "fire", "on", "Main", "Street"),
        *("took", "her", "shop"),
    ]
    assert words_of("-- !", ()) == ()
    assert words_of("x-ray", (Mask(0, 1, Found.ID),)) == (Word(0, 1, 0), Word(2, 5))


def test_a_person_masks_more_and_unmasks_a_false_hit() -> None:
    masks = proposed(SAID, KNOWN)
    aid = picked(words_of(SAID, masks), masks)
    assert aid == {0, 1, 4, 8, 9}
    assert chosen(SAID, masks, aid, Found.DETAIL) == masks
    mine = chosen(SAID, masks, (aid - {9}) | {6, 7, 12}, Found.DETAIL)
    assert applied(SAID, mine) == (
        "[NAME] called (at [PHONE]). The [DETAIL] [NAME] Street took her [DETAIL]."
    )
    assert applied(SAID, chosen(SAID, masks, (), Found.NAME)) == SAID


def test_neighbors_of_one_kind_are_one() -> None:
    one, two, three = Mask(0, 3, Found.NAME), Mask(4, 7, Found.NAME), Mask(8, 9, Found.DATE)
    assert joined("Ana Lee 3", [three, two, one]) == (Mask(0, 7, Found.NAME), three)
    assert joined("Ana/Lee", [one, two]) == (one, two)
    assert joined("", []) == ()


@pytest.mark.parametrize(
    "masks",
    [
        (Mask(0, 3, Found.NAME), Mask(2, 4, Found.NAME)),
        (Mask(0, 9, Found.NAME),),
        (Mask(2, 2, Found.NAME),),
        (Mask(-1, 2, Found.NAME),),
    ],
)
def test_masks_that_do_not_fit(masks: tuple[Mask, ...]) -> None:
    with pytest.raises(UnfitMasksError):
        applied("Ana Lee", masks)


def test_a_word_that_is_not_there_cannot_be_chosen() -> None:
    with pytest.raises(UnfitMasksError):
        chosen("Ana", (), {1}, Found.NAME)


@given(TEXTS)
def test_the_proposal_is_what_the_aid_takes_out(text: str) -> None:
    masks = proposed(text, KNOWN)
    assert list(masks) == sorted(masks)
    if "[NAME]" not in applied(text, masks):
        assert applied(text, masks) == cleaned(text, KNOWN)[0]
    assert picked(words_of(text, masks), masks) == {
        n for n, word in enumerate(words_of(text, masks)) if word.mask is not None
    }


@given(TEXTS, st.data())
def test_what_is_chosen_is_gone_and_nothing_else_is(text: str, data: st.DataObject) -> None:
    masks = proposed(text, KNOWN)
    words = words_of(text, masks)
    numbers = data.draw(st.sets(st.sampled_from(range(len(words))))) if words else set()
    mine = chosen(text, masks, numbers, Found.DETAIL)
    applied(text, mine)
    hidden = {at for mask in mine for at in range(mask.start, mask.end)}
    for number, word in enumerate(words):
        inside = set(range(word.start, word.end))
        assert inside <= hidden if number in numbers else not inside & hidden
    assert picked(words, mine) == numbers
