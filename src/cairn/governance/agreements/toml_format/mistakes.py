"""Collect the mistakes that keep a text from being an agreement, each with its line.

Some are shown by no single key: date order, names that are not parties, and self-references.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from cairn.governance.agreements.toml_format import line_numbers
from cairn.policy.checks import list_referenced_agreements
from cairn.policy.facts import AgreementFact
from cairn.policy.vocabulary import PartyRole


@dataclass(frozen=True, slots=True)
class FormatMistake:
    """One mistake: its line, and a sentence that names the place and what to write there.

    ``table`` and ``key`` give the place for a page that shows a form instead of lines.
    """

    line: int
    told: str
    table: line_numbers.TomlPath = ()
    key: str = ""

    def __str__(self) -> str:
        return f"Line {self.line}: {self.told}"


class BadAgreement(Exception):
    """A text that cannot be read as an agreement; `mistakes` says where and what to write."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


@dataclass
class MistakeLog:
    """The mistakes found so far; parsing continues after each, so that the writer sees all at
    once.

    Args:
        text: the text (TOML). Its lines are numbered at the first mistake, since most texts that
            are read have none.
    """

    text: str
    found: list[FormatMistake] = field(default_factory=list)

    def add_mistake(self, table: line_numbers.TomlPath, key: str, what: str) -> None:
        """Add a mistake at a key of a table.

        Args:
            table: the table's path, such as ``("parties", 0)``.
            key: the key.
            what: the rest of the sentence after the place, without a period.
        """
        place = _format_table_path(table)
        message = f"“{key}”{f' in {place}' if place else ''} {what}."
        line = line_numbers.find_nearest_line(self.where, (*table, key))
        self.found.append(FormatMistake(line, message, table, key))

    @cached_property
    def where(self) -> Mapping[line_numbers.TomlPath, int]:
        """The line of each key and table, by its path."""
        return line_numbers.find_line_numbers(self.text)


def _format_table_path(table: line_numbers.TomlPath) -> str:
    """Format a table's path for a person: ``parties, number 1``."""
    words = ""
    for part in table:
        if isinstance(part, int):
            words += f", number {part + 1}"
        else:
            words += f".{part}" if words else part
    return words


_DECODER_POSITION: Final = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_KEY_LINE: Final = re.compile(r"\s*([\w.-]+)\s*=\s*(.*)")

_DAY_LIKE: Final = re.compile(
    r"(?:\d{1,4}[-/.]){1,2}\d{1,4}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)


def describe_toml_error(text: str, error: tomllib.TOMLDecodeError) -> str:
    """Describe in one sentence why a text is not TOML: the line, its key and the usual cause.

    Args:
        text: the text.
        error: the decoder's error.

    Returns:
        A sentence for the person who wrote the text.
    """
    lines = text.splitlines() or [""]
    where = _DECODER_POSITION.search(str(error))
    line = int(where[1]) if where and where[1] else len(lines)
    what = _DECODER_POSITION.sub("", str(error))
    # The decoder reports a value that is cut off at the beginning of the next line.
    written = _KEY_LINE.match(lines[min(line, len(lines)) - 1])
    key = f", “{written[1]}”" if written else ""
    return (
        f"Line {line}{key}: this is not TOML ({what}). "
        f"{_suggest_correction(what, written[2] if written else '')}"
    )


def _suggest_correction(what: str, value: str) -> str:
    if "overwrite" in what or "twice" in what:
        return "This key is already in the text. Remove one of the two."
    if _DAY_LIKE.match(value):
        return "Write the date as year-month-day: 2026-07-01."
    if value[:1].isalpha():
        return 'Put text in quotation marks: "…".'
    return "Check the quotation marks and brackets on this line and the line before."


def check_across_fields(agreement: AgreementFact, log: MistakeLog) -> None:
    """Add a mistake for every contradiction between fields.

    Args:
        agreement: the parsed agreement.
        log: the mistakes so far; new ones are added.
    """
    _check_day_order(agreement, log)
    _check_parties(agreement, log)
    _check_children(agreement, log)
    _check_self_reference(agreement, log)


_PART_LETTER: Final = re.compile(r"[A-Z]")
_PART_REFERENCE: Final = re.compile(r"/[A-Z]\Z")


def check_parts(
    raw: Mapping[str, object], rows: Mapping[str, Sequence[Mapping[str, object]]], log: MistakeLog
) -> None:
    """Add a mistake for each part, data table or change that does not fit the parts.

    Args:
        raw: the text as TOML tables.
        rows: the parsed rows of each table.
        log: the mistakes so far; new ones are added.
    """
    letters = [str(row["id"]) for row in rows["part"]]
    for number, letter in enumerate(letters):
        if letter and not _PART_LETTER.fullmatch(letter):
            log.add_mistake(("part", number), "id", "must be one capital letter, such as A")
        if letter in letters[:number]:
            log.add_mistake(("part", number), "id", f"names part {letter} a second time")
    if letters:
        for key in ("legal_basis", "purposes"):
            if key in raw:
                log.add_mistake((), key, "is stated in each [[part]] here: remove it")
    for number, row in enumerate(rows["data"]):
        _check_part_named(("data", number), row.get("part"), letters, log, must_name=bool(letters))
    for number, row in enumerate(rows["changes"]):
        _check_part_named(("changes", number), row.get("part"), letters, log, must_name=False)


def _check_part_named(
    path: line_numbers.TomlPath,
    named: object,
    letters: Sequence[str],
    log: MistakeLog,
    *,
    must_name: bool,
) -> None:
    listed = ", ".join(letters) or "none"
    if named is None and must_name:
        log.add_mistake(path, "part", f"is missing: enter one of the parts: {listed}")
    elif named is not None and named not in letters:
        log.add_mistake(path, "part", f"is “{named}”, which is not a part; the parts are: {listed}")


def _check_day_order(agreement: AgreementFact, log: MistakeLog) -> None:
    starts, ends = agreement.starts, agreement.ends
    if ends is not None and ends < starts and "starts" in _find_top_keys(log):
        log.add_mistake((), "ends", f"is before “starts”: {ends} comes before {starts}")


def _find_top_keys(log: MistakeLog) -> set[object]:
    return {path[0] for path in log.where if len(path) == 1}


_CHILD_SPANS: Final = (
    ("born_from", "born_to"),
    ("age_from", "age_to"),
    ("enrolled_from", "enrolled_to"),
)


def _check_children(agreement: AgreementFact, log: MistakeLog) -> None:
    """Check that the filter names criteria or everyone, and that no end precedes its start."""
    population, path = agreement.children, ("children",)
    if population is None:
        return
    if population.everyone and population.needed_facts:
        listed_criteria = ", ".join(sorted(population.needed_facts))
        message = f"is true, but {listed_criteria} also limits the students: remove one of the two"
        log.add_mistake(path, "everyone", message)
    # A term that cannot be read has its own mistake already.
    if not population.everyone and not population.needed_facts and not _has_mistake(path, log):
        message = (
            "has no criteria: add grades, schools, programs, ages or dates, or everyone = true"
        )
        log.add_mistake((), "children", message)
    for first, last in _CHILD_SPANS:
        start, end = getattr(population, first), getattr(population, last)
        if start is not None and end is not None and end < start:
            log.add_mistake(path, last, f"is before “{first}”: {end} comes before {start}")
    aged = population.age_from is not None or population.age_to is not None
    if aged and population.age_on is None and not _has_mistake(path, log):
        log.add_mistake(
            path, "age_on", "is missing: enter the date as of which these ages are calculated"
        )
    if population.age_on is not None and not aged and not _has_mistake(path, log):
        log.add_mistake(path, "age_on", "needs age_from or age_to")


def _has_mistake(path: tuple[str, ...], log: MistakeLog) -> bool:
    return any(mistake.table == path for mistake in log.found)


def _check_parties(agreement: AgreementFact, log: MistakeLog) -> None:
    """Check that terms name only parties, and that onward recipients are not parties."""
    parties = {party.organization for party in agreement.parties}
    data = (*agreement.data, *(term for part in agreement.parts for term in part.data))
    references_to_parties = (
        *(
            (("access", n), "organization", term.organization)
            for n, term in enumerate(agreement.access)
        ),
        *((("clauses", n), "party", clause.party) for n, clause in enumerate(agreement.clauses)),
        *((("data", n), "provider", term.provider) for n, term in enumerate(data)),
        *((("giveback", n), "to", give_back.to) for n, give_back in enumerate(agreement.giveback)),
        *(
            (("milestones", n), "organization", milestone.organization)
            for n, milestone in enumerate(agreement.milestones)
        ),
    )
    party_list = ", ".join(sorted(parties)) or "none"
    for path, key, organization in references_to_parties:
        if organization and organization not in parties and not agreement.joins:
            log.add_mistake(
                path,
                key,
                f"names {organization}, which is not a party; the parties are: {party_list}",
            )
    providers = agreement.list_organizations(PartyRole.PROVIDER)
    for number, report in enumerate(agreement.giveback):
        # Cairn makes this report from the data that its recipient submitted.
        if report.contents and report.to in parties - providers and not agreement.joins:
            message = f"names {report.to}, which submits no data: leave out “to” or “contents”"
            log.add_mistake(("giveback", number), "to", message)
    for number, onward in enumerate(agreement.onward):
        if onward.organization in parties:
            message = f"names {onward.organization}, which is a party: enter its role under parties"
            log.add_mistake(("onward", number), "organization", message)
    roles = [
        (agreement_party.organization, agreement_party.role)
        for agreement_party in agreement.parties
    ]
    for number, role in enumerate(roles):
        if role in roles[:number]:
            message = f"names {role[0]} a second time in the same role"
            log.add_mistake(("parties", number), "organization", message)


def _check_self_reference(agreement: AgreementFact, log: MistakeLog) -> None:
    """Check that the text does not name itself.

    Longer cycles need the other texts (see the policy package's chain of agreements).
    """
    if _PART_REFERENCE.search(agreement.reference):
        log.add_mistake((), "reference", "ends like the reference of a part: use another ending")
    if agreement.reference in list_referenced_agreements(agreement):
        for key in ("under", "amends", "joins"):
            references = getattr(agreement, key)
            if agreement.reference == references or (
                key == "under" and agreement.reference in references
            ):
                log.add_mistake(
                    (), key, "names this agreement: an agreement cannot depend on itself"
                )
