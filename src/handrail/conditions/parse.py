"""Text to tree: conditions, values, and texts with `{value}` in them (LANGUAGE.md, "Conditions").

A hand-written parser: a test is read left to right, `and` and `or` join tests and are never mixed without
parentheses. Length, depth and size are bounded, so that no text can tire it. Values are read in `values`; whether
a path exists and kinds agree is `types`' matter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from handrail.conditions.problems import MIXED, NOT_READABLE, TOO_LARGE, ConditionError, Finding
from handrail.conditions.reading.values import RESERVED, ValueParser
from handrail.terms.expression import All, Any, Changed, Compare, Expression, In, Is, IsState, Not, Path, Slot

__all__ = ["LENGTH_MAX", "ConditionError", "parse_condition", "parse_text", "parse_value"]

LENGTH_MAX: Final = 2_000
_COMPARE: Final = frozenset({"<", "<=", ">", ">="})
T = TypeVar("T")


class _Parser(ValueParser):
    """Reads tests and what joins them."""

    def condition(self) -> Expression:
        """Tests joined by `and`, or by `or`."""
        start = self.token.span[0]
        first = self.test()
        if not self.sees("and", "or"):
            return first
        joint = self.token.text
        tests = [first]
        while self.takes(joint):
            tests.append(self.test())
        if self.sees("and", "or"):
            raise self.refusal(
                "`and` is mixed with `or`, and it can be read in two ways",
                code=MIXED,
                advice="Put parentheses round what belongs together: `a and (b or c)`, or `(a and b) or c`.",
            )
        span = self.span_from(start)
        return All(tuple(tests), span=span) if joint == "and" else Any(tuple(tests), span=span)

    def test(self) -> Expression:
        start = self.token.span[0]
        if self.takes("not"):
            return Not(self.plain_test(), span=self.span_from(start))
        return self.plain_test()

    def plain_test(self) -> Expression:
        if not self.takes("("):
            return self.value_test()
        level = self.depth
        self.deeper()
        inside = self.condition()
        self.depth = level
        self.expect(")", "to close the parenthesis")
        if self.sees("is", "in", "+", "-", "changed", *_COMPARE):
            raise self.refusal(
                f"`{self.token.text}` stands after a parenthesis, but parentheses go round whole tests",
                advice="Leave the parentheses out.",
            )
        return inside

    def value_test(self) -> Expression:
        start = self.token.span[0]
        left = self.value()
        if self.takes("is"):
            return self.is_test(left, start)
        if self.token.kind == "sign" and self.token.text in _COMPARE:
            op = self.next().text
            right = self.value()
            if self.token.kind == "sign" and self.token.text in _COMPARE:
                raise self.refusal("a second comparison follows", advice="Write two tests: `4 <= x and x < 8`.")
            return Compare(op, left, right, span=self.span_from(start))  # type: ignore[arg-type]
        if self.sees("not"):
            self.next()
            if not self.sees("in"):
                raise self.refusal(
                    "`not` here must be followed by `in`", allowed=("in",), advice="Write `is not` or `not in`."
                )
        if self.takes("in"):
            negated = self.tokens[self.at - 2].text == "not"
            inside = In(left, self.list_(), span=self.span_from(start))
            return Not(inside, span=inside.span) if negated else inside
        if self.sees("changed"):
            return self.changed(left, start)
        return left

    def is_test(self, left: Expression, start: int) -> Expression:
        negated = self.takes("not")
        if self.sees("in", *_COMPARE):
            advice = f"Write `{'not ' if negated and self.token.text == 'in' else ''}{self.token.text}` without `is`."
            raise self.refusal(f"`is` and `{self.token.text}` do not go together", advice=advice)
        test: Expression
        if self.sees("empty", "known"):
            state = self.next().text
            test = IsState(left, state, span=self.span_from(start))  # type: ignore[arg-type]
        else:
            right = self.value()
            test = Is(left, right, span=self.span_from(start))
        return Not(test, span=test.span) if negated else test

    def changed(self, left: Expression, start: int) -> Expression:
        if not isinstance(left, Path):
            raise self.refusal(
                "only a field of the person can be asked for a change", advice="Write `person.department changed`."
            )
        self.next()
        if not self.takes("from"):
            return Changed(left, span=self.span_from(start))
        before = self.value()
        self.expect("to", "after the value before the change")
        after = self.value()
        return Changed(left, before, after, span=self.span_from(start))

    def over(self) -> None:
        """Nothing more may stand here."""
        token = self.token
        if token.kind == "end":
            return
        before = self.tokens[self.at - 1] if self.at else token
        if token.kind == "word" and before.kind == "word" and token.text not in RESERVED:
            both = f"{before.text} {token.text}"
            raise self.refusal(
                f"`{token.text}` follows `{before.text}` without a word between",
                advice=f'A text is written in quotes: "{both}".',
            )
        raise self.refusal(
            f"`{token.text}` must not stand here",
            allowed=(*sorted(_COMPARE), "and", "changed", "in", "is", "not in", "or"),
            advice="Join two tests with `and` or `or`; write a text in double quotes.",
        )

    def slot(self) -> Slot:
        """What stands between the braces of a text."""
        start = self.token.span[0]
        value, instead = self.value(), None
        if self.takes("or"):
            if self.token.kind != "text":
                raise self.refusal("after `or` stands what to write instead", advice='Write it in quotes: `or "none"`.')
            instead = self.next().text
        return Slot(value, instead, span=self.span_from(start))


def _too_long(text: str) -> Finding | None:
    if len(text) <= LENGTH_MAX:
        return None
    message = f"this text has {len(text)} characters, more than {LENGTH_MAX}"
    return Finding((LENGTH_MAX, len(text)), TOO_LARGE, message, advice="Split it, or use a list of handrail.yaml.")


def _read(text: str, start: int, end: int, rule: Callable[[_Parser], T]) -> T:
    """What `rule` finds in `text[start:end]`, all of it; raises ConditionError with everything that is wrong."""
    findings: list[Finding] = []
    parser = _Parser(text, start, end, findings)
    found = rule(parser)
    parser.over()
    if findings:
        raise ConditionError(findings)
    return found


def _read_whole(text: str, rule: Callable[[_Parser], T]) -> T:
    too_long = _too_long(text)
    if too_long is not None:
        raise ConditionError([too_long])
    return _read(text, 0, len(text), rule)


def parse_condition(text: str) -> Expression:
    """The tree of a condition. Spans count characters from the start of `text`; raises ConditionError."""
    return _read_whole(text, _Parser.condition)


def parse_value(text: str) -> Expression:
    """The tree of a value or a date with durations added, as after `until` or `counts_from`; raises ConditionError."""
    return _read_whole(text, _Parser.value)


def parse_text(text: str) -> tuple[str | Slot, ...]:
    """The parts of a text with `{value}` and `{value or "instead"}`; `{{` and `}}` are braces meant as such.

    Text and slots in order, no two texts side by side, none empty. Raises ConditionError with what is wrong in
    any of the slots.
    """
    too_long = _too_long(text)
    if too_long is not None:
        raise ConditionError([too_long])
    findings: list[Finding] = []
    parts: list[str | Slot] = []
    said, at = "", 0
    while at < len(text):
        if text[at : at + 2] in {"{{", "}}"}:
            said, at = said + text[at], at + 2
        elif text[at] == "{":
            end = _closing_brace(text, at)
            if said:
                parts.append(said)
            said = ""
            parts += _slot(text, at, end, findings)
            at = end + 1
        else:
            if text[at] == "}":
                findings.append(_brace(at, "this brace closes nothing", "Write }} for a brace, or open it with {."))
            said, at = said + text[at], at + 1
    if findings:
        raise ConditionError(findings)
    return (*parts, said) if said else tuple(parts)


def _brace(at: int, message: str, advice: str) -> Finding:
    return Finding((at, at + 1), NOT_READABLE, message, advice=advice)


def _closing_brace(text: str, at: int) -> int:
    """Where the brace opened at `at` is closed, outside quotes; the end of the text if it is not."""
    quoted = False
    while at < len(text):
        if text[at] == "\\" and quoted:
            at += 1
        elif text[at] == '"':
            quoted = not quoted
        elif text[at] == "}" and not quoted:
            return at
        at += 1
    return len(text)


def _slot(text: str, at: int, end: int, findings: list[Finding]) -> list[Slot]:
    """The slot between the braces at `at` and `end`, or nothing and one finding or more."""
    if end >= len(text):
        findings.append(_brace(at, "this brace is not closed", "Close it with }, or write {{ for a brace."))
        return []
    if not text[at + 1 : end].strip():
        findings.append(_brace(at, "nothing stands between these braces", "Write a value, as in {person.name}."))
        return []
    try:
        return [_read(text, at + 1, end, _Parser.slot)]
    except ConditionError as error:
        findings += error.findings
        return []
