"""Who may do what, and that a form is ours."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.visitor import Visitor, visitor_of
from core.accounts import SignedIn
from core.errors import Forbidden

_SAFE = ("GET", "HEAD", "OPTIONS")
_FORM_FILES = 400
"""A workbook with its pictures and recordings; how much they may weigh is limited apart."""
_FORM_FIELDS = 5000
"""A paper form of hundreds of questions, with a field for each choice."""


class SignInNeeded(Exception):
    """Nobody is signed in on this browser."""


class StaleForm(Exception):
    """A form whose token is not this visitor's: from another page, or from before signing in."""


async def check_form(request: Request) -> AsyncIterator[FormData]:
    """Every deed carries the token of its visitor, as a field or a header. Gives what was sent."""
    visitor = await visitor_of(request)
    if request.method in _SAFE:
        yield FormData()
        return
    async with request.form(max_files=_FORM_FILES, max_fields=_FORM_FIELDS) as given:
        token = request.headers.get("x-form-token") or given.get("csrf")
        if not isinstance(token, str) or not secrets.compare_digest(
            token.encode(), visitor.form_token.encode()
        ):
            raise StaleForm
        yield given


def require(*roles: str) -> Callable[[Request], Awaitable[SignedIn]]:
    """A dependency: the account that is signed in, when it has one of the roles. No roles: any account."""

    async def check(request: Request) -> SignedIn:
        visitor = await visitor_of(request)
        if visitor.account is None:
            raise SignInNeeded
        if roles and not visitor.may(*roles):
            raise Forbidden
        return visitor.account

    return check


def not_there() -> HTTPException:
    """This address leads nowhere."""
    return HTTPException(404)


Posted = Annotated[FormData, Depends(check_form)]
Visiting = Annotated[Visitor, Depends(visitor_of)]
Anyone = Annotated[SignedIn, Depends(require())]
Organiser = Annotated[SignedIn, Depends(require("organiser"))]
Author = Annotated[SignedIn, Depends(require("organiser", "interpreter"))]
Facilitator = Annotated[SignedIn, Depends(require("organiser", "interpreter", "facilitator"))]
Council = Annotated[SignedIn, Depends(require("council"))]
Secretary = Annotated[SignedIn, Depends(require("organiser", "council"))]
Governing = Annotated[SignedIn, Depends(require("organiser", "council", "unit"))]
