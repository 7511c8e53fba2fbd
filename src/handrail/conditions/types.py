"""What kind a value has and whether kinds go together: every mistake of an author that can be seen before a run.

Works on a tree and a `Schema` that knows what may be named; the tree of a text that could not be read is `parse`'s
matter. Codes are in `problems`, and each has its heading in docs/reference/conditions.md.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Final

from msgspec.structs import replace

from handrail.calendar.durations import parse_duration
from handrail.conditions import problems
from handrail.conditions.compare import FAMILIES
from handrail.conditions.compiled import compile_condition
from handrail.conditions.functions import FUNCTIONS, Function
from handrail.conditions.printing import show
from handrail.conditions.problems import Finding
from handrail.conditions.ranges import can_be_false, can_be_true
from handrail.conditions.schema import Schema
from handrail.conditions.scope import Scope
from handrail.terms.catalog import DATE, MOMENT, PERSON, TEXT, TRUTH, Kind
from handrail.terms.expression import (
    All,
    Any,
    Call,
    Changed,
    Compare,
    Constant,
    Expression,
    In,
    Is,
    IsState,
    Listed,
    NamedList,
    Not,
    Occurrence,
    Path,
    Shift,
    walk,
)
from handrail.terms.organization import Calendar, Organization

_SPOKEN: Final = {
    "text": "a text",
    "number": "a number",
    "truth": "true or false",
    "date": "a date",
    "moment": "a moment",
    "money": "an amount of money",
    "duration": "a duration",
    "person": "a person",
    "file": "a file",
    "email": "an e-mail address",
    "list": "a list",
}
_ALIKE: Final = (frozenset({"date", "moment"}), frozenset({"text", "email"}))
_ORDERED: Final = frozenset({"number", "date", "moment", "money", "duration"})
_BARE: Final = frozenset({"number", "date", "truth", "money", "duration", "moment"})
_ALLOWED_MAX: Final = 30
_ASKED_FIRST: Final = ("answer", "passed", "score", "outcome", "course", "ended_well")
"""Of what a step leaves or an event tells, what is mostly meant where its bare name is written."""


def check_condition(expression: Expression, schema: Schema) -> list[Finding]:
    """Everything that is wrong with a condition, by place; a condition always or never true is wrong too."""
    checker = _Tests(schema)
    checker.test(expression)
    if not checker.findings:
        checker.constancy(expression)
    return sorted(checker.findings, key=lambda finding: finding.span)


def check_value(expression: Expression, schema: Schema) -> tuple[Kind | None, list[Finding]]:
    """The kind of a value and everything that is wrong with it, by place; no kind where it cannot be told."""
    checker = _Values(schema)
    kind = checker.kind(expression)
    return kind, sorted(checker.findings, key=lambda finding: finding.span)


class _Values:
    """Finds the kinds of values; one that is None has been reported already and goes with everything."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.findings: list[Finding] = []

    def report(
        self, node: Expression, code: str, message: str, *, allowed: Collection[str] = (), advice: str = ""
    ) -> None:
        listed = tuple(sorted(allowed))[:_ALLOWED_MAX]
        self.findings.append(Finding(node.span, code, message, listed, advice))

    def kind(self, value: Expression) -> Kind | None:
        """The kind of a value; what is wrong in it is reported."""
        match value:
            case Constant(kind=name):
                return Kind(name, may_be_empty=False)
            case Path():
                return self.path(value)
            case Listed() | NamedList():
                return self.list_(value)
            case Call():
                return self.call(value)
            case Shift() | Occurrence():
                return self.dated(value)
            case _:
                return replace(TRUTH, may_be_empty=False)

    def path(self, path: Path) -> Kind | None:
        names = path.names
        if names == ("today",):
            return replace(DATE, may_be_empty=False)
        if names[0] == "was":
            if not self.schema.has_was:
                self.report(
                    path,
                    problems.NO_EARLIER_VERSION,
                    "there is no earlier version of the person here",
                    advice="`was` may stand in starts on `person.changed` and in `when_no_longer`.",
                )
                return None
            names = ("person", *names[1:])
        kind = PERSON if names == ("person",) else _followed(names, self.schema)
        if kind is None:
            self.unknown_path(path, names)
        return kind

    def unknown_path(self, path: Path, names: tuple[str, ...]) -> None:
        before, names = _from_last_person(names, self.schema)
        shown = ".".join(names)
        known = self.schema.names_near(names)
        near = _nearest(shown, known).replace("person", before, 1) if before else _nearest(shown, known)
        own = [one for one in known if one.startswith(f"{shown}.")]
        if own:
            advice = f"Say what of it is asked: `{self.meant(path)}`."
            self.report(
                path, problems.NO_SUCH_PATH, f"`{show(path)}` has no value of its own", allowed=own, advice=advice
            )
            return
        advice = f"Did you mean `{near}`?" if near else "Use one of them."
        if len(names) == 1:
            advice = f'{advice if near else ""} A text is written in quotes: "{shown}".'.strip()
        self.report(path, problems.NO_SUCH_PATH, f"there is no `{show(path)}` here", allowed=known, advice=advice)

    def meant(self, value: Expression) -> str:
        """The value as written; of a step's or an event's bare name, what of it is mostly asked."""
        shown = show(value)
        known = self.schema.names_near(value.names) if isinstance(value, Path) and len(value.names) == 1 else ()
        own = sorted(one for one in known if one.startswith(f"{shown}."))
        return next((one for field in _ASKED_FIRST if (one := f"{shown}.{field}") in own), own[0] if own else shown)

    def list_(self, value: Listed | NamedList) -> Kind:
        if isinstance(value, NamedList):
            self.name(value, "list", value.name)
            return Kind("list", may_be_empty=False)
        kinds = [self.kind(item) for item in value.items]
        first = kinds[0] if kinds else None
        return Kind("list", item=TEXT.name if first is None else first.name, may_be_empty=False)

    def name(self, node: Expression, what: str, name: str) -> None:
        """A name of handrail.yaml or of the catalog, where those are known."""
        known = self.schema.known(what)
        if known is None or name in known:
            return
        near = _nearest(name, known)
        advice = f'Did you mean "{near}"?' if near else f"Use one of them, or add this {what}."
        self.report(node, problems.NO_SUCH_NAME, f'there is no {what} "{name}"', allowed=known, advice=advice)

    def call(self, call: Call) -> Kind | None:
        function = FUNCTIONS.get(call.function)
        if function is None:
            near = _nearest(call.function, FUNCTIONS)
            advice = f"Did you mean `{near}`?" if near else "Use one of them."
            message = f"there is no function `{call.function}`"
            self.report(call, problems.NO_SUCH_FUNCTION, message, allowed=FUNCTIONS, advice=advice)
            return None
        if len(call.arguments) != len(function.takes):
            message = f"`{call.function}` takes {len(function.takes)}, and here stand {len(call.arguments)}"
            self.report(
                call, problems.WRONG_ARGUMENT, message, advice=f"Write `{_signature(call.function, function)}`."
            )
            return function.gives
        kinds = [self.argument(call, *pair) for pair in zip(call.arguments, function.takes, strict=True)]
        return function.gives or _extreme_kind(kinds)

    def argument(self, call: Call, value: Expression, taken: str) -> Kind | None:
        kind = self.kind(value)
        wanted = {"date": ("date", "moment"), "list": ("list",)}.get(taken, ("text",))
        if kind is not None and kind.name not in wanted:
            function = FUNCTIONS[call.function]
            message = f"`{call.function}` takes the {taken}, and `{show(value)}` is {_SPOKEN[kind.name]}"
            advice = f"Write `{_signature(call.function, function)}`."
            self.report(value, problems.WRONG_ARGUMENT, message, advice=advice)
        elif isinstance(value, Constant) and wanted == ("text",):
            self.name(value, taken, value.text)
        return kind

    def dated(self, value: Shift | Occurrence) -> Kind | None:
        if isinstance(value, Occurrence):
            return replace(DATE, may_be_empty=False)
        kind = self.kind(value.value)
        if kind is None or kind.name in {"date", "moment"}:
            exact = value.duration.unit in {"minutes", "hours"}
            return replace(MOMENT, may_be_empty=kind.may_be_empty) if kind is not None and exact else kind
        self.report(
            value,
            problems.NOT_SHIFTABLE,
            f"`{show(value.value)}` is {_SPOKEN[kind.name]}, and a duration can only be added to a date or a moment",
            advice="Write it beside a date, as in `today + 14 days`.",
        )
        return None


class _Tests(_Values):
    """Finds what is wrong with tests: kinds that do not go together, what can never be or always is."""

    def test(self, test: Expression) -> None:
        """Anything that may stand where a condition is asked for."""
        match test:
            case All(tests=tests) | Any(tests=tests):
                for one in tests:
                    self.test(one)
            case Not(test=one):
                self.test(one)
            case Compare(left=left, right=right):
                self.ordered(left, right)
            case Is(left=left, right=right):
                kind = self.kind(left)
                if not self.unquoted(left, kind, right):
                    self.beside(left, kind, right, self.kind(right))
            case IsState(value=value):
                self.kind(value)
            case In(value=value, items=items):
                self.inside(value, items)
            case Changed():
                self.changed(test)
            case _:
                self.truth(test)

    def unquoted(self, left: Expression, kind: Kind | None, right: Expression) -> bool:
        """Reports a word that stands where a text does, without its quotes: `country is DE`."""
        word = right.names[0] if isinstance(right, Path) and len(right.names) == 1 else ""
        known = self.schema.names_near((word,)) if word else ()
        here = self.schema.look_up((word,)) is not None or any(one.partition(".")[0] == word for one in known)
        if (
            not word
            or word == "today"
            or here
            or _nearest(word, known)
            or (kind and kind.name not in {"text", "email"})
        ):
            return False
        advice = f'A text is written in quotes: `{self.meant(left)} is "{word}"`.'
        self.report(right, problems.NO_SUCH_PATH, f"there is no `{word}` here", advice=advice)
        return True

    def truth(self, value: Expression) -> None:
        kind = self.kind(value)
        if kind is not None and kind.name != "truth":
            self.report(
                value,
                problems.NOT_A_TEST,
                f"`{show(value)}` is {_SPOKEN[kind.name]}, and nothing is asked about it",
                advice=f"Write a test, as in `{show(value)} is not empty`.",
            )

    def ordered(self, left: Expression, right: Expression) -> None:
        kind, other = self.kind(left), self.kind(right)
        for value, one in ((left, kind), (right, other)):
            if one is not None and one.name not in _ORDERED:
                self.report(
                    value,
                    problems.NOT_ORDERED,
                    f"`{show(value)}` is {_SPOKEN[one.name]}, and none is less or more than another",
                    advice="Write `is`, or `in` with a list.",
                )
                return
        self.beside(left, kind, right, other)

    def beside(self, left: Expression, kind: Kind | None, right: Expression, other: Kind | None) -> None:
        """Two values in one test: of kinds that go together, in one currency, of one closed list."""
        if kind is None or other is None:
            return
        if not _go_together(kind, other):
            self.report(
                right,
                problems.KINDS_DIFFER,
                f"`{show(left)}` is {_SPOKEN[kind.name]} and `{show(right)}` is {_SPOKEN[other.name]}: nothing is converted",
                advice=_mended(left, kind, right, other),
            )
            return
        self.choices(left, kind, right)
        self.choices(right, other, left)
        if isinstance(left, Constant) and isinstance(right, Constant):
            self.constants(left, right)

    def choices(self, value: Expression, kind: Kind, constant: Expression) -> None:
        if not kind.choices or not isinstance(constant, Constant) or constant.text in kind.choices:
            return
        message = f'`{show(value)}` is never "{constant.text}"'
        near = _nearest(constant.text, kind.choices)
        advice = f'Did you mean "{near}"?' if near else "Use one of them."
        self.report(constant, problems.NOT_IN_CHOICES, message, allowed=kind.choices, advice=advice)

    def constants(self, left: Constant, right: Constant) -> None:
        if left.kind == "money" and left.text.split(" ")[1] != right.text.split(" ")[1]:
            message = f"{left.text} and {right.text} are of two currencies: nothing is converted"
            self.report(right, problems.CURRENCIES_DIFFER, message, advice="Write both in one currency.")
        if left.kind == "duration" and _family(left) != _family(right):
            message = (
                f"{left.text} and {right.text} cannot be compared: a day is not always 24 hours, nor a month 30 days"
            )
            self.report(right, problems.KINDS_DIFFER, message, advice="Write both in one unit.")

    def inside(self, value: Expression, items: Expression) -> None:
        kind = self.kind(value)
        if isinstance(items, Listed):
            for item in items.items:
                self.beside(value, kind, item, self.kind(item))
            return
        listed = self.kind(items)
        if listed is not None and listed.name != "list":
            self.report(
                items,
                problems.NOT_A_LIST,
                f"`{show(items)}` is {_SPOKEN[listed.name]}, not a list",
                advice=f"Write `is`, or a list: `in [{show(items)}]`.",
            )
        elif listed is not None:
            self.beside(value, kind, items, Kind(listed.item))

    def changed(self, test: Changed) -> None:
        if test.path.names[0] != "person" or len(test.path.names) < 2:
            message = f"`{show(test.path)}` is no field of the person: of nothing else an earlier version is kept"
            self.report(test.path, problems.NO_EARLIER_VERSION, message, advice="Write `person.department changed`.")
            return
        if not self.schema.has_was:
            self.report(
                test,
                problems.NO_EARLIER_VERSION,
                "there is no earlier version of the person here",
                advice="`changed` and `was` may stand in starts on `person.changed` and in `when_no_longer`.",
            )
        kind = self.kind(test.path)
        for value in (test.before, test.after):
            if value is not None:
                self.beside(test.path, kind, value, self.kind(value))

    def constancy(self, test: Expression) -> bool:
        """Reports the smallest parts that are always or never true; whether there was one."""
        inner: tuple[Expression, ...] = ()
        match test:
            case All(tests=inner) | Any(tests=inner):
                pass
            case Not(test=All() | Any() | Not() as one):
                inner = (one,)
            case _:
                pass
        found = [self.constancy(one) for one in inner]
        if any(found):
            return True
        if _reads_nothing(test):
            return self.constant(test)
        if not can_be_true([test], self.kind):
            message = f"`{show(test)}` can never be true"
            self.report(test, problems.NEVER_TRUE, message, advice="Mend it, or leave out what depends on it.")
            return True
        if not can_be_false(test, self.kind):
            message = f"`{show(test)}` is always true"
            self.report(test, problems.ALWAYS_TRUE, message, advice="Mend it, or leave it out.")
            return True
        return False

    def constant(self, test: Expression) -> bool:
        always = compile_condition(test)(_NOWHERE) is True
        code = problems.ALWAYS_TRUE if always else problems.NEVER_TRUE
        message = f"`{show(test)}` is {'always' if always else 'never'} true"
        self.report(test, code, message, advice="Ask about a field or a result, or leave it out.")
        return True


_NOWHERE: Final = Scope(
    organization=Organization("", "UTC", "en", "", "", {}),
    calendar=Calendar("", "UTC"),
    now=datetime(1970, 1, 1, tzinfo=UTC),
    today=date(1970, 1, 1),
    begun=date(1970, 1, 1),
    zone="UTC",
)
"""A scope for tests that read nothing from it."""


def _reads_nothing(test: Expression) -> bool:
    return not any(isinstance(node, Path | Call | NamedList | Shift | Occurrence) for node in walk(test))


def _followed(names: tuple[str, ...], schema: Schema) -> Kind | None:
    """The kind of a path, through the persons on its way."""
    kind = schema.look_up(names)
    if kind is not None:
        return kind
    for end in range(len(names) - 1, 0, -1):
        on_the_way = schema.look_up(names[:end])
        if on_the_way is not None and on_the_way.name == "person":
            found = _followed(("person", *names[end:]), schema)
            return found and replace(found, may_be_empty=found.may_be_empty or on_the_way.may_be_empty)
    return None


def _from_last_person(names: tuple[str, ...], schema: Schema) -> tuple[str, tuple[str, ...]]:
    """The longest part of a path that is a person, with its dots, and what is asked of them, as of `person`."""
    for end in range(len(names) - 1, 0, -1):
        on_the_way = _followed(names[:end], schema)
        if on_the_way is not None and on_the_way.name == "person":
            return ".".join(names[:end]), ("person", *names[end:])
    return "", names


def _go_together(kind: Kind, other: Kind) -> bool:
    if {kind.name, other.name} & {"list", "file"}:
        return False
    return kind.name == other.name or {kind.name, other.name} in _ALIKE


def _mended(left: Expression, kind: Kind, right: Expression, other: Kind) -> str:
    """What to write where two kinds do not go together."""
    if "list" in {kind.name, other.name}:
        return "Write `in` beside a list, or `count(…)` for how many it holds."
    if "file" in {kind.name, other.name}:
        return "A file can only be asked whether it `is empty`."
    for constant, beside in ((left, other), (right, kind)):
        if not isinstance(constant, Constant):
            continue
        if constant.kind == "text":
            return (
                f"Write {constant.text} without quotes."
                if beside.name in _BARE
                else f"Compare with {_SPOKEN[beside.name]}."
            )
        if beside.name == "text":
            return f'Write "{constant.text}" in quotes.'
        if constant.kind == "number" and beside.name in {"date", "moment"}:
            return f"Write a date, or a duration beside one: `today - {constant.text} days`."
    return f"Compare it with {_SPOKEN[kind.name]}."


def _family(duration: Constant) -> str:
    return FAMILIES[parse_duration(duration.text).unit][0]


def _signature(name: str, function: Function) -> str:
    return f"{name}({', '.join(function.takes)})"


def _extreme_kind(kinds: Sequence[Kind | None]) -> Kind:
    """Of two moments a moment, else a date; empty only if both may be."""
    there = [kind for kind in kinds if kind is not None]
    moment = bool(there) and all(kind.name == "moment" for kind in there)
    return replace(MOMENT if moment else DATE, may_be_empty=all(kind.may_be_empty for kind in there))


def _nearest(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, sorted(known), 1, 0.6)
    return near[0] if near else ""
