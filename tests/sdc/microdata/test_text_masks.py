"""A person unmasks a false hit and masks more: what is not chosen stays, what is chosen is gone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.sdc.microdata.free_text import build_name_list, clean_free_text, propose_masks
from cairn.sdc.microdata.text_masks import (
    MaskKind,
    TextMask,
    TextWord,
    UnfitMasksError,
    apply_masks,
    build_chosen_masks,
    find_masked_words,
    join_masks,
    list_words,
)

KNOWN = build_name_list(["Ana Morales-Vega"], ["Grace"])
SAID = "Ana Morales called (at 555-0134). The fire on Main Street took her shop."
PIECES = st.sampled_from(
    [" ", ", ", "Ana", "ana", "Grace", "12", "Oak", "St", "555", "-", "0134", "/", "2025", "\n",
     "a@b.example", "[NAME]", "[DATE]", "S00812", "Dr. ", "May", "3", ".", "'", "(", "ñandú", "["]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map("".join)


def _words(text: str, masks: tuple[TextMask, ...]) -> list[str]:
    return [text[word.start : word.end] for word in list_words(text, masks)]


def test_the_words_of_a_text() -> None:
    masks = propose_masks(SAID, KNOWN)
    assert [SAID[m.start : m.end] for m in masks] == ["Ana Morales", "555-0134", "Main Street"]
    assert _words(SAID, masks) == [
        *("Ana", "Morales", "called", "at", "555-0134", "The", "fire", "on", "Main", "Street"),
        *("took", "her", "shop"),
    ]
    assert list_words("-- !", ()) == ()
    assert list_words("x-ray", (TextMask(0, 1, MaskKind.ID),)) == (
        TextWord(0, 1, 0),
        TextWord(2, 5),
    )


def test_a_person_masks_more_and_unmasks_a_false_hit() -> None:
    masks = propose_masks(SAID, KNOWN)
    aid = find_masked_words(list_words(SAID, masks), masks)
    assert aid == {0, 1, 4, 8, 9}
    assert build_chosen_masks(SAID, masks, aid, MaskKind.DETAIL) == masks
    mine = build_chosen_masks(SAID, masks, (aid - {9}) | {6, 7, 12}, MaskKind.DETAIL)
    assert apply_masks(SAID, mine) == (
        "[NAME] called (at [PHONE]). The [DETAIL] [NAME] Street took her [DETAIL]."
    )
    assert apply_masks(SAID, build_chosen_masks(SAID, masks, (), MaskKind.NAME)) == SAID


def test_neighbors_of_one_kind_are_one() -> None:
    one, two, three = (
        TextMask(0, 3, MaskKind.NAME),
        TextMask(4, 7, MaskKind.NAME),
        TextMask(8, 9, MaskKind.DATE),
    )
    assert join_masks("Ana Lee 3", [three, two, one]) == (TextMask(0, 7, MaskKind.NAME), three)
    assert join_masks("Ana/Lee", [one, two]) == (one, two)
    assert join_masks("", []) == ()


@pytest.mark.parametrize(
    "masks",
    [
        (TextMask(0, 3, MaskKind.NAME), TextMask(2, 4, MaskKind.NAME)),
        (TextMask(0, 9, MaskKind.NAME),),
        (TextMask(2, 2, MaskKind.NAME),),
        (TextMask(-1, 2, MaskKind.NAME),),
    ],
)
def test_masks_that_do_not_fit(masks: tuple[TextMask, ...]) -> None:
    with pytest.raises(UnfitMasksError):
        apply_masks("Ana Lee", masks)


def test_a_word_that_is_not_there_cannot_be_chosen() -> None:
    with pytest.raises(UnfitMasksError):
        build_chosen_masks("Ana", (), {1}, MaskKind.NAME)


@given(TEXTS)
def test_the_proposal_is_what_the_aid_takes_out(text: str) -> None:
    masks = propose_masks(text, KNOWN)
    assert list(masks) == sorted(masks)
    if "[NAME]" not in apply_masks(text, masks):
        assert apply_masks(text, masks) == clean_free_text(text, KNOWN)[0]
    assert find_masked_words(list_words(text, masks), masks) == {
        n for n, word in enumerate(list_words(text, masks)) if word.mask is not None
    }


@given(TEXTS, st.data())
def test_what_is_chosen_is_gone_and_nothing_else_is(text: str, data: st.DataObject) -> None:
    masks = propose_masks(text, KNOWN)
    words = list_words(text, masks)
    numbers = data.draw(st.sets(st.sampled_from(range(len(words))))) if words else set()
    mine = build_chosen_masks(text, masks, numbers, MaskKind.DETAIL)
    apply_masks(text, mine)
    hidden = {at for mask in mine for at in range(mask.start, mask.end)}
    for number, word in enumerate(words):
        inside = set(range(word.start, word.end))
        assert inside <= hidden if number in numbers else not inside & hidden
    assert find_masked_words(words, mine) == numbers
