"""The pass of a helper's telephone: the secret of a door, in a cookie that no script reads and no address holds."""

import re
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from api.visitor import Visitor, cookie_name

_PASS = "rimay_door"
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_KEPT = timedelta(days=7)
"""A door may be prepared where there is a connection, days before. It ends by itself, whatever the browser keeps."""


def read_secret(typed: str) -> str | None:
    """The secret in what was pasted, typed or scanned, with or without its address."""
    secret = typed.strip().rpartition("#")[2]
    return secret if _SECRET.fullmatch(secret) else None


def find_pass(request: Request, visitor: Visitor) -> str | None:
    """The secret of the door that this telephone stands at."""
    return read_secret(request.cookies.get(cookie_name(_PASS, visitor.https), ""))


def give_pass(response: Response, visitor: Visitor, secret: str) -> None:
    """From now on this telephone stands at a door."""
    response.set_cookie(
        cookie_name(_PASS, visitor.https),
        secret,
        max_age=int(_KEPT.total_seconds()),
        path="/",
        secure=visitor.https,
        httponly=True,
        samesite="lax",
    )


def take_pass(response: Response, visitor: Visitor) -> None:
    """This telephone stands at no door any more."""
    name = cookie_name(_PASS, visitor.https)
    response.delete_cookie(name, path="/", secure=visitor.https, httponly=True)
