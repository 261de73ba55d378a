"""Labels of the actions, purposes and legal bases that the record stores as codes."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from cairn.governance.agreements.api import LEGAL_BASIS_PHRASES
from cairn.policy.vocabulary import Action, LegalBasis, Purpose

_ACTION_LABELS: Final = {
    Action.VIEW: _("Viewed one child's record"),
    Action.LIST: _("Viewed a list of children"),
    Action.EXPORT: _("Exported an extract"),
    Action.DELIVER: _("Sent data to another organization"),
    Action.REFER: _("Referred a child"),
    Action.MATCH: _("Matched records"),
    Action.AGGREGATE: _("Calculated figures"),
    Action.RELEASE: _("Released figures"),
    Action.PUBLISH: _("Published figures"),
    Action.EMERGENCY: _("Disclosed in an emergency"),
    Action.RECEIVE: _("Received a data submission"),
    Action.CONFORM: _("Checked a data submission"),
    Action.LINK: _("Matched records to people"),
    Action.BUILD_MART: _("Built an analysis table"),
    Action.COUNT: _("Calculated figures"),
    Action.PROTECT: _("Suppressed small cells"),
    Action.VIEW_RELEASE: _("Viewed draft figures"),
    Action.SEND_BACK_RELEASE: _("Sent figures to data owners for preview"),
    Action.PUBLISH_RELEASE: _("Published figures"),
}

PURPOSE_LABELS: Final = {
    Purpose.PUBLIC_REPORTING: _("Public reporting"),
    Purpose.PROGRAM_EVALUATION: _("Program evaluation"),
    Purpose.RESEARCH: _("Research"),
    Purpose.IMPROVE_INSTRUCTION: _("Improving instruction"),
    Purpose.SERVICE_COORDINATION: _("Service coordination"),
}


def find_action_label(code: str) -> str:
    """Find the label of an action; a code without a label is shown with spaces.

    Args:
        code: the action's code.

    Returns:
        The label.
    """
    for action, label in _ACTION_LABELS.items():
        if action.value == code:
            return str(label)
    return code.replace("_", " ").capitalize()


def find_purpose_label(code: str) -> str:
    """Find the label of a purpose.

    Args:
        code: the purpose's code, or empty.

    Returns:
        The label; empty for an empty code.
    """
    return str(PURPOSE_LABELS[Purpose(code)]) if code else ""


def find_basis_label(code: str) -> str:
    """Find the label of a legal basis, with its citation, as agreements word it.

    Args:
        code: the basis's code, or empty.

    Returns:
        The label; empty for an empty code.
    """
    return LEGAL_BASIS_PHRASES[LegalBasis(code)] if code else ""
