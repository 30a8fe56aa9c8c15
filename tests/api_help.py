"""A client of the API with a real key, and short ways to read its answers."""

from __future__ import annotations

import json
from typing import Any

from rest_framework.test import APIClient

from sync.models import ApiKey
from teams.models import User

BOTH = ("read", "write")


class Client(APIClient):
    """Speaks JSON with the key of one account."""

    def __init__(self, user: User | None = None, scopes: tuple[str, ...] = BOTH, **headers: str) -> None:
        super().__init__(headers={"Accept-Language": "en", **headers})
        if user is not None:
            _row, secret = ApiKey.objects.create(user=user, scopes=list(scopes))
            self.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")

    def send(self, method: str, path: str, body: Any = None, if_match: int | str | None = None) -> Any:
        """Send a body as JSON (bytes as they are)."""
        content = body if isinstance(body, bytes) else json.dumps(body)
        headers = {} if if_match is None else {"If-Match": f'"v{if_match}"'}
        return self.generic(method, f"/api/v1/{path}", content, content_type="application/json", headers=headers)

    def read(self, path: str, status: int = 200) -> Any:
        """The answer to a GET."""
        return read(self.get(f"/api/v1/{path}"), status)

    def make(self, path: str, body: Any, status: int = 201) -> Any:
        """The answer to a POST."""
        return read(self.send("POST", path, body), status)

    def change(self, path: str, body: Any, status: int = 200, if_match: int | str | None = None) -> Any:
        """The answer to a PATCH."""
        return read(self.send("PATCH", path, body, if_match), status)


def read(response: Any, status: int = 200) -> Any:
    """The body of an answer of that status."""
    assert response.status_code == status, (response.status_code, response.content)
    if status >= 400:
        assert response["Content-Type"] == "application/problem+json"
    return json.loads(response.content) if response.content else None


def errors(problem: Any) -> dict[str, str]:
    """The codes of a problem's errors, by pointer."""
    return {error["pointer"]: error["code"] for error in problem["errors"]}
