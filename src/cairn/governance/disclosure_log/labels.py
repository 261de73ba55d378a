"""Labels of the actions, purposes and legal bases that the record stores as codes."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from cairn.governance.agreements.api import LEGAL_BASIS_PHRASES
from cairn.policy.vocabulary import Action, LegalBasis, Purpose

_ACTION_LABELS: Final = {
    Action.VIEW: _("One child's record was seen"),
    Action.LIST: _("A list of children was seen"),
    Action.EXPORT: _("An extract was taken"),
    Action.DELIVER: _("Data were sent on"),
    Action.REFER: _("A child was referred"),
    Action.MATCH: _("Records were matched"),
    Action.AGGREGATE: _("Children were counted"),
    Action.RELEASE: _("Figures were released"),
    Action.PUBLISH: _("Figures were published"),
    Action.EMERGENCY: _("An emergency"),
    Action.RECEIVE: _("A delivery was received"),
    Action.CONFORM: _("A delivery was checked"),
    Action.LINK: _("Records were linked to people"),
    Action.BUILD_MART: _("A table to count from was made"),
    Action.COUNT: _("Children were counted"),
    Action.PROTECT: _("Small groups were withheld"),
    Action.VIEW_RELEASE: _("A draft of figures was seen"),
    Action.SEND_BACK_RELEASE: _("Figures went to their owners first"),
    Action.PUBLISH_RELEASE: _("Figures were published"),
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
