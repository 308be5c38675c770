"""How facts reach those who care: in the order they happened, at once, without waiting for anybody."""

import logging
from collections.abc import Callable
from typing import Protocol

from calls.facts import AnyFact

log = logging.getLogger(__name__)
Listener = Callable[[AnyFact], None]


class Bus(Protocol):
    def publish(self, fact: AnyFact) -> None: ...

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear every later fact; the returned function ends it. A listener must return at once."""


class LocalBus:
    """The bus of one process. A listener that fails is logged and does not hurt the others."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def publish(self, fact: AnyFact) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(fact)
            except Exception:
                log.exception("a listener failed on %s", type(fact).__name__)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)
