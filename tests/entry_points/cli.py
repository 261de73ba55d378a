"""The verbs of the command line. Each maker gets a folder of its own and returns the arguments."""

from importlib import import_module
from pathlib import Path
from typing import Any

from cairn.demo.planned_deliveries import find_examples_folder
from cairn.governance.partners.models.organizations import Organization


def _agreement(folder: Path) -> list[str]:
    return [str(find_examples_folder() / "agreements" / "RC-DSA-01.toml"), "--register"]


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
    delivery = _entries("intake")["TASKS"]["cairn.data.intake.tasks.conform_delivery"]()
    return [str(delivery["delivery_id"])]


def _file(folder: Path) -> list[str]:
    _delivered(folder)
    file = folder / "calendar.csv"
    file.write_text("School,Year,Who\n1,2025-26,x\n")
    return [str(file), "--from", "alder-creek-sd", "--under", "RC-DSA-01", "--feed", "graduation"]


def _release(folder: Path) -> list[str]:
    return [str(_entries("releases")["release"]()["pk"])]


def _draft(folder: Path) -> list[str]:
    return ["--title", "Absence", "--outcome", "chronic_absence", "--by", "district"]


def _nothing(folder: Path) -> list[str]:
    return []


def _entries(room: str) -> dict[str, Any]:
    return vars(import_module(f"tests.entry_points.{room}"))


# Verb → a function that makes what it needs and returns its arguments.
COMMANDS = {
    "trace": _found,
    "agree": _agreement,
    "consent export": _consent,
    "consent keep-back": _families,
    "consent nations": _families,
    "consent record": _papers,
    "consent revoke": _taken_back,
    "consent state": _statement,
    "decide": _asked,
    "destroy": _delivered,
    "dictionary": _dictionary,
    "family letters": _letters,
    "link": _nothing,
    "opt-out": _families,
    "people add": _person,
    "people list": _nothing,
    "people sign": _myself,
    "people trained": _learner,
    "publish": _release,
    "receive": _file,
    "release check": _release,
    "release draft": _draft,
    "release nation approve": _release,
    "release nation decline": _release,
    "release reword": _release,
    "release list": _nothing,
    "release send-back": _release,
    "release submit": _release,
    "secure assess": _organization,
    "secure plan": _organization,
    "verify": _nothing,
}
