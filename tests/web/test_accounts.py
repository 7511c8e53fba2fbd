"""Accounts as `handrail account` orders them from the process that owns the database."""

from __future__ import annotations

from tests.web.house import House

PASSWORD = "orange bicycle under rain"


def test_an_account_that_is_ordered_can_sign_in_and_is_the_person_with_that_address(house: House) -> None:
    admin, browser = house.client("admin"), house.client()
    made = admin.post(
        "/api/accounts", json={"login": "ada.moreau@example.com", "roles": ["auditor"], "password": PASSWORD}
    )
    assert made.json() | {"way": ""} == {
        "login": "ada.moreau@example.com",
        "name": "Ada Moreau",
        "person": "P-2",
        "roles": ["auditor"],
        "way": "",
        "sessions": 0,
    }
    signed_in = browser.post("/sign-in", data={"login": "ada.moreau@example.com", "password": PASSWORD})
    assert signed_in.status_code == 303
    assert admin.get("/api/accounts").json()["accounts"][0]["sessions"] == 1


def test_a_new_password_and_the_end_of_an_account_end_its_sessions(house: House) -> None:
    admin, visitor = house.client("admin"), house.visitor("admin", login="ada")
    house.visitor("admin", login="bo")
    assert visitor.get("/handoffs").status_code == 200
    assert admin.post("/api/accounts/ada/password", json={"password": PASSWORD}).status_code == 200
    assert visitor.get("/handoffs").status_code == 303
    again = house.client()
    assert again.post("/sign-in", data={"login": "ada", "password": PASSWORD}).status_code == 303
    ended = admin.post("/api/accounts/ada/end", json={"close": True, "by": "Ana Silva"})
    assert ended.json() == {"login": "ada", "sessions_ended": 1, "closed": True}
    assert again.get("/handoffs").status_code == 303
    assert [(row.by, row.what) for row in house.runtime.store.audit(limit=1000)][-1] == ("Ana Silva", "account closed")


def test_only_an_admin_token_reaches_accounts(house: House) -> None:
    assert house.client("read", "operate", "publish").get("/api/accounts").status_code == 403


def test_a_role_that_there_is_not_changes_nothing(house: House) -> None:
    admin = house.client("admin")
    house.visitor("learner", login="kim")
    refused = admin.post("/api/accounts/kim/roles", json={"give": ["auditor", "chief"]})
    assert refused.status_code == 409
    assert "There is no role" in refused.json()["error"]
    assert [each["roles"] for each in admin.get("/api/accounts").json()["accounts"]] == [["learner"]]
