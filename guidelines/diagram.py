"""Exact answers on incomplete knowledge: a question compiled once into a diagram, then narrowed for each patient.

A question is a plain function of a case. It is run on a stand-in that knows nothing, and forks where the function asks
for something: so the very functions that judge a complete case also make the diagram. A variable is a group of facts
that hang together; its values are the combinations that the question can tell apart. In a reduced, ordered diagram a
node has different children exactly when the question depends on that variable there, which makes `missing` exact.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

Value = tuple[Any, ...]
FINAL = 1_000_000  # the level of an answer: below every variable
FIRST_NARROWED = (
    1_000_000_000  # numbers of nodes that a patient's narrowing makes: apart from those of the forest
)


class Variable(NamedTuple):
    """One group of facts: what a case calls its parts, and every combination of them that can be told apart."""

    name: str
    parts: tuple[str, ...]
    values: tuple[Value, ...]


class Possible(NamedTuple):
    """What one patient leaves open of a variable: the indexes of its values, and which facts move between which."""

    indexes: tuple[int, ...]
    moves: tuple[
        tuple[int, tuple[tuple[int, int], ...]], ...
    ] = ()  # (bit of the fact, pairs it alone can change)


class Narrowed(NamedTuple):
    """The outcome of a question for one patient: its node, and the bits of the facts that can change it."""

    node: int
    missing: int


class UnassignedVariable(Exception):
    """The question wants to know a variable that the current path has not fixed."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.level = level


class UnansweredQuestion(Exception):
    """The question wants the answer to another that the current path has not fixed."""

    def __init__(self, question: str) -> None:
        super().__init__(question)
        self.question = question


class _Stranger:
    """A case of which only the current path is known."""

    def __init__(self, forest: "Forest", path: dict[int, Value]) -> None:
        self._forest = forest
        self._path = path

    def __getattr__(self, part: str) -> Any:
        level, place = self._forest.places[part]
        if level not in self._path:
            raise UnassignedVariable(level)
        return self._path[level][place]


class _Asked(dict[str, bool]):
    """The other questions, of which only the current path is known."""

    def __missing__(self, question: str) -> bool:
        raise UnansweredQuestion(question)


class Forest:
    """The diagrams of several questions over the same variables, sharing every node."""

    def __init__(self, variables: Sequence[Variable]) -> None:
        self.variables = tuple(variables)
        self.places = {
            part: (level, place)
            for level, variable in enumerate(self.variables)
            for place, part in enumerate(variable.parts)
        }
        self.roots: dict[str, int] = {}
        self._levels: list[int] = []
        self._children: list[tuple[int, ...]] = []
        self._answers: dict[int, Any] = {}
        self._known: dict[object, int] = {}
        self._selected: dict[tuple[int, int, int], int] = {}
        self._joined: dict[tuple[int, tuple[int, ...]], int] = {}

    def add(self, question: str, judge: Callable[[Any, Mapping[str, bool]], object]) -> None:
        """Compile one question; it may ask those added before it."""
        self.roots[question] = self._grow(judge, {}, {})

    def answer(self, node: int) -> Any:
        """The answer at an end node; KeyError where the node still has branches."""
        return self._answers[node]

    def is_answer(self, node: int) -> bool:
        """Whether nothing can change the outcome any more."""
        return node in self._answers

    def walk(self, question: str, indexes: Sequence[int]) -> Any:
        """The answer to the question where one value of each variable is known."""
        node = self.roots[question]
        levels, children = self._levels, self._children
        while levels[node] != FINAL:
            node = children[node][indexes[levels[node]]]
        return self._answers[node]

    def narrow(self, question: str, possible: Sequence[Possible], memory: "Memory") -> Narrowed:
        """What the question comes to on one patient. Keep the memory for all questions of that patient."""
        return self._narrow(self.roots[question], possible, memory)

    def _grow(
        self,
        judge: Callable[[Any, Mapping[str, bool]], object],
        path: dict[int, Value],
        asked: dict[str, bool],
    ) -> int:
        try:
            return self._end(judge(_Stranger(self, path), _Asked(asked)))
        except UnansweredQuestion as wish:
            yes, no = (self._grow(judge, path, asked | {wish.question: truth}) for truth in (True, False))
            return self._select(self.roots[wish.question], yes, no)
        except UnassignedVariable as wish:
            values = self.variables[wish.level].values
            nodes = tuple(self._grow(judge, path | {wish.level: value}, asked) for value in values)
            return self._join(wish.level, nodes)

    def _end(self, answer: object) -> int:
        return self._keep(FINAL, (), answer)

    def _keep(self, level: int, children: tuple[int, ...], answer: object = None) -> int:
        key = (level, children, answer)
        node = self._known.get(key)
        if node is None:
            node = self._known[key] = len(self._levels)
            self._levels.append(level)
            self._children.append(children)
            if level == FINAL:
                self._answers[node] = answer
        return node

    def _make(self, level: int, children: tuple[int, ...]) -> int:
        if children.count(children[0]) == len(children):
            return children[0]
        return self._keep(level, children)

    def _branches(self, node: int, level: int) -> tuple[int, ...]:
        """The children of the node at a level, which it may pass by."""
        if self._levels[node] == level:
            return self._children[node]
        return (node,) * len(self.variables[level].values)

    def _select(self, chooser: int, yes: int, no: int) -> int:
        """If chooser then yes, else no."""
        if yes == no:
            return yes
        if self.is_answer(chooser):
            return yes if self._answers[chooser] else no
        key = (chooser, yes, no)
        if key not in self._selected:
            top = min(self._levels[chooser], self._levels[yes], self._levels[no])
            branches = zip(*(self._branches(node, top) for node in key), strict=True)
            self._selected[key] = self._make(top, tuple(self._select(*branch) for branch in branches))
        return self._selected[key]

    def _join(self, level: int, nodes: tuple[int, ...]) -> int:
        """A choice among nodes by a variable that may stand below what they ask for."""
        top = min(self._levels[node] for node in nodes)
        if top > level:
            return self._make(level, nodes)
        if top == level:  # a node that asks for this very variable has its answer: that of its own branch
            diagonal = (self._branches(node, level)[index] for index, node in enumerate(nodes))
            return self._make(level, tuple(diagonal))
        key = (level, nodes)
        if key not in self._joined:
            branches = zip(*(self._branches(node, top) for node in nodes), strict=True)
            self._joined[key] = self._make(top, tuple(self._join(level, branch) for branch in branches))
        return self._joined[key]

    def _narrow(self, node: int, possible: Sequence[Possible], memory: "Memory") -> Narrowed:
        known = memory.narrowed.get(node)
        if known is not None:
            return known
        level = self._levels[node]
        if level == FINAL:
            narrowed = Narrowed(node, 0)
        else:
            indexes, moves = possible[level]
            children = self._children[node]
            if len(indexes) == 1:
                narrowed = self._narrow(children[indexes[0]], possible, memory)
            else:
                below = {index: self._narrow(children[index], possible, memory) for index in indexes}
                narrowed = memory.merge(level, below, moves)
        memory.narrowed[node] = narrowed
        return narrowed


class Memory:
    """What has been narrowed for one patient so far."""

    def __init__(self) -> None:
        self.narrowed: dict[int, Narrowed] = {}
        self._numbers: dict[tuple[int, tuple[int, ...]], int] = {}

    def merge(
        self,
        level: int,
        below: dict[int, Narrowed],
        moves: tuple[tuple[int, tuple[tuple[int, int], ...]], ...],
    ) -> Narrowed:
        """One node of what is left of the children, with the facts that can change the outcome from here down."""
        nodes = {index: child.node for index, child in below.items()}
        missing = 0
        for child in below.values():
            missing |= child.missing
        key = (level, tuple(nodes.values()))
        if len(set(key[1])) == 1:
            return Narrowed(key[1][0], missing)
        for bit, pairs in moves:
            if not missing & bit and any(nodes[one] != nodes[other] for one, other in pairs):
                missing |= bit
        return Narrowed(self._numbers.setdefault(key, FIRST_NARROWED + len(self._numbers)), missing)
