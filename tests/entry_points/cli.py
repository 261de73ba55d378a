"""The verbs of the command line. Each maker gets a folder of its own and returns the arguments."""

from importlib import import_module
from pathlib import Path
from typing import Any

from tests.entry_points.entry import Command

from cairn.demo.planned_deliveries import find_examples_folder
from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary.actions import Action


def _agreement(folder: Path) -> list[str]:
    return [str(find_examples_folder() / "agreements" / "RC-DSA-01.toml"), "--register"]


def _backup_places(folder: Path) -> list[str]:
    public_key = import_module("pyrage").x25519.Identity.generate().to_public()
    return [
        *("--to", str(folder / "data"), "--keys-to", str(folder / "keys")),
        *("--recipient", str(public_key)),
    ]


def _person(folder: Path) -> list[str]:
    Organization.objects.create(slug="river", name="River", kind="school_district")
    return ["sam@river.example", "--name", "Sam", "--role", "steward", "--organization", "river"]


def _found(folder: Path) -> list[str]:
    file = folder / "found.csv"
    file.write_text("person,grade\na1,3\n")
    return [str(file)]


def _myself(folder: Path) -> list[str]:
    return ["operator@example.org", "--name", "Data Manager"]


def _learner(folder: Path) -> list[str]:
    return [
        *("operator@example.org", "--module", "pdsa", "--on", "2026-01-15"),
        *("--how", "A course of the county"),
    ]


def _organization(folder: Path) -> list[str]:
    Organization.objects.create(slug="river", name="River", kind="school_district")
    return ["river"]


def _families(folder: Path) -> list[str]:
    Organization.objects.create(slug="river", name="River", kind="school_district")
    ids = folder / "ids.txt"
    ids.write_text("1001\n")
    return [str(ids), "--from", "river"]


def _statement(folder: Path) -> list[str]:
    return ["withheld", "no_record", "--from", *_organization(folder)]


def _papers(folder: Path) -> list[str]:
    _entries("consents")["form"]()
    file = folder / "papers.csv"
    file.write_text("local_id,signer,relation,signed_on\n1001,Rosa,parent,2026-01-15\n")
    return [str(file), "--form", "river/help", "--from", "river"]


def _consent(folder: Path) -> list[str]:
    return [_entries("consents")["consent"]()["reference"]]


def _taken_back(folder: Path) -> list[str]:
    name = folder / "name.txt"
    name.write_text("Rosa\n")
    return [*_consent(folder), str(name)]


def _letters(folder: Path) -> list[str]:
    where = ["--address", "https://cairn.example", "--to", str(folder / "letters.html")]
    return [*_families(folder), *where]


def _dictionary(folder: Path) -> list[str]:
    Organization.objects.create(slug="river", name="River", kind="school_district")
    file = folder / "fields.csv"
    file.write_text("Element name,Definition\nGRADE,The grade\n")
    return [str(file), "--from", "river"]


def _asked(folder: Path) -> list[str]:
    plain = find_examples_folder().parent / "decide"
    facts, request = plain / "facts.json", plain / "view.json"
    return ["--facts", str(facts), "--request", str(request), "--as", "recipient"]


def _delivered(folder: Path) -> list[str]:
    delivery = _entries("intake")["task"]()
    return [str(delivery["delivery_id"])]


def _file(folder: Path) -> list[str]:
    _delivered(folder)
    file = folder / "calendar.csv"
    file.write_text("School,Year,Who\n1,2025-26,x\n")
    return [str(file), "--from", "alder-creek-sd", "--under", "RC-DSA-01", "--feed", "graduation"]


def _published(folder: Path) -> list[str]:
    file = folder / "poverty.csv"
    file.write_text("County,Year,Poverty rate\nOak,2024,12.5\nElm,2024,9\n")
    said = {"--title": "Poverty", "--publisher": "Census", "--license": "public", "--area": "x"}
    options = [text for pair in said.items() for text in pair]
    where = ["--address", "https://example.org/poverty", "--as-of", "2024-12-31"]
    return [str(file), *options, *where, "--yes"]


def _watched(folder: Path) -> list[str]:
    _delivered(folder)
    return [str(folder), "--from", "alder-creek-sd", "--under", "RC-DSA-01"]


def _release(folder: Path) -> list[str]:
    return [str(_entries("releases")["release"]()["pk"])]


def _draft(folder: Path) -> list[str]:
    return ["--title", "Absence", "--outcome", "chronic_absence", "--by", "district"]


def _nothing(folder: Path) -> list[str]:
    return []


def _entries(room: str) -> dict[str, Any]:
    return vars(import_module(f"tests.entry_points.{room}"))


def _mailbox(folder: Path) -> list[str]:
    """A message that is no report of a bounce."""
    message = folder / "message.eml"
    message.write_text("Subject: Hello\n\nNo report.")
    return [str(message)]


COMMANDS = {
    "trace": Command(_found, (Action.VIEW_EXTRACT,), 1),
    "agree": Command(_agreement, (Action.LOAD_AGREEMENT,), 0, ("agreement.loaded",)),
    "consent export": Command(_consent, (Action.VIEW_CONSENTS,), 0),
    "consent keep-back": Command(_families, (Action.VERIFY_CONSENT,), 1, ("refused",)),
    "consent nations": Command(_families, (Action.VERIFY_CONSENT,), 1, ("refused",)),
    "consent record": Command(_papers, (Action.RECORD_CONSENT,), 0, ("consent.recorded",)),
    "consent revoke": Command(
        _taken_back, (Action.VIEW_CONSENTS, Action.REVOKE_CONSENT), 0, ("consent.revoked",)
    ),
    "consent state": Command(_statement, (Action.STATE_OF_CHILDREN,), 1, ("refused",)),
    "decide": Command(_asked, (Action.LIST,), 0),
    "destroy": Command(_delivered, (Action.VIEW_DUTIES, Action.DESTROY), 0),
    "dictionary": Command(_dictionary, (Action.CHANGE_DICTIONARY,), 0, ("dictionary.imported",)),
    "family letters": Command(_letters, (Action.INVITE_FAMILY,), 0, ("family.invited",)),
    "link": Command(_nothing, (Action.LINK,), 1),
    "opt-out": Command(_families, (Action.RECORD_OPT_OUT,), 0, ("opt_out.recorded",)),
    "people add": Command(_person, (Action.CHANGE_PEOPLE,), 0, ("person.added",)),
    "people list": Command(_nothing, (Action.VIEW_PEOPLE,), 0),
    "people sign": Command(_myself, (Action.TAKE_TRAINING,), 0),
    "people trained": Command(_learner, (Action.ATTEST_TRAINING,), 0, ("training.attested",)),
    "publish": Command(
        _release,
        (Action.VIEW_RELEASE, Action.PUBLISH_RELEASE),
        1,
        ("refused", "disclosure.refused"),
    ),
    "add-table": Command(
        _published,
        (Action.ADD_PUBLIC_SOURCE,),
        0,
        ("public_source.uploaded", "public_source.added"),
    ),
    "watch": Command(
        _watched, (Action.VIEW_AGREEMENT, Action.RECEIVE), 1, ("refused", "disclosure.refused")
    ),
    "receive": Command(
        _file,
        (Action.VIEW_AGREEMENT, Action.RECEIVE),
        1,
        ("disclosure.refused", "delivery.refused"),
    ),
    "release check": Command(
        _release,
        (Action.VIEW_RELEASE, Action.PROTECT, Action.BUILD_MART),
        1,
        ("refused", "disclosure.refused"),
    ),
    "release draft": Command(_draft, (Action.DRAFT_RELEASE,), 1, ("refused",)),
    "release nation approve": Command(
        _release, (Action.VIEW_RELEASE, Action.APPROVE_AS_NATION), 1, ("refused",)
    ),
    "release nation decline": Command(
        _release, (Action.VIEW_RELEASE, Action.APPROVE_AS_NATION), 1, ("refused",)
    ),
    "release reword": Command(
        _release, (Action.VIEW_RELEASE, Action.DRAFT_RELEASE), 0, ("release.reworded",)
    ),
    "release list": Command(_nothing, (Action.VIEW_RELEASE,), 0),
    "release send-back": Command(
        _release,
        (Action.VIEW_RELEASE, Action.SEND_BACK_RELEASE),
        1,
        ("refused", "disclosure.refused"),
    ),
    "release submit": Command(
        _release, (Action.VIEW_RELEASE, Action.SUBMIT_RELEASE), 0, ("release.submitted",)
    ),
    "secure assess": Command(_organization, (Action.VIEW_CLEARANCE,), 0),
    "secure plan": Command(_organization, (Action.VIEW_CLEARANCE,), 0),
    "bounces": Command(_mailbox, (Action.MANAGE_EMAIL,), 0),
    "backup": Command(_backup_places, (Action.MANAGE_SCHEDULE,), 0, ("backup.made",)),
    "verify": Command(_nothing, (Action.VERIFY,), 0, ("verified",)),
}
