"""Check an agreement's number that a person enters on a form."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cairn.governance.agreements.queries.visible_agreements import is_agreement_on_record

__all__ = ["clean_agreement_number"]


def clean_agreement_number(number: str) -> str:
    """Return an agreement's number without spaces around it, if it is one on record.

    Args:
        number: what the person entered; may be empty.

    Returns:
        The number.

    Raises:
        ValidationError: no agreement on record has this number.
    """
    reference = number.strip()
    if reference and not is_agreement_on_record(reference):
        message = _(
            "No agreement on record has the number %(number)s. Check the number in the list of "
            "agreements."
        )
        raise ValidationError(message, params={"number": reference})
    return reference
