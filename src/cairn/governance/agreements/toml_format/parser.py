"""Parse the text of an agreement into a fact, strictly or as far as possible."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from cairn.governance.agreements.toml_format.declaration import CRITERION_FIELDS, FORMAT_TABLES
from cairn.governance.agreements.toml_format.fields import (
    FieldKind,
    FieldNeed,
    FormatField,
    FormatTable,
    UnreadableValue,
    read_field_value,
)
from cairn.governance.agreements.toml_format.line_numbers import TomlPath
from cairn.governance.agreements.toml_format.mistakes import (
    BadAgreement,
    FormatMistake,
    MistakeLog,
    check_across_fields,
    check_parts,
    describe_toml_error,
)
from cairn.policy.facts import (
    AccessTerm,
    AgreementClause,
    AgreementFact,
    AgreementPart,
    AmendedTerm,
    ConsentTerm,
    CriterionFact,
    DataTerm,
    DeliveryTerm,
    DisclosureTerm,
    Exhibit,
    GiveBackTerm,
    Milestone,
    OnwardRecipient,
    Party,
    Penalty,
    Population,
    ProjectTerm,
    RenewalTerm,
    Retention,
)
from cairn.policy.law import BASIS_CRITERIA, list_criteria_keys, list_criterion_specs
from cairn.policy.vocabulary import AgreementTier, LegalBasis

_POPULATION_SETS = ("grades", "schools", "programs")
RowsByTable = Mapping[str, list[dict[str, Any]]]

_REPEATED_TERMS = {
    "parties": Party,
    "onward": OnwardRecipient,
    "giveback": GiveBackTerm,
    "penalties": Penalty,
    "clauses": AgreementClause,
    "exhibits": Exhibit,
    "changes": AmendedTerm,
    "milestones": Milestone,
}

_SINGLE_TERMS = {
    "disclosure": DisclosureTerm,
    "renewal": RenewalTerm,
    "consent": ConsentTerm,
    "project": ProjectTerm,
}


def build_parsed_agreement(rows: RowsByTable) -> AgreementFact:
    """Build the agreement fact from the parsed tables; what a text leaves out keeps its default.

    Args:
        rows: the parsed rows of each table, by the table's key.

    Returns:
        The agreement fact.
    """
    top = {"tier": AgreementTier.DATA_SHARING_AGREEMENT, "ends": None, **rows[""][0]}
    top["purposes"] = frozenset(top.get("purposes", ()))
    facts: dict[str, Any] = {
        **top,
        **_build_basis(rows["legal_basis"][0]),
        "parts": tuple(_build_part(row, rows["data"]) for row in rows["part"]),
        **{key: tuple(term(**row) for row in rows[key]) for key, term in _REPEATED_TERMS.items()},
        **{key: term(**rows[key][0]) for key, term in _SINGLE_TERMS.items() if rows[key]},
        **(rows["security"][0] if rows["security"] else {}),
        "data": () if rows["part"] else tuple(map(_build_data_term, rows["data"])),
        "access": tuple(map(_build_access_term, rows["access"])),
    }
    if rows["children"]:
        facts["children"] = _build_population(rows["children"][0])
    if rows["retention"]:
        facts["retention"] = Retention(**{"period_days": None, **rows["retention"][0]})
    if rows["delivery"]:
        facts["delivery"] = _build_delivery_term(rows["delivery"][0])
    return AgreementFact(**facts)


def _build_basis(row: Mapping[str, Any]) -> dict[str, Any]:
    mappings = {key: MappingProxyType(dict(row[key])) for key in ("criteria", "criterion_facts")}
    return {**row, **mappings}


def _build_part(row: Mapping[str, Any], data_rows: list[dict[str, Any]]) -> AgreementPart:
    own_rows = [data_row for data_row in data_rows if data_row.get("part") == row["id"]]
    terms = {"purposes": frozenset(row["purposes"]), "data": tuple(map(_build_data_term, own_rows))}
    return AgreementPart(**{**_build_basis(row), **terms})


def _build_access_term(row: Mapping[str, Any]) -> AccessTerm:
    return AccessTerm(**{**row, "account_roles": frozenset(row.get("account_roles", ()))})


def _build_data_term(row: Mapping[str, Any]) -> DataTerm:
    facts = {key: value for key, value in row.items() if key != "part"}
    first, last = facts.pop("years", ("", ""))
    facts["elements"] = frozenset(facts["elements"])
    return DataTerm(first_year=first, last_year=last, **facts)


def _build_population(row: Mapping[str, Any]) -> Population:
    sets = {key: frozenset(row[key]) for key in _POPULATION_SETS if key in row}
    return Population(**{**row, **sets})


def _build_delivery_term(row: Mapping[str, Any]) -> DeliveryTerm:
    return DeliveryTerm(**{**row, "channels": frozenset(row["channels"])})


_STAND_IN_BY_KIND: Final[Mapping[FieldKind, Any]] = {
    FieldKind.TEXT: "",
    FieldKind.LONG_TEXT: "",
    FieldKind.TEXTS: (),
    FieldKind.WORDS: (),
    FieldKind.DAY: date.max,
}


@dataclass(frozen=True, slots=True)
class ParsedText:
    """What a text says as far as it can be read, and what keeps it from being an agreement."""

    agreement: AgreementFact
    mistakes: tuple[FormatMistake, ...]


def parse_agreement(text: str) -> AgreementFact:
    """Parse an agreement's text strictly.

    Args:
        text: the text (TOML).

    Returns:
        The agreement fact.

    Raises:
        BadAgreement: the text has mistakes; the exception lists every one.
    """
    reading = parse_as_far_as_possible(text)
    if reading.mistakes:
        raise BadAgreement([str(mistake) for mistake in reading.mistakes])
    return reading.agreement


def parse_as_far_as_possible(text: str) -> ParsedText:
    """Parse an unfinished text, so that a writer sees findings before the text is complete.

    Defaults replace missing and wrong values.

    Args:
        text: the text (TOML).

    Returns:
        The agreement fact and the mistakes, by line.

    Raises:
        BadAgreement: the text is not TOML at all.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadAgreement([describe_toml_error(text, error)]) from error
    log = MistakeLog(text)
    # With parts, the agreement as a whole discloses nothing: each part has a basis of its own.
    read_raw = {"legal_basis": _NO_BASIS, **raw} if "part" in raw else raw
    parsed_rows = {table.key: _parse_table(table, read_raw, log) for table in FORMAT_TABLES}
    _reject_unknown_keys(
        (),
        raw,
        [
            *(field.key for field in FORMAT_TABLES[0].fields),
            *(known_table.key for known_table in FORMAT_TABLES),
        ],
        log,
    )
    _parse_criteria(parsed_rows["legal_basis"][0], _BASIS_PATH, log)
    for number, part_row in enumerate(parsed_rows["part"]):
        _parse_criteria(part_row, ("part", number), log)
    check_parts(raw, parsed_rows, log)
    if parsed_rows["part"]:
        parsed_rows["legal_basis"] = [{**_NO_BASIS_ROW}]
        parsed_rows[""][0].pop("purposes", None)
    if _shares_data(parsed_rows):
        _require_sharing_terms(raw, log)
    agreement_fact = build_parsed_agreement(parsed_rows)
    check_across_fields(agreement_fact, log)
    return ParsedText(agreement_fact, tuple(sorted(log.found, key=lambda mistake: mistake.line)))


def _parse_table(
    table: FormatTable, raw: Mapping[str, Any], log: MistakeLog
) -> list[dict[str, Any]]:
    """Parse one kind of table: a single table, or each of many."""
    if not table.key:
        return [_parse_fields(table, (), raw, log)]
    if table.many:
        return _parse_repeated_table(table, raw.get(table.key), log)
    raw_table = raw.get(table.key)
    if isinstance(raw_table, dict):
        parsed = _parse_fields(table, (table.key,), raw_table, log)
        _reject_unknown_keys((table.key,), raw_table, [field.key for field in table.fields], log)
        return [parsed]
    if table.required or raw_table is not None:
        log.add_mistake((), table.key, f"is missing: add a table that begins with [{table.key}]")
    # A missing table gets one mistake, not one for each of its fields.
    return [_parse_fields(table, (table.key,), {}, MistakeLog(""))] if table.required else []


def _parse_repeated_table(
    table: FormatTable, raw_rows: object, log: MistakeLog
) -> list[dict[str, Any]]:
    rows = raw_rows if isinstance(raw_rows, list) else []
    is_malformed = raw_rows is not None and (
        not rows or not all(isinstance(row, dict) for row in rows)
    )
    if is_malformed or (table.required and not rows):
        log.add_mistake((), table.key, f"needs at least one table that begins with [[{table.key}]]")
        return []
    parsed = []
    for number, row in enumerate(rows):
        path = (table.key, number)
        parsed.append(_parse_fields(table, path, row, log))
        _reject_unknown_keys(path, row, [field.key for field in table.fields], log)
    return parsed


def _parse_fields(
    table: FormatTable, path: TomlPath, raw_row: Mapping[str, Any], log: MistakeLog
) -> dict[str, Any]:
    """Parse the fields of one table."""
    parsed: dict[str, Any] = {}
    for field in table.fields:
        if field.key in raw_row:
            try:
                parsed[field.fact] = read_field_value(field, raw_row[field.key])
                continue
            except UnreadableValue as mistake:
                log.add_mistake(path, field.key, str(mistake))
        elif field.required:
            log.add_mistake(path, field.key, f"is missing: {_describe_expected_value(field)}")
        if field.required:
            parsed[field.fact] = _find_stand_in(field)
    return parsed


def _find_stand_in(field: FormatField) -> Any:
    if field.kind is FieldKind.WORD:
        return field.stand_in or next(iter(field.words or ()))
    return _STAND_IN_BY_KIND[field.kind]


def _describe_expected_value(field: FormatField) -> str:
    """Describe what to write at a key that is missing."""
    try:
        read_field_value(field, None)
    except UnreadableValue as mistake:
        return f"it {mistake}"
    raise AssertionError(field)  # pragma: no cover - nothing reads None


def _reject_unknown_keys(
    path: TomlPath, raw: Mapping[str, Any], known: list[str], log: MistakeLog
) -> None:
    """Add a mistake for every unknown key: a misspelled limit must not be overlooked."""
    known_list = ", ".join(key for key in known if key)
    for key in raw:
        if key not in known:
            basis_hint = _ONE_BASIS_HINT if key in _TERM_BASIS_KEYS else ""
            hint = basis_hint or f"known keys are: {known_list}"
            log.add_mistake(path, key, f"is not a known key; {hint}")


_TERM_BASIS_KEYS: Final = frozenset({"basis", "legal_basis"})

_ONE_BASIS_HINT: Final = (
    "for data shared on another basis, give the agreement a [[part]] for each basis, or write a "
    "second agreement (docs/adr/0023-parts-of-an-agreement.md)"
)


_BASIS_PATH: Final[TomlPath] = ("legal_basis",)
_NO_BASIS: Final[Mapping[str, str]] = {"basis": LegalBasis.NO_DISCLOSURE.value}
_NO_BASIS_ROW: Final = MappingProxyType(
    {"basis": LegalBasis.NO_DISCLOSURE, "criteria": {}, "criterion_facts": {}}
)


def _parse_criteria(basis: dict[str, Any], place: TomlPath, log: MistakeLog) -> None:
    """Check that the criteria are those of the basis and no others."""
    known_keys = list_criteria_keys(basis["basis"])
    path: TomlPath = (*place, "criteria")
    raw_criteria = basis.get("criteria", {})
    for key in sorted(set(raw_criteria) - known_keys & set(raw_criteria)):
        if bases := [
            other_basis.value
            for other_basis in BASIS_CRITERIA
            if key in BASIS_CRITERIA[other_basis]
        ]:
            this_basis = basis["basis"].value
            message = (
                f"applies to {' and '.join(bases)}, but this "
                f"{'part' if place[0] == 'part' else 'agreement'} rests on {this_basis}; "
                f"{_ONE_BASIS_HINT}"
            )
            log.add_mistake(path, key, message)
            known_keys |= {key}
    _reject_unknown_keys(path, raw_criteria, sorted(known_keys), log)
    _parse_each_criterion(basis, raw_criteria, path, log)


def _parse_each_criterion(
    basis: dict[str, Any], raw_criteria: Mapping[str, Any], path: TomlPath, log: MistakeLog
) -> None:
    """Parse each criterion: a table with its answer, or plain text, unconfirmed."""
    texts: dict[str, str] = {}
    facts: dict[str, CriterionFact] = {}
    for key, spec in list_criterion_specs(basis["basis"]).items():
        raw = raw_criteria.get(key)
        if isinstance(raw, dict):
            facts[key] = _parse_criterion((*path, key), raw, log)
            texts[key] = spec.state_answer(
                facts[key].value, facts[key].clause, facts[key].quotation
            )
        elif isinstance(raw, str):
            texts[key] = raw.strip()
        elif raw is not None:
            table = f"{path[0]}.criteria.{key}"
            what = f"must be a table [{table}], or text in quotation marks"
            log.add_mistake(path, key, what)
    basis["criteria"] = {key: text for key, text in sorted(texts.items()) if text}
    basis["criterion_facts"] = {
        key: fact for key, fact in sorted(facts.items()) if fact != CriterionFact()
    }


def _parse_criterion(path: TomlPath, raw: Mapping[str, Any], log: MistakeLog) -> CriterionFact:
    _reject_unknown_keys(path, raw, [field.key for field in CRITERION_FIELDS], log)
    parsed: dict[str, Any] = {}
    for field in CRITERION_FIELDS:
        if field.key in raw:
            try:
                parsed[field.key] = read_field_value(field, raw[field.key])
            except UnreadableValue as mistake:
                log.add_mistake(path, field.key, str(mistake))
    return CriterionFact(**parsed)


def _shares_data(rows: Mapping[str, list[dict[str, Any]]]) -> bool:
    """Return whether the document itself shares data; a joinder takes its terms from another."""
    joins = rows[""][0].get("tier") is AgreementTier.JOINDER
    bases = [row["basis"] for row in (*rows["legal_basis"], *rows["part"])]
    return not joins and any(basis is not LegalBasis.NO_DISCLOSURE for basis in bases)


def _require_sharing_terms(raw: Mapping[str, Any], log: MistakeLog) -> None:
    """Add a mistake for everything that a text which shares data lacks."""
    for field in FORMAT_TABLES[0].fields:
        is_in_parts = field.key == "purposes" and "part" in raw
        if field.need is FieldNeed.SHARING and field.key not in raw and not is_in_parts:
            log.add_mistake((), field.key, f"is missing: {_describe_expected_value(field)}")
    for table in FORMAT_TABLES:
        if table.need is FieldNeed.SHARING and table.key not in raw:
            log.add_mistake(
                (), table.key, f"is missing: add a table that begins with [{table.key}]"
            )
