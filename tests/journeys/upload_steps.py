"""Confirm the columns of a file that was uploaded, as each journey does before rows land."""

from tests.journeys.visitor import Visitor


def confirm_columns(visitor: Visitor) -> None:
    """Agree to the columns and codes that Cairn proposes, and to the preview."""
    visitor.sees("Confirm the columns")
    visitor.press("Continue to the preview")
    visitor.sees("Preview of the file")
    visitor.press("Confirm and import")
