"""Sealed values open with the same key in the same column only; hashes find them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.cipher import KEY_FILE, Cipher, Unsealable

CIPHER = Cipher(bytes(range(32)))
OTHER = Cipher(bytes(32))


@given(st.text(max_size=100))
def test_what_is_sealed_opens_again_and_never_looks_the_same(text: str) -> None:
    sealed = CIPHER.seal("customer.id_no", text)
    assert CIPHER.open("customer.id_no", sealed) == text
    assert CIPHER.seal("customer.id_no", text) != sealed
    assert sealed.isascii()


@given(st.text(max_size=40), st.integers(0, 200), st.characters(codec="ascii"))
def test_a_changed_value_does_not_open(text: str, at: int, other: str) -> None:
    sealed = CIPHER.seal("c", text)
    at %= len(sealed)
    changed = sealed[:at] + other + sealed[at + 1 :]
    try:
        assert CIPHER.open("c", changed) == text  # a last digit of base64 may have bits that do not count
    except Unsealable:
        assert changed != sealed


def test_an_identity_card_fits_its_column_and_is_found_in_any_spelling() -> None:
    sealed = CIPHER.seal("customer.id_no", "44010619850615001X")
    assert len(sealed) <= 160
    assert "4401" not in sealed
    hashed = CIPHER.hash("customer.id_no", "44010619850615001X")
    assert hashed == CIPHER.hash("customer.id_no", " 440106 19850615 001x ")
    assert len(hashed) == 64
    assert hashed != CIPHER.hash("receipt.bank_no", "44010619850615001X")
    assert hashed != OTHER.hash("customer.id_no", "44010619850615001X")


@pytest.mark.parametrize("sealed", ["", "1.", "1.AAAA", "440106198506150012", "1.中文", "1." + "A" * 80])
def test_garbage_does_not_open(sealed: str) -> None:
    with pytest.raises(Unsealable):
        CIPHER.open("customer.id_no", sealed)


def test_another_key_or_column_does_not_open() -> None:
    sealed = CIPHER.seal("customer.id_no", "x")
    with pytest.raises(Unsealable):
        OTHER.open("customer.id_no", sealed)
    with pytest.raises(Unsealable):
        CIPHER.open("receipt.bank_no", sealed)


def test_the_key_of_a_house_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    home = tmp_path / "home"
    sealed = Cipher.of(home).seal("c", "x")
    assert (home / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in home.iterdir()] == [KEY_FILE]
    assert Cipher.of(home).open("c", sealed) == "x"
    (home / KEY_FILE).chmod(0o640)
    with pytest.raises(PermissionError, match="chmod 600"):
        Cipher.of(home)


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        Cipher(b"short")
