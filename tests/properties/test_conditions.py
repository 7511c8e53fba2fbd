"""What holds of every condition: it prints and reads back, it never raises, and its explanation agrees with it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from handrail.conditions.compare import all_of, any_of, negation
from handrail.conditions.compiled import compile_condition, compile_value, value_of_with
from handrail.conditions.explain import Clause, explain, would_flip
from handrail.conditions.parse import ConditionError, parse_condition, parse_text, parse_value
from handrail.conditions.printing import show, show_text
from handrail.conditions.schema import Paths, person_kinds
from handrail.conditions.scope import Scope
from handrail.conditions.types import check_condition
from handrail.terms import expression as tree
from handrail.terms.catalog import Kind
from handrail.terms.coding import pack, unpack
from handrail.terms.expression import Expression, Slot
from handrail.terms.organization import Calendar, Organization, Team
from handrail.terms.person import Certificate, Origin, Person, Record
from handrail.terms.values import UNKNOWN, Duration, Fields, Money, PersonRef

ORIGIN = Origin("hr", datetime(2026, 3, 1, tzinfo=UTC))
INSTANTS = st.datetimes(timezones=st.just(UTC))
WORDS = st.sampled_from(["country", "level", "manager", "is", "x", "at", "extra", "hired_on", "contract", "id", "name"])
NAMES = st.one_of(
    st.sampled_from([("today",), ("opening",), ("line",), ("person",), ("event",)]),
    st.tuples(st.sampled_from(["person", "was", "event", "start", "exam", "line"]), WORDS),
    st.tuples(st.sampled_from(["person", "exam", "start"]), st.just("manager"), WORDS),
    st.tuples(st.sampled_from(["person", "was"]), st.just("extra"), WORDS),
)
PATHS = NAMES.map(tree.Path)
TEXTS = st.sampled_from(["DE", "FR", 'a "quoted" word', "back\\slash", "{brace}", "", "5"])
DURATIONS = st.builds(
    Duration, st.integers(1, 60), st.sampled_from(["minutes", "hours", "days", "weeks", "months", "business days"])
)
CONSTANTS = st.one_of(
    TEXTS.map(lambda text: tree.Constant("text", text)),
    st.integers(-99, 99).map(lambda number: tree.Constant("number", str(number))),
    st.sampled_from(["0.5", "4.25", "-1.5"]).map(lambda number: tree.Constant("number", number)),
    st.booleans().map(lambda truth: tree.Constant("truth", str(truth).lower())),
    st.dates().map(lambda day: tree.Constant("date", day.isoformat())),
    st.sampled_from(["2000 EUR", "0.5 USD", "-3 EUR"]).map(lambda money: tree.Constant("money", money)),
    DURATIONS.map(lambda duration: tree.Constant("duration", str(duration))),
)
OCCURRENCES = st.builds(tree.Occurrence, st.sampled_from(["next", "last"]), st.integers(1, 12), st.integers(1, 28))
PLAIN = st.one_of(PATHS, CONSTANTS, OCCURRENCES)
LISTS = st.one_of(
    st.lists(PLAIN, max_size=4).map(lambda items: tree.Listed(tuple(items))),
    st.sampled_from(["sites", "no-such"]).map(tree.NamedList),
    PATHS,
)
CALLS = st.one_of(
    st.builds(
        tree.Call,
        st.sampled_from(
            ["completed_on", "passed_on", "holds", "expires_on", "running", "finished_on", "in_team", "odd"]
        ),
        st.tuples(st.one_of(PLAIN, st.just(tree.Constant("text", "DE")))),
    ),
    st.builds(tree.Call, st.sampled_from(["earliest", "latest", "holds"]), st.tuples(PLAIN, PLAIN)),
    st.builds(tree.Call, st.just("count"), st.tuples(LISTS)),
)
VALUES = st.recursive(
    st.one_of(PLAIN, CALLS),
    lambda inner: st.builds(tree.Shift, inner, st.sampled_from([1, -1]), DURATIONS),
    max_leaves=3,
)
CHANGES = st.one_of(st.builds(tree.Changed, PATHS), st.builds(tree.Changed, PATHS, VALUES, VALUES))
LEAVES = st.one_of(
    st.builds(tree.Compare, st.sampled_from(["<", "<=", ">", ">="]), VALUES, VALUES),
    st.builds(tree.Is, VALUES, VALUES),
    st.builds(tree.IsState, VALUES, st.sampled_from(["empty", "known"])),
    st.builds(tree.In, VALUES, LISTS),
    CHANGES,
    VALUES,
)


def _joined(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(several.map(tree.All), several.map(tree.Any), inner.map(tree.Not))


CONDITIONS: st.SearchStrategy[Expression] = st.recursive(LEAVES, _joined, max_leaves=8)
SCALARS = st.one_of(
    st.none(),
    st.just(UNKNOWN),
    st.booleans(),
    st.integers(-5, 5),
    st.sampled_from([0.5, float("nan"), float("inf"), Decimal("0.5"), Decimal("NaN"), Decimal("sNaN"), 10**40]),
    st.sampled_from(["DE", "FR", "5", ""]),
    st.dates(),
    INSTANTS,
    st.just(datetime(2026, 3, 1)),  # noqa: DTZ001 - naive: what a source may send
    st.sampled_from([Money(Decimal(2000), "EUR"), Money(Decimal("NaN"), "EUR"), Money(Decimal(1), "USD")]),
    DURATIONS,
    st.sampled_from([PersonRef(1), PersonRef(2), PersonRef(9)]),
)
ANYTHING = st.one_of(SCALARS, st.lists(SCALARS, max_size=3).map(tuple))
FIELDS = st.dictionaries(WORDS, ANYTHING, max_size=5).map(Fields)
UNSURE_TEXT = st.sampled_from(["DE", "FR", None, UNKNOWN, "permanent"])
PEOPLE = st.builds(
    Person,
    id=st.sampled_from([1, 2]),
    version=st.just(1),
    origin=st.just(ORIGIN),
    country=UNSURE_TEXT,
    contract=UNSURE_TEXT,
    name=UNSURE_TEXT,
    level=st.sampled_from([None, UNKNOWN, 3, 4, 4.5]),
    manager=st.sampled_from([None, UNKNOWN, 1, 2, 9]),
    hired_on=st.one_of(st.none(), st.just(UNKNOWN), st.dates()),
    extra=FIELDS,
)
RECORDS = st.sampled_from(
    [
        None,
        Record(),
        Record(
            completed={"DE": ORIGIN.as_of},
            passed={"DE": ORIGIN.as_of},
            certificates={"DE": Certificate(ORIGIN.as_of, date(2026, 3, 1)), "FR": Certificate(ORIGIN.as_of)},
            running=frozenset({"DE"}),
            finished={"DE": ORIGIN.as_of},
        ),
    ]
)
ORGANIZATION = Organization(
    "Acme", "Europe/Berlin", "en", "person:1", "office", {},
    teams={"DE": Team("DE", lead=1, members=(2,))}, lists={"sites": ("DE", "FR")},
)  # fmt: skip
SCOPES = st.builds(
    Scope,
    organization=st.just(ORGANIZATION),
    calendar=st.sampled_from([Calendar("office", "Europe/Berlin"), Calendar("broken", "Nowhere/At_All")]),
    now=INSTANTS,
    today=st.dates(),
    begun=st.dates(),
    zone=st.sampled_from(["Europe/Berlin", "Pacific/Auckland", "Nowhere/At_All"]),
    person=st.one_of(st.none(), PEOPLE),
    was=st.one_of(st.none(), PEOPLE),
    people=st.dictionaries(st.sampled_from([1, 2]), PEOPLE),
    event=st.one_of(st.none(), FIELDS),
    start=FIELDS,
    results=st.dictionaries(st.sampled_from(["exam", "line"]), FIELDS),
    items=st.one_of(st.just(Fields()), ANYTHING.map(lambda value: Fields({"line": value}))),
    record=RECORDS,
    opening=st.one_of(st.none(), INSTANTS),
)


class Kept(Struct):
    """Something that keeps a condition and its explanation, as plans and ledgers do."""

    condition: Expression
    clause: Clause | None = None


def bare(node: Expression) -> Expression:
    """The same tree without the places at which it was read."""
    changed: dict[str, object] = {"span": (0, 0)}
    for name in node.__struct_fields__:
        value = getattr(node, name)
        if isinstance(value, tree.Node):
            changed[name] = bare(value)  # type: ignore[arg-type]
        elif isinstance(value, tuple) and value and isinstance(value[0], tree.Node):
            changed[name] = tuple(bare(item) for item in value)
    return replace(node, **changed)


@given(CONDITIONS)
@example(tree.Not(tree.Not(tree.Path(("line",)))))
def test_a_condition_that_is_printed_reads_back_as_itself(condition: Expression) -> None:
    assert bare(parse_condition(show(condition))) == condition


@given(VALUES)
def test_a_value_that_is_printed_reads_back_as_itself(value: Expression) -> None:
    assert bare(parse_value(show(value))) == value


@given(
    st.lists(
        st.one_of(st.sampled_from(["Dear ", "{", "}}", 'a "b" ']), st.builds(Slot, VALUES, st.none() | TEXTS)),
        max_size=5,
    )
)
def test_a_text_that_is_printed_reads_back_as_itself(parts: list[str | Slot]) -> None:
    shown = show_text(tuple(parts))
    assert show_text(parse_text(shown)) == shown


@given(st.text(alphabet="abc.is not in and or ()[]<>=\"'{}+-,5: 2026-03-31list:", max_size=60))
def test_any_text_is_read_or_refused_with_a_place_inside_it(text: str) -> None:
    for read in (parse_condition, parse_value, parse_text):
        try:
            read(text)
        except ConditionError as error:
            for finding in error.findings:
                assert 0 <= finding.span[0] <= finding.span[1] <= len(text)
                assert finding.message


@given(CONDITIONS, SCOPES)
def test_the_explanation_comes_to_the_same_as_the_decision(condition: Expression, scope: Scope) -> None:
    verdict = compile_condition(condition)(scope)
    assert verdict in {True, False, UNKNOWN}
    assert explain(condition, scope).verdict is verdict


@given(VALUES, SCOPES)
def test_no_value_and_no_text_fails_on_any_scope(value: Expression, scope: Scope) -> None:
    compile_value(value)(scope)
    parts = ("Dear ", Slot(value), Slot(value, "none"))
    text = value_of_with(parts)(scope)
    assert text is UNKNOWN or str(text).startswith("Dear ")


@given(CONDITIONS, SCOPES)
def test_what_would_have_to_come_out_otherwise_is_enough(condition: Expression, scope: Scope) -> None:
    clause = explain(condition, scope)
    wanted = clause.verdict is not True
    assert _with_flipped(clause, would_flip(clause), wanted=wanted) is wanted


def _with_flipped(clause: Clause, flips: tuple[Clause, ...], *, wanted: bool) -> object:
    """The verdict if each of `flips` came out as its place among the others needs it."""
    if not clause.joined:
        return wanted if any(clause is flip for flip in flips) else clause.verdict
    if clause.joined == "not":
        return negation(_with_flipped(clause.children[0], flips, wanted=not wanted))  # type: ignore[arg-type]
    verdicts = [_with_flipped(child, flips, wanted=wanted) for child in clause.children]
    return (all_of if clause.joined == "and" else any_of)(verdicts)  # type: ignore[arg-type]


@given(CONDITIONS, SCOPES)
def test_a_condition_and_its_explanation_can_be_kept(condition: Expression, scope: Scope) -> None:
    kept = Kept(condition, explain(condition, scope))
    assert pack(unpack(pack(kept), Kept)) == pack(kept)


KINDS = person_kinds(extra={"x": Kind("number", low=1, high=5)}) | {
    "event.level": Kind("number", may_be_empty=False),
    "event.x": Kind("truth", may_be_empty=False),
    "event.at": Kind("moment", may_be_empty=False),
    "event.contract": Kind("text", choices=("DE", "FR"), may_be_empty=False),
}
NUMBERS = st.integers(1, 4).map(lambda number: tree.Constant("number", str(number)))
LEVELS = st.sampled_from([("event", "level"), ("person", "level"), ("person", "extra", "x")]).map(tree.Path)
CHOICES = st.sampled_from(["DE", "FR"]).map(lambda text: tree.Constant("text", text))
SOUND = st.recursive(
    st.one_of(
        st.builds(tree.Compare, st.sampled_from(["<", "<=", ">", ">="]), LEVELS, NUMBERS),
        st.builds(tree.Compare, st.sampled_from(["<", "<=", ">", ">="]), NUMBERS, LEVELS),
        st.builds(tree.Is, LEVELS, NUMBERS),
        st.builds(tree.In, LEVELS, st.lists(NUMBERS, max_size=3).map(lambda items: tree.Listed(tuple(items)))),
        st.builds(tree.IsState, LEVELS, st.sampled_from(["empty", "known"])),
        st.builds(tree.Is, st.just(tree.Path(("event", "contract"))), CHOICES),
        st.just(tree.Path(("event", "x"))),
    ),
    _joined,
    max_leaves=5,
)


@given(SOUND, st.data())
def test_what_is_called_never_or_always_true_is_so(condition: Expression, chosen: st.DataObject) -> None:
    findings = check_condition(condition, Paths(KINDS))
    numbers = st.sampled_from([0, 1, 1.5, 2, 3, 4, 5])
    person = Person(1, 1, ORIGIN, level=chosen.draw(numbers | st.none()))
    person = replace(person, extra=Fields({"x": chosen.draw(st.sampled_from([1, 2, 2.5, 3, 4, 5, None]))}))
    event = Fields(
        {
            "level": chosen.draw(numbers),
            "x": chosen.draw(st.booleans()),
            "contract": chosen.draw(st.sampled_from(["DE", "FR"])),
        }
    )
    scope = replace(chosen.draw(SCOPES), person=person, event=event)
    parts = {finding.message: finding.code for finding in findings}
    for node in tree.walk(condition):
        verdict = compile_condition(node)(scope) if not isinstance(node, tree.Constant | tree.Listed) else None
        if parts.get(f"`{show(node)}` can never be true") == "J230":
            assert verdict is not True
        if parts.get(f"`{show(node)}` is always true") == "J231":
            assert verdict is True
