"""Correct the name and the email address of a user."""

from allauth.account.models import EmailAddress

from cairn.platform.accounts.models import User


def correct_user(user: User, *, name: str, email: str) -> None:
    """Change a user's name and email address; from then on they sign in with the new address.

    An unused password link stops working, because it is bound to the address.

    Args:
        user: the user.
        name: the corrected name.
        email: the corrected address; the caller has checked that no other user has it.
    """
    user.name, user.email = name.strip(), email.strip().lower()
    user.save(update_fields=["name", "email"])
    # allauth would still accept an earlier address that it has on record.
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
