"""One outcome as a Data Package (datapackage.org, standard 2.0): the table, what its columns mean,
where it comes from, which rules were applied and what is withheld, for whoever takes it along."""

import hashlib
import json
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings
from django.utils.translation import gettext as _

from cairn.dashboards import queries, sentences, words
from cairn.dashboards.queries import Shown
from cairn.dashboards.spreadsheet import comma_separated, header, lines
from cairn.releases import labels
from cairn.rules.vocabulary import PartyRole

_PROFILES: Final = "https://datapackage.org/profiles/2.0/"
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)  # the zip format's own: the same figures, the same bytes


def zipped(one: Shown, home: str) -> bytes:
    """``datapackage.json`` beside the table, in one file; ``home`` is the page's address."""
    table = comma_separated(one.figures, str(one.release.as_of)).encode()
    resource = {
        "path": f"{one.definition.id}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(table),
        "hash": f"sha256:{hashlib.sha256(table).hexdigest()}",
    }
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        said = as_json(_package(one, home, resource))
        for name, content in (("datapackage.json", said), (resource["path"], table)):
            archive.writestr(ZipInfo(str(name), _FIRST_DAY), content, ZIP_DEFLATED)
    return out.getvalue()


def in_one_file(one: Shown, home: str) -> bytes:
    """The same with the table inside the description, as JSON."""
    columns = header(one.figures)
    rows = [dict(zip(columns, line, strict=True)) for line in lines(one.figures, _as_of(one))]
    return as_json(_package(one, home, {"format": "json", "data": rows}))


def as_json(package: dict[str, Any]) -> bytes:
    """A description as text that people can read too."""
    return json.dumps(package, ensure_ascii=False, indent=2).encode()


def _package(one: Shown, home: str, resource: dict[str, Any]) -> dict[str, Any]:
    definition, release = one.definition, one.release
    title = labels.spoken(definition.title)
    behind = queries.agreements(release)
    owners = [
        {"title": party.name, "version": agreement.reference}
        for agreement in behind
        for party in agreement.parties
        if party.role is PartyRole.PROVIDER
    ]
    published = release.published_at.isoformat() if release.published_at else ""
    return {
        "$schema": f"{_PROFILES}datapackage.json",
        "name": definition.id,
        "id": f"{home}#{one.version}",
        "title": title,
        "description": "\n\n".join(_description(one)),
        "homepage": home,
        "version": published[:10].replace("-0", "-").replace("-", "."),
        "created": published,
        "contributors": [{"title": release.organization.name, "roles": ["creator", "publisher"]}],
        "sources": owners,
        **_licenses(),
        "resources": [
            {
                "name": definition.id,
                "type": "table",
                "title": title,
                **resource,
                "schema": _schema(one),
            }
        ],
        "asOf": _as_of(one),
        "rules": _rules(one),
        "withheld": {
            "groups": one.figures.withheld,
            "why": words.why_withheld(one.figures.statistic),
        },
        "lineage": {
            "file": release.released,
            "districtsThatTried": release.contributors,
            "legalBases": sorted({labels.basis(agreement.basis) for agreement in behind}),
            "agreements": [
                {"reference": agreement.reference, "title": agreement.title} for agreement in behind
            ],
        },
    }


def _as_of(one: Shown) -> str:
    return str(one.release.as_of)


def _licenses() -> dict[str, Any]:
    """What the partnership names in its settings; nobody but the partnership can choose it."""
    return {"licenses": [{"name": settings.CAIRN_LICENSE}]} if settings.CAIRN_LICENSE else {}


def _description(one: Shown) -> list[str]:
    definition, release = one.definition, one.release
    said = [
        labels.spoken(definition.why),
        f"{words.counted(definition)}: {labels.spoken(definition.numerator_text)}",
        f"{_('Among')}: {labels.spoken(definition.denominator_text)}",
        release.story,
        release.what_changed,
        *(labels.caveat(caveat) for caveat in release.caveats),
        sentences.withheld(one.figures.withheld),
        *labels.together(one.figures.races),
    ]
    if not settings.CAIRN_LICENSE:
        said.append(_("No license is named: ask the partnership before you publish copies."))
    return [text for text in said if text]


def _rules(one: Shown) -> list[str]:
    """What was done so that no child can be known."""
    return [
        sentences.never_shown(
            one.release.minimum_cell, one.release.contributors, one.figures.statistic
        ),
        _(
            "Two reviewers read it, the owners of the data were asked, and a program that plays "
            "the attacker could not work out a withheld number."
        ),
        _("Alphabetical, never ranked: schools serve different children."),
    ]


def _unit(one: Shown) -> str:
    measure = one.definition.measure
    return labels.spoken(measure.unit) if measure else ""


def _schema(one: Shown) -> dict[str, Any]:
    """What the columns are (Table Schema). An empty number is a withheld one."""
    counted = {"type": "integer", "constraints": {"minimum": 0}}
    text = {"type": "string"}
    told: dict[str, tuple[str, dict[str, Any]]] = {
        "outcome": (_("What is counted, by its code"), text),
        "school_year": (_("School year"), text),
        "district": (_("District; “All” where summed over"), text),
        "school": (_("School; “All” where summed over"), text),
        "race_ethnicity": (
            _(
                "Race and ethnicity, by its code, with “+” between groups that are counted as "
                "one; “All” where summed over"
            ),
            text,
        ),
        "gender": (_("Gender, by its code; “All” where summed over"), text),
        "children": (_("Children in the group; empty where withheld"), counted),
        "reached": (_("Those of them who reached the outcome; empty where withheld"), counted),
        "percent": (
            _("Reached of 100 children; empty where withheld"),
            {"type": "number", "constraints": {"minimum": 0, "maximum": 100}},
        ),
        "statistic": (_("What is told of the group: its mean or its median"), text),
        "value": (
            _("What its children have, in %(unit)s; empty where withheld") % {"unit": _unit(one)},
            {"type": "number"},
        ),
        "rounded_to": (
            _("The value is told to the nearest multiple of this"),
            {"type": "number"},
        ),
        "withheld": (
            _("Whether a number of the group is withheld"),
            {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
        ),
        "as_of": (_("The day on which it was counted"), {"type": "date"}),
    }
    return {
        "$schema": f"{_PROFILES}tableschema.json",
        "fields": [
            {"name": name, "title": told[name][0], **told[name][1]} for name in header(one.figures)
        ],
        "primaryKey": list(header(one.figures)[:6]),
        "missingValues": [""],
    }
