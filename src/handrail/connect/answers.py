"""From an answer over HTTP to an outcome: which class of failure a status is, in one table.

| what came | class |
|---|---|
| never reached | transient: nothing was done |
| no answer, an answer that cannot be read | uncertain |
| 429; 503 with `Retry-After` | throttled: nothing was done, and it says when to come again |
| 401 | auth: our own key is refused |
| 408, 425, 5xx | transient; uncertain if a repeat might do it twice |
| any other 3xx or 4xx | permanent, with the far side's own code |

`Client` is what every connector asks through: JSON in, JSON out, a bearer token, never an exception for what the far
side does. What an answer means for an action is in each connector's `effects`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct, json, structs

from handrail.connect.http import Answer, AnswerLost, Exchange, NotReached
from handrail.connect.port import ItemOutcome
from handrail.terms.event import FailureClass

_LATER: Final = frozenset({408, 425})


class Reply(Struct, frozen=True):
    """A readable answer: its status and the JSON object in it. `failed` is there if it is none of 2xx."""

    status: int = 0
    payload: Mapping[str, Any] = {}
    failed: ItemOutcome | None = None

    def failure(self, key: str) -> ItemOutcome | None:
        """The failure as that of item `key`."""
        return None if self.failed is None else structs.replace(self.failed, key=key)


class Client(Struct, frozen=True):
    """Asks one system, named `system` in sentences for people."""

    system: str
    exchange: Exchange
    token: str = ""

    def get(self, path: str) -> Reply:
        """Look something up."""
        return self.ask("GET", path, repeatable=True)

    def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, key: str = "", repeatable: bool = False
    ) -> Reply:
        """One request. `repeatable`: doing it twice does no harm, so an error of the far side is only transient.

        `key` is sent as the idempotency key.
        """
        headers = {"accept": "application/json"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        if key:
            headers["idempotency-key"] = key
        if body is not None:
            headers["content-type"] = "application/json"
        content = b"" if body is None else json.encode(body, enc_hook=str)
        try:
            answer = self.exchange(method, path, headers, content)
        except NotReached as error:
            return _failed(0, "transient", "not_reached", f"{self.system} could not be reached: {error}")
        except AnswerLost as error:
            return _failed(0, "uncertain", "no_answer", f"{self.system} was asked and gave no answer: {error}")
        return self._reply(answer, repeatable=repeatable)

    def _reply(self, answer: Answer, *, repeatable: bool) -> Reply:
        payload = _object(answer.body)
        if answer.status < 300:
            if payload is None:
                said = f"{self.system} answered HTTP {answer.status} with something that is no JSON object."
                return _failed(answer.status, "uncertain", "unreadable_answer", said)
            return Reply(answer.status, payload)
        outcome = refusal(self.system, answer.status, payload or {}, repeatable=repeatable)
        hint = answer.headers.get("retry-after", "")
        if answer.status == 429 or (answer.status == 503 and hint):
            outcome = structs.replace(outcome, failure="throttled", retry_after=hint)
        return Reply(answer.status, payload or {}, outcome)


def refusal(system: str, status: int, payload: Mapping[str, Any], *, repeatable: bool) -> ItemOutcome:
    """The failure that a status stands for; `code` is the far side's own word, else `http_403`."""
    word = payload.get("error") or payload.get("code") or ""
    code = word if isinstance(word, str) and word else f"http_{status}"
    if 300 <= status < 400:
        said = f"{system} answered HTTP {status} and pointed elsewhere. Put the address it moved to into the settings."
    else:
        said = f"{system} answered HTTP {status}" + (f" ({code})." if word else ".")
    return ItemOutcome("", "failed", failure=failure_class(status, repeatable=repeatable), code=code, reason=said)


def failure_class(status: int, *, repeatable: bool) -> FailureClass:
    """The class of a status that is no success."""
    if status == 401:
        return "auth"
    if status == 429:
        return "throttled"
    if status in _LATER or status >= 500:
        return "transient" if repeatable else "uncertain"
    return "permanent"


def texts(payload: Mapping[str, Any], *names: str) -> dict[str, str]:
    """Those of the named members that are texts."""
    return {name: payload[name] for name in names if isinstance(payload.get(name), str)}


def listed(payload: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects in the named list; nothing if there is no such list."""
    found = payload.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _object(body: bytes) -> Mapping[str, Any] | None:
    """The JSON object; an empty body is an empty one, anything else is none."""
    if not body.strip():
        return {}
    try:
        return json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _failed(status: int, failure: FailureClass, code: str, reason: str) -> Reply:
    return Reply(status, {}, ItemOutcome("", "failed", failure=failure, code=code, reason=reason))
