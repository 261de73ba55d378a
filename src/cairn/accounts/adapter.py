"""How allauth behaves here: nobody signs themselves up; a data manager adds people."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Closes self sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
