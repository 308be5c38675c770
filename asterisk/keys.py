"""The keys a caller has typed and nobody has taken yet."""

from collections import deque

TYPED_AHEAD = 20  # SPEC §4.1


class Keys:
    """First in, first out; what does not fit is thrown away and counted, once per burst."""

    def __init__(self) -> None:
        self._keys: deque[str] = deque()
        self._dropped = 0

    def __len__(self) -> int:
        return len(self._keys)

    def put(self, key: str) -> bool:
        """False: there was no room for it."""
        if len(self._keys) < TYPED_AHEAD:
            self._keys.append(key)
            return True
        self._dropped += 1
        return False

    def take(self) -> str:
        """The oldest key; "" if there is none."""
        return self._keys.popleft() if self._keys else ""

    def clear(self) -> None:
        self._keys.clear()

    def dropped(self) -> int:
        """How many were thrown away since this was last asked."""
        count, self._dropped = self._dropped, 0
        return count
