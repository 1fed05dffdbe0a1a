"""A language model may suggest words where one is connected: it gets one sentence, and what it says is not believed."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web

from core.errors import InvalidInput
from core.settings import WordingAddress, read_settings
from deliberation.voices.summary_wording import NoSuggestion, faults_of_suggestion
from rimay.examination.machine import examine_machine
from rimay.wording_endpoint import WordingEndpoint, wording_of

SAYS = "Otavalo: 12 de 34 personas hablan de «Agua»."
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Model:
    """A real server on this machine that behaves as it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], dict[str, object]]] = []
        self.behave: Handler = self.repeats
        self.url = ""

    async def receive(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path, dict(request.headers), await request.json()))
        return await self.behave(request)

    async def repeats(self, request: web.Request) -> web.StreamResponse:
        return says(SAYS)


def says(words: object) -> web.Response:
    return web.json_response({"choices": [{"message": {"content": words}}]})


@pytest.fixture
async def model() -> AsyncIterator[Model]:
    model = Model()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", model.receive)
    app.router.add_post("/elsewhere", model.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    model.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    yield model
    await runner.cleanup()


def endpoint(model: Model, patience: float = 5.0) -> WordingEndpoint:
    return WordingEndpoint(WordingAddress(model.url, "secret", "small"), patience)


async def test_it_gets_the_task_and_one_covered_sentence(model: Model) -> None:
    assert await endpoint(model).suggest("Reescriba", SAYS + " Llame al 0991234567.") == SAYS
    ((path, headers, body),) = model.asked
    assert path == "/v1/chat/completions" and headers["Authorization"] == "Bearer secret"
    assert body["model"] == "small"
    assert [each["role"] for each in body["messages"]] == ["system", "user"]  # type: ignore[attr-defined]
    assert "0991234567" not in json.dumps(body) and "[phone]" in json.dumps(body)


@pytest.mark.parametrize(
    ("lie", "fault"),
    [
        ("Otavalo: 21 de 34 personas hablan de «Agua».", "numbers"),
        ("Otavalo: 12 de 34 personas no hablan de «Agua».", "negation"),
        ("Cotacachi: 12 de 34 personas hablan de «Agua».", "names"),
        ("Otavalo: la mayoría habla de «Agua».", "numbers"),
    ],
)
async def test_what_it_invents_is_refused(model: Model, lie: str, fault: str) -> None:
    async def lies(_request: web.Request) -> web.StreamResponse:
        return says(lie)

    model.behave = lies
    words = await endpoint(model).suggest("Reescriba", SAYS)
    assert fault in faults_of_suggestion(words, SAYS, ("Otavalo", "Agua"))


async def _waits(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(3)
    return says(SAYS)


async def _floods(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    for _ in range(10_000):
        await answer.write(b"x" * 8192)
    return answer


async def _sends_elsewhere(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPTemporaryRedirect("/elsewhere")


async def _nests(_request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"[" * 60_000)


def _answers(answer: object) -> Handler:
    async def behave(_request: web.Request) -> web.StreamResponse:
        return web.json_response(answer)

    return behave


async def _breaks(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=500, text=SAYS)


@pytest.mark.parametrize(
    ("behave", "why"),
    [
        (_waits, "unreachable"),
        (_floods, "unreadable"),
        (_sends_elsewhere, "refused"),
        (_breaks, "refused"),
        (_nests, "unreadable"),
        (_answers({"choices": []}), "unreadable"),
        (_answers({"choices": [{"message": {"content": ["x"]}}]}), "unreadable"),
        (_answers([1]), "unreadable"),
        (_answers({"choices": [{"message": {"content": "  "}}]}), "unreadable"),
    ],
)
async def test_a_slow_a_hostile_and_a_broken_one_suggest_nothing(
    model: Model, behave: Handler, why: str
) -> None:
    model.behave = behave
    with pytest.raises(NoSuggestion) as refusal:
        await endpoint(model, 0.5 if behave is _waits else 5.0).suggest("Reescriba", SAYS)
    assert refusal.value.why == why
    assert len(model.asked) == 1, "a sentence goes nowhere else"


async def test_where_nothing_listens_there_is_no_suggestion() -> None:
    with pytest.raises(NoSuggestion):
        await WordingEndpoint(WordingAddress("http://127.0.0.1:1", None, "small")).suggest("Reescriba", SAYS)


def test_it_is_off_until_somebody_connects_it(tmp_path: Path) -> None:
    home = {"RIMAY_HOME": str(tmp_path)}
    assert wording_of(read_settings(home)) is None
    connected = {"RIMAY_WORDING_URL": "https://modelo.ejemplo.ec/v1/", "RIMAY_WORDING_MODEL": "small"}
    settings = read_settings(home | connected)
    assert settings.wording == WordingAddress("https://modelo.ejemplo.ec/v1", None, "small")
    settings.key_file.write_text("x")
    (finding,) = (each for each in examine_machine(settings) if each.name == "wording")
    assert finding.params == {"host": "modelo.ejemplo.ec", "model": "small"}


@pytest.mark.parametrize(
    "url",
    ["http://modelo.ejemplo.ec", "https://clave@modelo.ejemplo.ec", "ftp://x", "http://127.0.0.1.ejemplo.ec"],
)
def test_a_sentence_leaves_only_encrypted(tmp_path: Path, url: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_settings({"RIMAY_HOME": str(tmp_path), "RIMAY_WORDING_URL": url})
    assert {fault.code for fault in refusal.value.faults} == {"setting_wording_url", "setting_wording_model"}
