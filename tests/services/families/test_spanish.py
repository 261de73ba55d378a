"""A family's page is whole in Spanish: nothing untranslated, nothing stale, nothing forgotten."""

import gettext
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from tests.governance.consents.sample_consents import World, paper
from tests.outputs.registers.test_spanish import same
from tests.services.families.phone import letter, phone

from cairn.governance.consents import plain_language
from cairn.governance.consents.models.consent import Consent
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose
from cairn.services import families
from cairn.services.families.models import AmendmentRequest

ROOM = Path(families.__file__).parent
CATALOG = ROOM / "locale" / "es" / "LC_MESSAGES"
_TAG = re.compile(r"""{%\s*translate\s+(?:"([^"]*)"|'([^']*)')""")
_BLOCK = re.compile(r"{%\s*blocktranslate.*?%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)
_CALL = re.compile(r"""(?<![a-z_])(?:_|gettext)\(\s*"((?:[^"\\]|\\.)*)"\s*\)""")


def _asked() -> set[str]:
    """Everything that the templates and modules of this room ask to be translated."""
    found = set()
    for file in ROOM.rglob("*.html"):
        text = file.read_text("utf-8")
        found |= {one or other for one, other in _TAG.findall(text)}
        for inner in _BLOCK.findall(text):
            for part in re.split(r"{%\s*plural\s*%}", inner):
                found.add(re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", part))
    for file in ROOM.rglob("*.py"):
        found |= set(_CALL.findall(file.read_text("utf-8")))
    return found


def _catalog() -> dict[object, str]:
    with (CATALOG / "django.mo").open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]


def _source() -> dict[str, str]:
    """The .po file's plain entries."""
    text = (CATALOG / "django.po").read_text("utf-8")
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.*)"$', text, re.MULTILINE)
    return {key.replace('\\"', '"'): said.replace('\\"', '"') for key, said in pairs}


def test_everything_asked_for_is_translated() -> None:
    catalog = _catalog()
    known = {key if isinstance(key, str) else key[0] for key in catalog}  # type: ignore[index]
    text = (CATALOG / "django.po").read_text("utf-8")
    plural = set(re.findall(r'^msgid_plural "(.*)"$', text, re.MULTILINE))
    assert _asked() - known - plural == set()
    assert all(catalog.values())


def test_the_compiled_catalog_is_the_written_one() -> None:
    catalog = _catalog()
    assert len(_source()) > 150
    assert {key: catalog.get(key) for key in _source()} == _source()


def test_a_translation_keeps_what_is_filled_in() -> None:
    for key, said in _source().items():
        assert sorted(re.findall(r"%\(\w+\)s", key)) == sorted(re.findall(r"%\(\w+\)s", said)), key


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_code_has_words(language: str) -> None:
    with translation.override(language):
        assert all(
            len(str(plain_language.describe_basis_for_families(code))) > 10 for code in LegalBasis
        )
        assert len(plain_language.describe_purposes_for_families(p.value for p in Purpose)) == len(
            Purpose
        )
        assert (
            plain_language.describe_records_for_families(
                ["attendance.date", "attendance.event", "unheard.of"]
            )
            == {
                "en": ["daily school attendance", "other school information"],
                "es": ["asistencia diaria a la escuela", "otra información escolar"],
            }[language]
        )
        assert plain_language.describe_element_for_families("student.birth_date").endswith(
            {"en": ": birth date", "es": ": fecha de nacimiento"}[language]
        )
        assert (
            plain_language.describe_element_for_families("attendance.*")
            == plain_language.describe_records_for_families(["attendance.*"])[0]
        )


@pytest.mark.django_db(databases=["default", "identities"])
def test_a_family_reads_no_english_on_its_page(world: World) -> None:
    world.verified(paper("S-1"))
    client = phone(letter(world).code)
    for scope in ("all_discretionary", "directory"):
        client.post(f"/family/child/decline/{scope}/", {"name": "Rosa", "relation": "parent"})
    client.post("/family/child/copy/", {"name": "Rosa", "relation": "parent"})
    rosa = {"name": "Rosa", "relation": "parent", "wrong": "FERPA", "correct": "FERPA"}
    client.post("/family/child/correction/", rosa)
    correction = f"correction/{AmendmentRequest.objects.get().pk}/"
    (consent,) = Consent.objects.all()
    written = {"Rosa Alba", "Rosa", "River", "Lanterns", "Child S-1", "FERPA", "CFR"}
    for page in (
        "",
        "record/",
        f"form/{world.form.pk}/",
        f"stop/{consent.reference}/",
        "decline/directory/",
        "copy/",
        "correction/",
        "corrections/",
        "programs/",
        f"{correction}hearing/",
        f"{correction}statement/",
        f"{correction}withdraw/",
    ):
        left = same(client, f"/family/child/{page}")
        assert {text for text in left if not any(name in text for name in written)} == set(), page
    assert same(Client(), "/family/") == set()
