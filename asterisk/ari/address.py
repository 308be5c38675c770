"""Where an exchange's ARI lives and how to prove who we are."""

from base64 import b64encode
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Address:
    """url: the root of the REST interface, without a slash at the end, e.g. "http://127.0.0.1:8088/ari"."""

    url: str
    user: str
    password: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """Basic authorisation. (A user name in the url would end up in logs.)"""
        token = b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {token}"}
