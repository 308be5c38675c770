"""What is a password, and that it is kept as argon2id."""

import pytest

from admin import password
from db.refusal import Code, Refused


@pytest.mark.parametrize(
    ("login", "bad", "why"),
    [
        ("li", "short1234", "10 to 128"),
        ("li", "x" * 129, "10 to 128"),
        ("li", "aaaaaaaaaaaa", "too easy"),
        ("li", "Password123", "too easy"),
        ("wang", "mywang-secret-7", "contain the login"),
    ],
)
def test_what_is_refused(login: str, bad: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        password.hashed(login, bad)
    assert refused.value.code is Code.VALIDATION
    assert why in refused.value.en
    assert bad not in str(refused.value)


def test_kept_as_argon2id_and_known_again() -> None:
    kept = password.hashed("li", "海天花园-2栋3楼好")
    assert kept.startswith("$argon2id$")
    assert password.right(kept, "海天花园-2栋3楼好")
    assert not password.right(kept, "海天花园-2栋3楼坏")
    assert not password.right(None, "nobody has this password")
    assert not password.right("no hash at all", "x")
    assert not password.outdated(kept)
    assert password.outdated("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng")
