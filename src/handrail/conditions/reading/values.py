"""Values, and lists of them, read from tokens: constants, paths, functions, dates and the durations added to them.

Tests and conditions are `parse`'s matter; which kinds go together is `types`'.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final, get_args

from handrail.calendar.durations import parse_duration
from handrail.conditions.problems import NO_SUCH_CONSTANT, TOO_LARGE, Finding
from handrail.conditions.reading.tokens import Cursor
from handrail.terms.expression import Call, Constant, Expression, Listed, NamedList, Occurrence, Path, Shift, Span
from handrail.terms.values import Unit

LIST_MAX: Final = 500
DIGITS_MAX: Final = 15
RESERVED: Final = frozenset(
    ["and", "or", "not", "is", "in", "changed", "from", "to", "empty", "known", "true", "false"]
)
"""Words that cannot begin a path: no step, branch or `each` may have such a name."""

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_UNITS: Final = frozenset(form for unit in get_args(Unit) for form in (unit, unit[:-1]))
_VALUES: Final = ("a date", "a duration", "a function", "a number", "a path", "a text in double quotes", "money")


def _number(text: str, *, negative: bool = False) -> str:
    """A number in its canonical form: no zeros that say nothing, no minus before zero."""
    amount = Decimal(text)
    whole = amount.to_integral_value()
    shown = str(whole) if amount == whole else str(amount.normalize())
    return f"-{shown}" if negative and amount else shown


class ValueParser(Cursor):
    """Reads one value, or one list of values, where the cursor stands."""

    def value(self) -> Expression:
        """A value and the durations added to it."""
        start, level = self.token.span[0], self.depth
        value = self.single()
        while self.sees("+", "-"):
            self.deeper()
            sign = 1 if self.next().text == "+" else -1
            amount = self.number() if self.token.kind == "number" else None
            if not isinstance(amount, Constant) or amount.kind != "duration":
                raise self.refusal(
                    "only a duration can be added or taken away",
                    advice="Write one after it, as in `today + 14 days`.",
                )
            value = Shift(value, sign, parse_duration(amount.text), span=self.span_from(start))
        self.depth = level
        return value

    def single(self) -> Expression:
        token = self.token
        match token.kind:
            case "text":
                self.next()
                return Constant("text", token.text, span=token.span)
            case "date":
                return self.date_()
            case "number":
                return self.number()
            case "word":
                return self.word()
            case "list:":
                raise self.refusal(
                    "a list stands only after `in` or in `count(…)`", advice=f"Write `… in list:{token.text}`."
                )
            case "end":
                raise self.refusal(
                    "a value is missing at the end", allowed=_VALUES, advice="Write what it is compared with."
                )
            case "sign":
                return self.signed()

    def signed(self) -> Expression:
        token = self.token
        following = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if token.text == "-" and following.kind == "number":
            self.next()
            return self.number(start=token.span[0])
        advice = ""
        if token.text == "[":
            advice = "A list stands only after `in` or in `count(…)`."
        elif token.text == "(":
            advice = "Parentheses go round whole tests, not round values."
        raise self.refusal(f"a value must stand here, not `{token.text}`", allowed=_VALUES, advice=advice)

    def date_(self) -> Expression:
        try:
            day = date.fromisoformat(self.token.text)
        except ValueError as error:
            raise self.refusal(
                f"there is no day {self.token.text}",
                code=NO_SUCH_CONSTANT,
                advice="Write year-month-day, as in 2026-03-31.",
            ) from error
        return Constant("date", day.isoformat(), span=self.next().span)

    def number(self, start: int | None = None) -> Expression:
        """A number, or with its unit or currency a duration or an amount of money; `start` where its minus stands."""
        token = self.token
        if len(token.text) > DIGITS_MAX:
            raise self.refusal(
                f"{token.text} has more than {DIGITS_MAX} digits", code=NO_SUCH_CONSTANT, advice="Write fewer."
            )
        self.next()
        negative, start = start is not None, token.span[0] if start is None else start
        amount = _number(token.text, negative=negative)
        unit = self.unit()
        if unit is not None:
            return self.duration(f"{amount} {unit}", self.span_from(start))
        if (
            self.token.kind == "word"
            and len(self.token.text) == 3
            and self.token.text.isupper()
            and self.token.text.isascii()
        ):
            return Constant("money", f"{amount} {self.next().text}", span=self.span_from(start))
        return Constant("number", amount, span=self.span_from(start))

    def duration(self, text: str, span: Span) -> Constant:
        """A duration; one that is none is noted and read as a day."""
        try:
            parse_duration(text)
        except ValueError as error:
            message, _, advice = str(error).partition(". ")
            self.findings.append(Finding(span, NO_SUCH_CONSTANT, message, advice=advice))
            return Constant("duration", "1 day", span=span)
        return Constant("duration", text, span=span)

    def unit(self) -> str | None:
        """The unit of a duration as written, if one stands here."""
        word = self.token.text
        if self.token.kind != "word":
            return None
        if word == "business":
            self.next()
            if not self.sees("day", "days"):
                allowed = ("business day", "business days")
                raise self.refusal("`business` must be followed by `days`", code=NO_SUCH_CONSTANT, allowed=allowed)
            return f"business {self.next().text}"
        return self.next().text if word in _UNITS else None

    def word(self) -> Expression:
        token = self.token
        following = self.tokens[self.at + 1]
        if token.text in {"true", "false"}:
            self.next()
            return Constant("truth", token.text, span=token.span)
        if token.text in RESERVED:
            advice = (
                "Write `is empty` or `is known`."
                if token.text in {"empty", "known"}
                else f'A text is written "{token.text}".'
            )
            raise self.refusal(f"a value must stand here, not `{token.text}`", allowed=_VALUES, advice=advice)
        if following.kind == "sign" and following.text == "(":
            return self.call()
        if token.text in {"next", "last"} and following.kind == "number":
            return self.occurrence()
        return self.path()

    def occurrence(self) -> Expression:
        which = self.next()
        day, month = self.next(), self.token
        span = (which.span[0], month.span[1])
        if month.text not in MONTHS:
            raise self.refusal(
                f"`{which.text}` needs a day and a month",
                code=NO_SUCH_CONSTANT,
                allowed=MONTHS,
                advice="Write `next 31 March`.",
            )
        self.next()
        number = MONTHS.index(month.text) + 1
        count = int(day.text) if day.text.isdigit() and len(day.text) <= 2 else 0
        if not 1 <= count <= _DAYS[number - 1]:
            wrong = Finding(
                span, NO_SUCH_CONSTANT, f"{month.text} has no day {day.text}", advice=f"Write 1 to {_DAYS[number - 1]}."
            )
            self.findings.append(wrong)
        return Occurrence(which.text, number, count, span=span)  # type: ignore[arg-type]

    def path(self) -> Expression:
        first = self.next()
        names = [first.text]
        while self.sees("."):
            self.next()
            if self.token.kind != "word":
                raise self.refusal("a name must stand after the dot", advice="Write a field, as in `person.country`.")
            names.append(self.next().text)
        return Path(tuple(names), span=self.span_from(first.span[0]))

    def call(self) -> Expression:
        name, level = self.next(), self.depth
        self.next()
        self.deeper()
        arguments: tuple[Expression, ...] = ()
        if not self.sees(")"):
            arguments = self.items(
                lambda: self.list_() if self.token.kind == "list:" or self.sees("[") else self.value()
            )
        self.depth = level
        self.expect(")", f"to close `{name.text}(`")
        return Call(name.text, arguments, span=self.span_from(name.span[0]))

    def list_(self) -> Expression:
        """What may stand after `in`."""
        token = self.token
        if token.kind == "list:":
            if not token.text:
                raise self.refusal(
                    "`list:` needs the name of a list in handrail.yaml", advice="Write `list:NAME`, without a space."
                )
            return NamedList(token.text, span=self.next().span)
        if self.sees("["):
            return self.listed()
        if token.kind == "word" and token.text not in RESERVED:
            return self.word()
        raise self.refusal(
            "a list must stand after `in`",
            allowed=("[ values ]", "a path", "list:NAME"),
            advice='Write `in ["DE", "FR"]`.' if token.kind != "sign" else "Write square brackets round the values.",
        )

    def listed(self) -> Expression:
        start, level = self.next().span[0], self.depth
        self.deeper()
        items: tuple[Expression, ...] = () if self.sees("]") else self.items(self.value)
        self.depth = level
        self.expect("]", "to close the list")
        if len(items) > LIST_MAX:
            span = self.span_from(start)
            wrong = Finding(
                span, TOO_LARGE, f"this list has more than {LIST_MAX} values", advice="Use a list of handrail.yaml."
            )
            self.findings.append(wrong)
        return Listed(items, span=self.span_from(start))

    def items(self, one: Callable[[], Expression]) -> tuple[Expression, ...]:
        found = [one()]
        while self.takes(","):
            found.append(one())
        return tuple(found)
