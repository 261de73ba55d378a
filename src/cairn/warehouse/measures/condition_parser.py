"""Read a condition from its text, and describe the error in a text that is none."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal, cast

from cairn.warehouse.measures import conditions

__all__ = ["InvalidIndicator", "parse_condition"]

LONGEST_CONDITION: Final = 2000
DEEPEST_NESTING: Final = 20
_MOST_DAYS: Final = {"days": 36_600, "months": 1_200}
_MOST_DIGITS: Final = 12
_MOST_DECIMALS: Final = 6

RESERVED_WORDS: Final = frozenset(
    {"and", "or", "not", "between", "in", "is", "missing", "start", "end", "of", "period"}
)
"""Words of the language. No data element has one of these names."""

_TOKEN: Final = re.compile(
    r"""(?P<text>'(?:[^']|'')*')
    |(?P<day>\d{4}-\d{2}-\d{2})
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign><=|>=|!=|[=<>()\[\],*+-])""",
    re.VERBOSE,
)


class InvalidIndicator(Exception):
    """A definition that cannot be counted; the message says what to change."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def parse_condition(text: str) -> conditions.Condition:
    """Parse the text of a condition.

    Elements and values are not looked up; `check_condition` does that.

    Args:
        text: the condition, such as ``grade = '3' and met in ['yes', 'no']``; empty for every row.

    Returns:
        The condition.

    Raises:
        InvalidIndicator: the text is no condition; the message quotes the place.
    """
    if len(text) > LONGEST_CONDITION:
        raise InvalidIndicator(
            f"A condition has at most {LONGEST_CONDITION:,} characters; this one has "
            f"{len(text):,}. Shorten its lists."
        )
    tokens = _split_tokens(text)
    if not tokens:
        return conditions.EVERY_ROW
    parser = _ConditionParser(text, tokens)
    condition = parser.parse_alternatives(0)
    parser.expect_end()
    return condition


def _split_tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while text[position:].strip():
        position += len(text[position:]) - len(text[position:].lstrip())
        match = _TOKEN.match(text, position)
        if match is None:
            advice = (
                "Close the quotation mark."
                if text[position] == "'"
                else "Write texts in 'single quotes'."
            )
            raise InvalidIndicator(
                f"“{text[position : position + 20]}” cannot be read at character "
                f"{position + 1}. {advice}"
            )
        tokens.append(_Token(str(match.lastgroup), match.group(), position))
        position = match.end()
    return tokens


class _ConditionParser:
    """Read tokens from left to right. ``or`` binds weakest, then ``and``, then ``not``."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._next = 0

    def parse_alternatives(self, depth: int) -> conditions.Condition:
        return self._parse_series("or", conditions.AnyCondition, self._parse_conjunction, depth)

    def _parse_conjunction(self, depth: int) -> conditions.Condition:
        return self._parse_series("and", conditions.AllConditions, self._parse_negation, depth)

    def _parse_series(
        self,
        word: str,
        join: type[conditions.AllConditions] | type[conditions.AnyCondition],
        parse_member: Callable[[int], conditions.Condition],
        depth: int,
    ) -> conditions.Condition:
        members = [parse_member(depth)]
        while self._take(word):
            members.append(parse_member(depth))
        return members[0] if len(members) == 1 else join(tuple(members))

    def _parse_negation(self, depth: int) -> conditions.Condition:
        if depth > DEEPEST_NESTING:
            raise self._build_error("The parentheses are nested too deeply. Use fewer.")
        if self._take("not"):
            return conditions.NotCondition(self._parse_negation(depth + 1))
        if self._take("("):
            condition = self.parse_alternatives(depth + 1)
            self._require(")")
            return condition
        return self._parse_predicate()

    def _parse_predicate(self) -> conditions.Condition:
        field = self._read_name("a data element, such as grade")
        if self._take("is"):
            is_negated = self._take("not")
            self._require("missing")
            missing = conditions.MissingCondition(field)
            return conditions.NotCondition(missing) if is_negated else missing
        if self._take("not"):
            return conditions.NotCondition(self._parse_set(field))
        operator = self._peek()
        if operator and operator.text in {"=", "!=", "<", "<=", ">", ">="}:
            self._next += 1
            return conditions.ValueComparison(
                field, cast("conditions.ComparisonOperator", operator.text), self._parse_value()
            )
        return self._parse_set(field)

    def _parse_set(self, field: str) -> conditions.Condition:
        if self._take("between"):
            low = self._parse_value()
            self._require("and")
            return conditions.RangeCondition(field, low, self._parse_value())
        if self._take("in"):
            self._require("[")
            values = [self._parse_value()]
            while self._take(","):
                values.append(self._parse_value())
            self._require("]")
            return conditions.ListCondition(field, tuple(values))
        raise self._build_error(f"After {field} comes =, !=, <, <=, >, >=, between, in or is.")

    def _parse_value(self) -> conditions.ConditionValue:
        token = self._peek()
        if token is None:
            raise self._build_error("A value is missing at the end.")
        if token.kind == "text":
            self._next += 1
            return token.text[1:-1].replace("''", "'")
        if token.kind == "day":
            self._next += 1
            return self._read_day(token)
        if token.text == "-" or token.kind == "number":
            return self._parse_number()
        if token.text.lower() in {"start", "end"}:
            return self._parse_period_day()
        return conditions.ScaledField(self._read_name("a value"))

    def _read_day(self, token: _Token) -> date:
        try:
            return date.fromisoformat(token.text)
        except ValueError:
            raise self._build_error(f"{token.text} is not a day.") from None

    def _parse_number(self) -> conditions.ConditionValue:
        is_negative = self._take("-")
        number = self._read_number()
        factor = -number if is_negative else number
        if self._take("*"):
            return conditions.ScaledField(self._read_name("a data element after *"), factor)
        return factor

    def _read_number(self) -> Decimal:
        token = self._peek()
        if token is None or token.kind != "number":
            raise self._build_error("A number is missing.")
        self._next += 1
        whole, _, decimals = token.text.partition(".")
        if len(whole) > _MOST_DIGITS or len(decimals) > _MOST_DECIMALS:
            raise self._build_error(
                f"{token.text} is too long. A number has at most {_MOST_DIGITS} digits before "
                f"and {_MOST_DECIMALS} after the point."
            )
        return Decimal(token.text)

    def _parse_period_day(self) -> conditions.PeriodDay:
        edge: Literal["start", "end"] = "start" if self._take("start") else "end"
        if edge == "end":
            self._require("end")
        self._require("of")
        self._require("period")
        sign = 1 if self._take("+") else -1 if self._take("-") else 0
        if not sign:
            return conditions.PeriodDay(edge)
        number = self._read_number()
        unit = self._read_name("days or months").lower().removesuffix("s") + "s"
        if unit not in _MOST_DAYS or number != int(number):
            raise self._build_error("Count whole days or months from the period.")
        if number > _MOST_DAYS[unit]:
            raise self._build_error(f"At most {_MOST_DAYS[unit]:,} {unit} are counted.")
        return conditions.PeriodDay(
            edge, sign * int(number), "days" if unit == "days" else "months"
        )

    def expect_end(self) -> None:
        """Refuse a text that goes on after the condition."""
        if self._peek():
            raise self._build_error("Join conditions with and, or.")

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self, text: str) -> bool:
        token = self._peek()
        is_taken = token is not None and token.kind != "text" and token.text.lower() == text
        self._next += is_taken
        return is_taken

    def _require(self, text: str) -> None:
        if not self._take(text):
            raise self._build_error(f"Here should be “{text}”.")

    def _read_name(self, wanted: str) -> str:
        token = self._peek()
        if token is None or token.kind != "word" or token.text.lower() in RESERVED_WORDS:
            raise self._build_error(f"Here should be {wanted}.")
        self._next += 1
        return token.text

    def _build_error(self, message: str) -> InvalidIndicator:
        token = self._peek()
        place = f"before “{self._text[token.position :][:20]}”" if token else "at the end"
        return InvalidIndicator(f"“{self._text[:200]}” cannot be read {place}: {message}")
