"""Nobody reaches another organization's rows by writing their number into an address.

The objects are those of `tests/entry_points`, each at an organization of its own; the person who
asks has a role that reaches no further than `lake`. What may not be seen does not exist (404) or is
refused (403).
"""

from collections.abc import Callable
from copy import deepcopy
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse
from tests.entry_points.undone import show_plain_refusals, undone
from tests.test_every_entry_point import ROUTES

from cairn.platform.audit.models import AuditLine
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

# Pages that every partner's staff, or the public, may read; nobody from elsewhere may write there.
READ_BY_ALL = {
    *("deadlines:month", "training:course", "training:quiz"),
    *("projects:body", "projects:body_public", "projects:detail", "projects:matter"),
    *("projects:meeting", "projects:policy", "projects:request", "public_sources:catalog_entry"),
    *("indicators:detail", "indicators:file"),
    *("survey_figures:public", "web:progress", "programs:portfolio"),
}
# What a form of theirs would send.
SENT = {"ballot": "approve", "why": "because", "organization": "river", "text": "words"}
# Roles that reach no further than their own organization.
LOCAL = (Role.DATA_MANAGER, Role.STEWARD, Role.ANALYST, Role.PROGRAM_STAFF)
HARMLESS_EVENTS = {"refused", "disclosure.refused", "session.began"}
ABOUT_ONE = sorted(
    name
    for name, route in ROUTES.items()
    if route.make is not dict
    and not name.startswith(("dashboards:", "published_tables:"))
    # The documentation is public. All staff see which partners there are; `web:partner` shows of
    # one what its reader may see (tests/interfaces/web/pages/test_partner.py).
    # A secret key is in the address: only the signer of the paper has it, whose calendar it is, or
    # who was asked for a file or a survey. Families register at an address that everybody knows.
    and name
    not in {
        *("web:help_page", "web:partner"),
        *("agreements:confirm_signature", "agreements:confirmation_page"),
        *("deadlines:subscribed_feed", "intake:requested_file", "surveys:answer"),
        *("programs:register", "programs:answer_offer", "programs:continue_link"),
    }
)


def test_an_identifier_in_an_address_opens_nothing(
    browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a route is about is made once; each role tries it, and each try is undone.

    A role that a route refuses for its own organization too is in `test_every_entry_point`.
    """
    show_plain_refusals(monkeypatch)
    signed_in = {role: browser(role, at="lake").cookies for role in LOCAL}
    wrong: dict[str, str] = {}
    for name in ABOUT_ONE:
        route = ROUTES[name]
        with undone():
            address = reverse(name, kwargs=route.make())
            for role, method in product(LOCAL, ("get", "post")):
                if method == route.method and role not in route.roles:
                    continue
                client = Client()
                client.cookies = deepcopy(signed_in[role])
                with undone():
                    fault = _find_fault(name, address, method, client)
                if fault:
                    wrong[f"{role} {method} {name}"] = fault
    assert wrong == {}


def _find_fault(name: str, address: str, method: str, client: Client) -> str:
    before = AuditLine.objects.count()
    answer = client.get(address) if method == "get" else client.post(address, SENT)
    readable = (200, 422) if name in READ_BY_ALL else ()
    if answer.status_code not in (403, 404, 405, *readable):
        return f"answered {answer.status_code}"
    written = AuditLine.objects.filter(sequence__gt=before).values_list("event", flat=True)
    return "" if set(written) <= HARMLESS_EVENTS else f"recorded {sorted(written)}"


def test_every_app_with_identifiers_in_its_addresses_is_asked() -> None:
    apps = {name.partition(":")[0] for name in ABOUT_ONE}
    assert apps == {
        *(
            "agreements",
            "breaches",
            "legal",
            "consents",
            "deadlines",
            "dictionaries",
            "disclosures",
            "families",
        ),
        *(
            "figures",
            "indicators",
            "intake",
            "linkage",
            "notes",
            "notices",
            "opt_outs",
            "partners",
            "projects",
            "programs",
            "public_sources",
            "registers",
        ),
        *("releases", "retention", "students", "survey_figures", "surveys", "training", "web"),
    }
