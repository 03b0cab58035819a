"""What seals person numbers: nothing is opened by who lacks the key, at another place, or after a byte was changed."""

from pathlib import Path

import pytest

from services.chassis.settings import Profile, Settings
from services.intake.vault import Key, Unopened, Vault, read_keys

OLD, NEW = Key("2025-01", bytes(range(32))), Key("2026-11", bytes(range(32, 64)))
NUMBER, PLACE = b"9901740001", b"person_key 740"


def test_what_was_sealed_is_opened_at_its_place() -> None:
    vault = Vault([NEW])

    assert vault.open(vault.seal(NUMBER, PLACE), PLACE) == NUMBER


def test_the_same_number_is_sealed_differently_each_time_and_never_stands_in_it() -> None:
    vault = Vault([NEW])
    sealed = {vault.seal(NUMBER, PLACE) for _ in range(3)}

    assert len(sealed) == 3
    assert not any(NUMBER in each for each in sealed)


def test_at_another_place_it_is_not_opened() -> None:
    vault = Vault([NEW])
    sealed = vault.seal(NUMBER, PLACE)

    with pytest.raises(Unopened):
        vault.open(sealed, b"person_key 101")


@pytest.mark.parametrize("place", [0, 1, 8, 20, -1])
def test_changed_it_is_not_opened(place: int) -> None:
    vault = Vault([NEW])
    sealed = bytearray(vault.seal(NUMBER, PLACE))
    sealed[place] ^= 1

    with pytest.raises(Unopened):
        vault.open(bytes(sealed), PLACE)


@pytest.mark.parametrize("length", [0, 1, 8, 12, 25])
def test_cut_off_it_is_not_opened(length: int) -> None:
    vault = Vault([NEW])
    sealed = vault.seal(NUMBER, PLACE)

    with pytest.raises(Unopened):
        vault.open(sealed[:length], PLACE)


def test_the_first_key_seals_and_all_open() -> None:
    sealed = Vault([OLD]).seal(NUMBER, PLACE)
    both = Vault([NEW, OLD])

    assert both.open(sealed, PLACE) == NUMBER
    assert both.key_of(both.seal(NUMBER, PLACE)) == NEW.id


def test_without_its_key_it_is_not_opened_and_the_setting_is_named() -> None:
    sealed = Vault([OLD]).seal(NUMBER, PLACE)

    with pytest.raises(Unopened, match="'2025-01' is not in FORBLIV_IDENTITY_KEYS"):
        Vault([NEW]).open(sealed, PLACE)


def test_a_fingerprint_is_the_same_for_the_same_text_and_key_alone() -> None:
    both = Vault([NEW, OLD])

    assert both.fingerprint("9901740001") == Vault([NEW]).fingerprint("9901740001")
    assert both.fingerprint("9901740001", OLD.id) == Vault([OLD]).fingerprint("9901740001")
    assert len({both.fingerprint("9901740001"), both.fingerprint("9901740002"), both.fingerprint("9901740001", OLD.id)}) == 3


def test_who_compares_fingerprints_cannot_open_what_is_sealed() -> None:
    """The two keys made of one are different ones, and neither is the one of the file."""
    vault = Vault([NEW])

    assert vault._hashes[NEW.id] != NEW.secret
    assert Vault([Key(NEW.id, vault._hashes[NEW.id])]).fingerprint("a") != vault.fingerprint("a")


def test_the_file_has_a_key_per_line(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"# newest first\n{NEW.line}\n{OLD.line}")

    assert read_keys(file) == [NEW, OLD]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file holds no key"),
        ("2026-11\n", "line 1 is not an id and a key in base64"),
        ("2026-11 ###\n", "line 1 is not an id and a key in base64"),
        ("2026-11 c2hvcnQ=\n", "line 1 needs an id of a-z, 0-9 and - and a key of 32 bytes"),
        (f"\nA{NEW.line}", "line 2 needs an id"),
        (NEW.line * 2, "an id stands twice"),
        ("æ", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_line_and_never_its_content(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(text)

    with pytest.raises(ValueError, match=f"^FORBLIV_IDENTITY_KEYS: .*{said}") as refused:
        Vault(read_keys(file))

    assert "c2hvcnQ" not in str(refused.value)


def test_without_the_setting_the_start_fails_with_a_sentence_that_names_it() -> None:
    settings = Settings(profile=Profile.LOCAL, kafka="", rules=Path())

    with pytest.raises(ValueError, match="FORBLIV_IDENTITY_KEYS is not set: name the file"):
        Vault.of(settings)


def test_keys_are_never_shown() -> None:
    shown = repr(NEW) + repr(Vault([NEW]))

    assert NEW.secret.hex() not in shown
    assert NEW.line.split()[1] not in shown
