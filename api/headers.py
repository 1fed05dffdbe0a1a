"""Headers of every response, and the limit of what may be sent in."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_LIMIT_MB = 10
LARGER_BODIES_MB = {"/questionnaires": 40}
"""Where more may be sent in: a workbook comes with its pictures and recordings."""
_DRAIN_LIMIT_MB = 120
_MB = 1024 * 1024

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "X-Frame-Options": "DENY",
}
_SEES = "/door"
"""The one page that may look through the camera: at codes, where the browser can read them."""
_MAY_SEE = "camera=(self), microphone=(), geolocation=(), interest-cohort=()"


def limit_of(path: str) -> int:
    """How many megabytes may be sent to an address."""
    return LARGER_BODIES_MB.get(path, BODY_LIMIT_MB)


class SecurityHeaders:
    """Adds the security headers; a page about people is never kept by caches on the way."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.headers = dict(SECURITY_HEADERS)
        if https:
            self.headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and see its response off."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                if scope["path"] == _SEES:
                    headers["Permissions-Policy"] = _MAY_SEE
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, send_with_headers)


class BodyLimit:
    """Refuses a body that is too large while it streams in, whatever its headers claim.

    What is too large is read to its end and thrown away, up to a bound: a browser that is still sending would
    show a broken connection instead of the page that says so.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting what it brings."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        claimed = Headers(scope=scope).get("content-length", "0")
        limit = limit_of(scope["path"]) * _MB
        seen = 0

        async def receive_within_limit() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit or (claimed.isdigit() and int(claimed) > limit):
                await _drain(receive, message)
                raise HTTPException(413)
            return message

        await self.app(scope, receive_within_limit, send)


async def _drain(receive: Receive, message: Message) -> None:
    thrown_away = 0
    while (
        message["type"] == "http.request" and message.get("more_body") and thrown_away < _DRAIN_LIMIT_MB * _MB
    ):
        message = await receive()
        thrown_away += len(message.get("body", b""))
