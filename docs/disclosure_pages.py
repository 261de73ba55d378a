"""The printed page of the disclosure rules that `cairn protect --rule NAME` applies."""

from collections.abc import Iterator

from tables import table

from cairn.sdc.magnitudes.dominance import DOMINANCE_RULES
from cairn.sdc.tables.reporting_rules import (
    EVERY_PERCENT,
    HUNDRED_PERCENT,
    REPORTING_RULES,
    PercentageDetail,
    PercentageRecoding,
    ReportingRule,
)

_SHOWS = {
    PercentageDetail.COUNTS: "numbers, and their percentage",
    PercentageDetail.SIZES: "the group's size and the recoded percentage",
    PercentageDetail.PERCENTAGES: "the recoded percentage alone",
}


def disclosure_rules() -> str:
    """Every rule by its name, with its numbers, where it stands, and its bands."""
    rows = (
        (
            f"`{one.name}`",
            one.title,
            str(one.minimum),
            str(one.smallest_group),
            _SHOWS[one.shows],
            one.citation,
            "yes" if one.verified else "no",
        )
        for one in REPORTING_RULES.values()
    )
    head = ("name", "used by", "minimum", "smallest group", "what is shown", "source", "verified")
    return (
        "# Disclosure rules\n\nThe rules that `cairn protect --rule NAME` applies. If you name "
        "several, the strictest applies. A number of people below the *minimum* is small, in a "
        "group and with or without an outcome. A group below the *smallest group* is withheld "
        "completely. *Verified*: a person checked the numbers in the source.\n\n"
        + table(head, rows)
        + "".join(_bands(one) for one in REPORTING_RULES.values())
        + _magnitudes()
    )


def _magnitudes() -> str:
    """The rules for sums and means."""
    rows = (
        (
            f"`{one.name}`",
            one.title,
            f"{one.percent} %",
            f"{one.largest} with {one.share} %" if one.largest else "",
            one.citation,
            "yes" if one.verified else f"no: {one.note}",
        )
        for one in DOMINANCE_RULES.values()
    )
    head = ("name", "used by", "p", "(n,k)", "source", "verified")
    return (
        "\n## Sums and means\n\nThe rules that `--rule NAME` adds with `--measure`; the default is "
        "`acro`. *p*: no one's value may be estimated to within this percentage. *(n,k)*: this "
        "many people together may not have more than that share.\n\n" + table(head, rows)
    )


def _bands(one: ReportingRule) -> str:
    rows = list(_recoded(one.recoding))
    note = f"{one.note}\n\n" if one.note else ""
    if not rows and not note:
        return ""
    told = table(("group of at least", "percentages shown"), rows) if rows else ""
    return f"\n## {one.name}\n\n{note}{told}"


def _recoded(recoding: PercentageRecoding) -> Iterator[tuple[str, str]]:
    for band in recoding.bands:
        starts = [0, *sorted(band.cuts)]
        ends = [*(cut - 1 for cut in starts[1:]), HUNDRED_PERCENT]
        if band.cuts == EVERY_PERCENT:
            yield str(band.least), "each whole percent"
            continue
        told = (f"{a}" if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))
        yield str(band.least), ", ".join(told)
