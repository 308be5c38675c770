"""A house without extensions: a rehearsal, or a test that is about something else."""

from collections.abc import Sequence

from dialplan.extension import Extension, Features


class NoAttendant:
    """A port (`ivr.attendant.port.Attendant`) to an empty numbering plan."""

    def find(self, tenant: int, number: str) -> Extension | None:
        return None

    def spelled(self, tenant: int, keys: str) -> Sequence[Extension]:
        return ()

    async def change(self, tenant: int, number: str, features: Features) -> bool:
        return False
