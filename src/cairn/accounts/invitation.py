"""How someone who was added chooses a first password: a link that works once, for three days.

The data manager hands it over in person or by any message; no mail server is needed.
"""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from cairn.accounts.models import User


def invitation_path(user: User) -> str:
    """The path of the page where this person sets a password. Never log it."""
    key = default_token_generator.make_token(user)
    kwargs = {"uidb36": user_pk_to_url_str(user), "key": key}
    return reverse("account_reset_password_from_key", kwargs=kwargs)
