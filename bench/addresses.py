"""Addresses of one run, so that two benches side by side do not meet. All of 127/8 is this machine itself."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Addresses:
    """plain, bare: the exchanges with a hand-written dialplan, which keep records and do not; ours; callers: where the
    load comes from; town: unused."""

    plain: str
    ours: str
    callers: str
    town: str
    bare: str

    @staticmethod
    def of_this_run(pid: int | None = None) -> "Addresses":
        pid = os.getpid() if pid is None else pid
        net = f"127.{64 + pid // 256 % 128}.{pid % 256}"
        return Addresses(*(f"{net}.{host}" for host in (1, 2, 3, 4, 5)))
