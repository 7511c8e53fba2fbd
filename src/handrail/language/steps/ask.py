"""`ask`: hands a decision, a form, a task or a signature to someone."""

from __future__ import annotations

import re
from typing import Final

from handrail.language.draft import Draft
from handrail.language.expressions import text
from handrail.language.moves.kinds import Setting
from handrail.language.moves.ladders import answers_of
from handrail.language.outline import Outline, StepKind, Work
from handrail.language.owners import owner_of
from handrail.language.source.tree import Mapping, Node, Scalar, Sequence
from handrail.terms.catalog import Kind, KindName
from handrail.terms.plan import Ask, FormField, Text

DONE: Final = "done"
_PLAIN: Final[dict[str, KindName]] = {
    "text": "text",
    "number": "number",
    "date": "date",
    "person": "person",
    "email": "email",
    "money": "money",
    "file": "file",
    "yes or no": "truth",
}
_RANGE: Final = re.compile(r"(-?\d+) to (-?\d+)")
_CHOICE: Final = re.compile(r"(one|\d+) of (.+)")
_FORMS: Final = (*_PLAIN, "1 to 5", "one of A or B", "2 of A or B or C")


def form_of(draft: Draft, node: Node) -> dict[str, FormField]:
    """The fields of a form, in the order of the file."""
    if not isinstance(node, Mapping) or not node.entries:
        advice = "Write them as in form: { comment: text, confidence: 1 to 5 }."
        draft.shape(node, "the fields of a form, each with what may stand in it, stand here", advice)
        return {}
    fields: dict[str, FormField] = {}
    for entry in node.entries:
        name, scalar = entry.key.text, draft.scalar(entry.value, "what may stand in the field is said here")
        if not name.isidentifier() or name in {"answer", "at", "by", "times", "late", "name"}:
            advice = "A field is one word: letters, digits and _; not answer, at, by, times, late or name."
            draft.say("J110", entry.key.place, f'"{name}" cannot be a field', advice=advice)
        field = _field(draft, scalar) if scalar else None
        if field is not None:
            fields[name] = field
    return fields


def _field(draft: Draft, scalar: Scalar) -> FormField | None:
    words = scalar.text.removesuffix(" optional")
    optional = words != scalar.text
    if words in _PLAIN:
        return FormField(Kind(_PLAIN[words]), optional)
    bounds, choice = _RANGE.fullmatch(words), _CHOICE.fullmatch(words)
    if bounds is not None and float(bounds[1]) < float(bounds[2]):
        return FormField(Kind("number", low=float(bounds[1]), high=float(bounds[2])), optional)
    if choice is not None:
        return _chosen(draft, scalar, choice, optional=optional)
    draft.say(
        "J109",
        scalar.place,
        f'"{scalar.text}" is not something a form can ask for',
        allowed=_FORMS,
        title="fields are",
        advice="`optional` may follow each.",
    )
    return None


def _chosen(draft: Draft, scalar: Scalar, choice: re.Match[str], *, optional: bool) -> FormField | None:
    words = tuple(choice[2].split(" or "))
    count = 1 if choice[1] == "one" else int(choice[1][:6])
    wrong = [word for word in words if not re.fullmatch(r"[^\W\d_][\w-]*", word)]
    if wrong or len(set(words)) != len(words) or not 1 <= count <= len(words):
        message = f'"{wrong[0]}" is not one word' if wrong else f'"{scalar.text}" cannot be chosen from'
        draft.say(
            "J109", scalar.place, message, advice="Write different words with `or` between, as in one of red or blue."
        )
        return None
    if choice[1] == "one":
        return FormField(Kind("text", words), optional)
    return FormField(Kind("list", words, item="text"), optional, count)


def _compile(work: Work) -> Ask:
    draft, outline = work.draft, work.outline
    to = owner_of(draft, outline.keys["ask"].value, work.spot("ask"))
    question, todo, sign = (_words(work, key) for key in ("question", "todo", "sign"))
    _one_question(work)
    if "if_fails" in outline.keys:
        advice = "Write what follows when nobody answers under `if_late`."
        draft.say("J112", work.place("if_fails"), "an `ask` cannot fail: it can only stall", advice=advice)
    form = outline.node("form")
    fields = form_of(draft, form) if form is not None else {}
    node = outline.node("answers")
    if node is not None and "todo" in outline.keys:
        draft.say(
            "J112", work.place("answers"), "a `todo` has the one answer `done`", advice="Write `question` instead."
        )
    if node is None and "question" in outline.keys and "form" not in outline.keys and not sign:
        draft.say(
            "J123",
            work.place("question"),
            "nobody can answer this: there are neither `answers` nor a `form`",
            advice="Write `answers: { approve: continue, … }`, a `form`, or `todo` instead of `question`.",
        )
    spot = work.spot("answers", work.own_result, result=True)
    setting = Setting("answers", spot, "ask", name=f"{outline.name}.answers")
    answers = answers_of(draft, node, setting) if node is not None else {DONE: -1}
    return Ask(to=to, question=question, todo=todo, form=fields, answers=answers, sign=sign)


def _one_question(work: Work) -> None:
    keys = work.outline.keys
    if "question" in keys and "todo" in keys:
        work.draft.say(
            "J112", keys["todo"].key.place, "`question` and `todo` stand side by side", advice="Keep one of them."
        )
    if not {"question", "todo", "sign"} & set(keys):
        advice = "Write `question:` for a decision or a form, `todo:` for something to be done."
        work.draft.say(
            "J106", work.outline.key.place, f'step "{work.outline.name}" does not say what is asked', advice=advice
        )


def _words(work: Work, key: str) -> Text:
    node = work.outline.node(key)
    scalar = work.draft.scalar(node, "what is asked stands here") if node is not None else None
    if scalar is None:
        return ()
    work.draft.texts[f"{work.outline.name}.{key}"] = scalar.text
    return text(work.draft, scalar, work.spot(key))


def words_of(outline: Outline) -> tuple[str, ...]:
    """The answers there are to the step."""
    node = outline.node("answers")
    if isinstance(node, Sequence):  # the wrong shape, and said so; the words are meant
        return tuple(one.text for one in node.items if isinstance(one, Scalar))
    return tuple(entry.key.text for entry in node.entries) if isinstance(node, Mapping) else (DONE,)


def _results(draft: Draft, outline: Outline) -> dict[str, Kind]:
    quiet = Draft(draft.source, draft.catalog)
    form = outline.node("form")
    kinds = {name: field.kind for name, field in form_of(quiet, form).items()} if form is not None else {}
    return {**kinds, "answer": Kind("text", words_of(outline))}


KIND = StepKind(
    "ask",
    ("ask", "question", "todo", "form", "sign", "answers"),
    _compile,
    _results,
    whole=True,
    cohort=True,
)
