"""What nobody came to, and people who are sent there on purpose."""

from collections.abc import Iterable, Iterator, Mapping

from surveys.conversation.outline import Site
from surveys.conversation.spot import Value
from surveys.rehearsal.life import Life
from surveys.rehearsal.search import NoWay, Search, Way

ATTEMPTS = 3
MOST_AT_RANDOM = 30


class Coverage:
    """Filled in while people are sent out.

    no_way  questions and groups that nobody can reach, or for which no way was found
    ways    questions that only those came to who were sent there → the answers that lead there
    """

    def __init__(self, search: Search) -> None:
        self.search = search
        self.no_way: dict[str, NoWay] = {}
        self.ways: dict[str, Mapping[str, Value]] = {}
        self._seen: dict[str, None] = {}
        self._empty: dict[str, None] = {}
        self._was_stopped = False
        self._at_random = 0

    def note(self, life: Life) -> None:
        """Somebody came back."""
        self._seen |= life.seen
        self._empty |= dict.fromkeys(life.empty)
        self._was_stopped = not life.finished

    def errands(self, lives: Iterable[Life]) -> Iterator[Mapping[str, Value]]:
        """Answers that somebody is to give, one set after the other; after each, `note` must hear of it."""
        for life in lives:
            self.note(life)
        for site in self.search.outline.roots:
            yield from self._errands_to(site)

    def _errands_to(self, site: Site) -> Iterator[Mapping[str, Value]]:
        leaves = [leaf.path for leaf in _visible(site)]
        unseen = [path for path in leaves if path not in self._seen and path not in self._empty]
        if not unseen or self.search.is_tired:
            return
        if len(unseen) == len(leaves) and (not site.children or _decides(site)):
            found = self.search.way_to(site)
            if isinstance(found, NoWay):
                yield from self._sent_at_random(site, found)
                return
            if not site.children:
                yield from self._sent_to(site.path, found)
                return
        for child in site.children:
            yield from self._errands_to(child)

    def _sent_at_random(self, site: Site, found: NoWay) -> Iterator[Mapping[str, Value]]:
        """Nobody knows a way: where that is not certain, a few more people go and see."""
        places = {leaf.path for leaf in _visible(site)}
        for _ in range(0 if found.proven else ATTEMPTS):
            if self._at_random >= MOST_AT_RANDOM:
                break
            self._at_random += 1
            yield {}
        if places.isdisjoint(self._seen):
            self.no_way[site.path] = found

    def _sent_to(self, path: str, way: Way) -> Iterator[Mapping[str, Value]]:
        stopped = False
        for _ in range(ATTEMPTS):
            yield way.answers
            if path in self._seen or path in self._empty:
                self.ways[path] = way.answers
                return
            stopped = stopped or self._was_stopped
        stopped = stopped or not self._empty.keys().isdisjoint(
            path for path, value in way.answers.items() if value
        )
        if not stopped:  # what stops people on the way, or leaves them nothing to choose, is told by itself
            self.no_way[path] = NoWay(proven=False, tries=ATTEMPTS)


def _visible(site: Site) -> Iterator[Site]:
    """What a person can be shown of a question or group."""
    if site.is_asked or site.is_told:
        yield site
    for child in site.children:
        yield from _visible(child)


def _decides(site: Site) -> bool:
    """Whether a group has a condition of its own."""
    return site.relevant is not None or site.count is not None
