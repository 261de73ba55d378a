"""Invite a person who was added to choose a first password.

The link works once, for three days. The data manager hands it over in person or by any message;
no mail server is needed.
"""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from cairn.platform.accounts.models import User


def build_invitation_path(user: User) -> str:
    """Build the path of the page where this person sets a password. Never log it.

    Args:
        user: the invited user.

    Returns:
        The path, with a token that works once.
    """
    key = default_token_generator.make_token(user)
    kwargs = {"uidb36": user_pk_to_url_str(user), "key": key}
    return reverse("account_reset_password_from_key", kwargs=kwargs)
