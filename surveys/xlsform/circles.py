"""Circles in a graph: the groups of nodes that all depend on each other."""

from collections.abc import Iterable, Iterator, Mapping


def circles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Each strongly connected group with a circle in it, members in the order of the graph.

    Edges to nodes that the graph does not have are ignored.
    source: Tarjan 1972, "Depth-first search and linear graph algorithms", without recursion: chains are long
    """
    order = {node: place for place, node in enumerate(graph)}
    components = _components({node: [other for other in graph[node] if other in order] for node in graph})
    found = [sorted(component, key=order.__getitem__) for component in components]
    return sorted(
        (c for c in found if len(c) > 1 or c[0] in graph[c[0]]),
        key=lambda component: order[component[0]],
    )


def _components(graph: Mapping[str, list[str]]) -> Iterator[list[str]]:
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    for start in graph:
        work = [] if start in index else [(start, iter(graph[start]))]
        while work:
            node, rest = work[-1]
            if node not in index:
                index[node] = low[node] = len(index)
                path.append(node)
                on_path.add(node)
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    cut = path.index(node)
                    yield path[cut:]
                    on_path.difference_update(path[cut:])
                    del path[cut:]
            elif following not in index:
                work.append((following, iter(graph[following])))
            elif following in on_path:
                low[node] = min(low[node], index[following])
