"""A family, and a visitor, read why something is refused in Spanish too."""

import gettext
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation
from tests.governance.consents.sample_consents import World, paper
from tests.services.families.phone import letter, phone

from cairn.governance.partners.facts import load_actor
from cairn.interfaces import web
from cairn.interfaces.web.templatetags.decisions import told
from cairn.policy.law.cards import CARDS
from cairn.policy.law.rule_card import RuleCard
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.decisions import Audience
from cairn.services import families

_CARD_WITHOUT_MESSAGES = RuleCard("", "", "", "", "")


def _read_catalog(app: object) -> dict[str, str]:
    folder = Path(str(app.__file__)).parent  # type: ignore[attr-defined]
    with (folder / "locale/es/LC_MESSAGES/django.mo").open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]


_SPANISH = _read_catalog(families) | _read_catalog(web)


@pytest.mark.parametrize("audience", [Audience.FAMILY, Audience.PUBLIC])
def test_every_message_to_a_family_and_to_the_public_has_spanish(audience: Audience) -> None:
    messages = {card.others[audience] for card in CARDS if audience in card.others}
    messages.add(_CARD_WITHOUT_MESSAGES.find_template(audience))
    assert len(messages) >= 5
    assert sorted(message for message in messages if not _SPANISH.get(message)) == []
    assert [message for message in messages if "{" in message] == [], "it is translated whole"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("en", "This answer has changed. Please reload the page."),
        ("es", "Esta respuesta cambió. Vuelva a cargar la página."),
    ],
)
def test_a_family_reads_why_its_change_was_not_made(world: World, language: str, why: str) -> None:
    (consent,) = world.verified(paper())
    client = phone(letter(world).code)
    client.cookies["django_language"] = language
    stop = f"/family/child/stop/{consent.reference}/"
    client.post(stop, {"name": "Rosa", "relation": "parent"})
    answer = client.post(stop, {"name": "Rosa", "relation": "parent"})
    assert (answer.status_code, why in answer.content.decode()) == (403, True)


@pytest.mark.django_db
def test_a_visitor_reads_a_refusal_in_the_language_of_the_page() -> None:
    decision = may_open_page(Action.VIEW_AUDIT, load_actor(None), on=date(2026, 11, 24))
    with translation.override("en"):
        assert told(decision, "public")[0].message == "Sign in first."
    with translation.override("es"):
        assert told(decision, "public")[0].message == "Primero inicie sesión."
