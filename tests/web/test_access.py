"""Who may ask: tokens, what each may do, until when; and how it is said."""

from __future__ import annotations

from datetime import timedelta

import httpx2
import pytest
from tests.web.house import House, told

from handrail.app.tokens import add_token, revoke_token, tokens
from handrail.terms.problem import SettingsError

ASKED = [
    ("GET", "/api/people", "read"),
    ("GET", "/api/people/P-1", "read"),
    ("GET", "/api/journeys", "read"),
    ("GET", "/api/journeys/welcome", "read"),
    ("GET", "/api/runs", "read"),
    ("GET", "/api/runs/R-1", "read"),
    ("GET", "/api/handoffs", "read"),
    ("GET", "/api/handoffs/R-1/1", "read"),
    ("GET", "/api/held", "read"),
    ("GET", "/api/why?who=P-1", "read"),
    ("POST", "/api/events", "events"),
    ("POST", "/api/handoffs/R-1/1/answer", "answer"),
    ("POST", "/api/held/syncs/1/release", "operate"),
    ("POST", "/api/held/events/1/refuse", "operate"),
    ("POST", "/api/held/events/try-again", "operate"),
    ("POST", "/api/held/journeys/welcome/release", "operate"),
    ("POST", "/api/publish", "publish"),
]


def said(answer: httpx2.Response) -> str:
    """What is wrong, in a sentence; what to do stands beside it."""
    found = answer.json()
    assert found["what_to_do"], "whoever is refused is told what to do"
    return str(found["error"])


def test_nothing_is_shown_or_taken_without_a_token(house: House) -> None:
    nobody = house.client()
    for method, path, _ in ASKED:
        answer = nobody.request(method, path)
        assert (answer.status_code, said(answer)) == (401, "There is no token."), path
        assert answer.headers["www-authenticate"] == "Bearer"


def test_each_path_takes_its_own_scope_and_no_other(house: House) -> None:
    every = {scope: house.client(scope) for scope in ("events", "read", "answer", "operate", "publish")}
    for method, path, needed in ASKED:
        for scope, client in every.items():
            answer = client.request(method, path)
            allowed = answer.status_code != 403
            assert allowed is (scope == needed), f"{method} {path} with {scope}: {answer.text}"
            assert allowed or f'lacks the scope "{needed}"' in said(answer)


def test_only_an_admin_makes_tokens_and_only_a_command_here_sends_a_file(house: House) -> None:
    made = {"name": "more", "scopes": ["read"]}
    assert house.client("operate").post("/api/tokens", json=made).status_code == 403
    secret = house.client("admin").post("/api/tokens", json=made).json()["token"]
    assert house.client().get("/api/runs", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    refused = house.client("admin").post("/api/syncs", json={"path": "/etc/passwd"})
    assert (refused.status_code, said(refused)) == (403, "A file is named by its path, and this comes from elsewhere.")


def test_a_token_nobody_made_is_not_valid(house: House) -> None:
    answer = house.client().get("/api/runs", headers={"Authorization": "Bearer handrail_guessed"})
    assert (answer.status_code, said(answer)) == (401, "The token is not valid.")


def test_a_token_ends_when_it_expires_and_when_it_is_taken_back(house: House) -> None:
    store, now = house.runtime.store, house.runtime.clock()
    old = add_token(store, "old", ["read"], now - timedelta(days=2), days=1)
    answer = house.client().get("/api/runs", headers={"Authorization": f"Bearer {old}"})
    assert answer.status_code == 401
    assert said(answer).startswith("The token expired on ")
    gone = add_token(store, "gone", ["read"], now)
    assert revoke_token(store, "gone", now, "Ada")
    assert house.client().get("/api/runs", headers={"Authorization": f"Bearer {gone}"}).status_code == 401
    assert [audit.what for audit in store.audit() if audit.by == "Ada"][-1] == "token revoked"


def test_who_made_a_token_and_took_it_back_over_the_api_is_kept_by_name_else_by_their_token(house: House) -> None:
    admin = house.client("admin")
    for by, query in (("Ada", "?by=Ada"), ("", "")):
        assert admin.post("/api/tokens", json={"name": "t", "scopes": ["read"], "by": by}).status_code == 200
        assert admin.delete(f"/api/tokens/t{query}").status_code == 200
    done = [(row.by, row.what) for row in house.runtime.store.audit(limit=1000)][-4:]
    assert done == [(by, what) for by in ("Ada", "admin 0") for what in ("token added", "token revoked")]


def test_an_admin_token_may_do_everything(house: House) -> None:
    admin = house.client("admin")
    assert admin.get("/api/runs").status_code == 200
    assert admin.post("/api/events", json=told("a1")).status_code == 200


def test_a_token_is_kept_only_as_a_hash(house: House) -> None:
    store = house.runtime.store
    secret = add_token(store, "kept", ["read"], house.runtime.clock())
    everything = store.database.read("SELECT * FROM token")
    assert secret not in repr(everything)
    assert "kept" in [token.name for token in tokens(store)]


@pytest.mark.parametrize("scopes", [[], ["everything"]])
def test_a_token_without_a_right_scope_is_not_made(house: House, scopes: list[str]) -> None:
    with pytest.raises(SettingsError, match="events, people, read"):
        add_token(house.runtime.store, "wrong", scopes, house.runtime.clock())


def test_health_is_told_to_whoever_watches(house: House) -> None:
    watcher = house.client()
    assert watcher.get("/health/live").json() == {"status": "live"}
    ready = watcher.get("/health/ready")
    assert (ready.status_code, ready.json()["wrong"]) == (200, [])


def test_an_organization_whose_engine_died_is_not_ready_and_takes_nothing(house: House) -> None:
    host = house.runtime.host
    assert host is not None, "it was begun"
    host.died = MemoryError("tried out")
    watcher, sender = house.client(), {"Authorization": "Bearer x"}
    assert watcher.get("/health/ready").status_code == 503
    assert watcher.get("/health/live", headers=sender).status_code == 200
    answer = house.deliver("lms", "course.completed", {"user": "1", "course": "x", "completed_at": "2026-03-01"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    host.died = None


def test_what_the_api_takes_is_described(house: House) -> None:
    reader = house.client()
    described = reader.get("/api/openapi.json").json()
    assert {path.split("?")[0].replace("P-1", "{who}") for _, path, _ in ASKED[:2]} <= set(described["paths"])
    assert reader.get("/api/docs").status_code == 200


@pytest.mark.parametrize(("path", "status"), [("/api/nothing", 404), ("/api/events", 405)])
def test_a_wrong_address_is_answered_like_everything_else(house: House, path: str, status: int) -> None:
    answer = house.client().get(path)
    assert answer.status_code == status
    assert said(answer)
