"""A copy writes dates, codes and numbers so that a family can read them."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from cairn.services.families.record_copies.content import (
    CopyContent,
    CopyLine,
    CopyStatement,
    build_copy_sections,
    seal_copy_content,
    unseal_copy_content,
)
from cairn.warehouse.schema.elements import get_record_type

AS_OF = date(2026, 11, 24)
_BEHAVIOR = get_record_type("discipline").fields["behavior"]
_ACTION = get_record_type("discipline").fields["action"]
CONTENT = CopyContent(
    (
        CopyLine(
            "discipline",
            "2025-26",
            {
                "start_date": "2026-03-02",
                "days": 1.0,
                "behavior": "x",
                "action": "in_school_suspension",
            },
            AS_OF,
        ),
        CopyLine("discipline", "", {"days": 2.5}, AS_OF),
    ),
    leaves_out_others=True,
)


@pytest.mark.parametrize(
    ("language", "day"), [("en", "March 2, 2026"), ("es", "2 de marzo de 2026")]
)
def test_values_are_written_for_readers(language: str, day: str) -> None:
    with translation.override(language):
        (section,) = build_copy_sections(CONTENT)
    assert _BEHAVIOR.label in section.headings
    first, second = section.rows
    assert {"2025-26", "x", day, "1"} <= set(first)
    assert second.count("—") == 4, "no year, day, behavior or action"
    assert _ACTION.codes["in_school_suspension"].label in first
    assert "2.5" in second


def test_a_copy_is_sealed_for_its_own_request_alone() -> None:
    sealed = seal_copy_content(7, CONTENT)
    assert unseal_copy_content(7, sealed) == CONTENT
    stated = replace(CONTENT, statements=(CopyStatement(AS_OF, "It was my niece."),))
    assert unseal_copy_content(7, seal_copy_content(7, stated)) == stated
    assert stated.compute_digest() != CONTENT.compute_digest()
    with pytest.raises(Exception):  # noqa: B017, PT011 - the tag of the cipher does not match
        unseal_copy_content(8, sealed)
