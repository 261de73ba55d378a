"""Recognize a file that was made from the template of its agreement, which leaves no question."""

from collections.abc import Sequence
from datetime import date

from cairn.data.intake.proposals.layout_proposal import ConfirmedLayout
from cairn.governance.dictionaries.api import find_special_classes
from cairn.policy.facts import AgreementFact
from cairn.policy.questions import find_importable_elements
from cairn.warehouse.file_templates import find_template_records
from cairn.warehouse.schema import ColumnMapping, Sheet

__all__ = ["TEMPLATE_REASON", "build_template_layout", "find_template_mapping"]

TEMPLATE_REASON = "heading of the agreement's template"


def find_template_mapping(
    sheets: Sequence[Sheet], terms: AgreementFact, sender: str, on: date, record: str = ""
) -> ColumnMapping | None:
    """Find the mapping of a file that has exactly the headings of its agreement's template.

    Args:
        sheets: sheets of the file.
        terms: the agreement.
        sender: slug of the organization that sends the file.
        on: the day on which it is sent.
        record: the record type that the sender chose; empty to find it by the headings.

    Returns:
        The mapping; None for any other file, and where the headings are those of several record
        types and the sender chose none.
    """
    if len(sheets) != 1:
        return None
    classes = find_special_classes(terms.elements, sender)
    elements = find_importable_elements(terms, sender, on, classes)
    found = [
        template
        for template in find_template_records(sheets[0].header, elements)
        if record in ("", template.record.name)
    ]
    return found[0].build_mapping() if len(found) == 1 else None


def build_template_layout(mapping: ColumnMapping) -> ConfirmedLayout:
    """Build the layout of a file made from a template, to notice cells that do not fit.

    Args:
        mapping: what ``find_template_mapping`` returned.

    Returns:
        The layout: exactly these columns, and no code without a meaning.
    """
    return ConfirmedLayout(columns=frozenset(mapping.columns))
