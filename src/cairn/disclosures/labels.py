"""What people call the actions, purposes and legal bases that the record knows by a code."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from cairn.agreements.wording.words import BASIS
from cairn.rules.vocabulary import Action, LegalBasis, Purpose

_LABELS: Final = {
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
PURPOSES: Final = {
    Purpose.PUBLIC_REPORTING: _("Public reporting"),
    Purpose.PROGRAM_EVALUATION: _("Program evaluation"),
    Purpose.RESEARCH: _("Research"),
    Purpose.IMPROVE_INSTRUCTION: _("Improving instruction"),
    Purpose.SERVICE_COORDINATION: _("Service coordination"),
}


def action_label(code: str) -> str:
    """The words for an action; one without words of its own is said by its code, spaced."""
    for action, label in _LABELS.items():
        if action.value == code:
            return str(label)
    return code.replace("_", " ").capitalize()


def purpose_label(code: str) -> str:
    """The words for a purpose; empty for none."""
    return str(PURPOSES[Purpose(code)]) if code else ""


def basis_label(code: str) -> str:
    """The words for a legal basis, with its paragraph, as agreements say it; empty for none."""
    return BASIS[LegalBasis(code)] if code else ""
