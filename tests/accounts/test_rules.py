"""The documented password rule and what makes one mailbox (checks P1–P10 of domain.md 3.3)."""

import pytest

from kmz.accounts.problems import password_problems
from kmz.accounts.rules import email_key, is_common_password
from kmz.crypto import Passwords


def codes(password: str, **options: object) -> list[str]:
    settings = {"policy": "documented", "blocklist": "reject", **options}
    return [problem.code for problem in password_problems(password, **settings)]


PASSPHRASE = "vier Worte merkt man sich leichter als ein kurzes krauses Wort1#"  # 64 characters


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        pytest.param("ab1#x", [], id="P1"),
        pytest.param("abc12", ["password.special"], id="P2"),
        pytest.param("abc#!", ["password.digit"], id="P3"),
        pytest.param("a1#b", ["password.length"], id="P4"),
        pytest.param("abcde%1", ["password.special"], id="P5"),
        pytest.param("ä1#öü", [], id="P6"),
        pytest.param(PASSPHRASE, [], id="P7"),
        pytest.param("Passwort1!", ["password.common"], id="P8"),
    ],
)
def test_the_checks_of_the_documented_rule(password: str, expected: list[str]) -> None:
    """P9 and P10 are about guessing; they stand beside the login."""
    assert codes(password) == expected


def test_p7_a_passphrase_counts_to_its_last_character() -> None:
    passwords = Passwords("pepper-0123456789")
    kept = passwords.hash(PASSPHRASE)
    assert passwords.verify(kept, PASSPHRASE)
    assert not passwords.verify(kept, PASSPHRASE[:-1])
    assert not passwords.verify(kept, PASSPHRASE.swapcase())


@pytest.mark.parametrize("password", ["Kurs#2026", "lang " * 11 + "1#abcdef", "Ключ1#", "🙂🙂🙂1#"])
def test_the_documented_rule_accepts(password: str) -> None:
    assert codes(password) == []


def test_a_refusal_names_every_broken_bullet() -> None:
    assert codes("ab") == ["password.length", "password.digit", "password.special"]


@pytest.mark.parametrize(
    "password", ["hallo123!", "EDUPOOL1#", "Sommer26#", "kurs1#", "Schule#26", "kmz26#"]
)
def test_common_passwords_are_refused(password: str) -> None:
    assert codes(password) == ["password.common"]


@pytest.mark.parametrize("password", ["dragon1!", "Qwerty123#", "1q2w3e4r!", "123456!#"])
def test_passwords_that_leaked_often_are_refused(password: str) -> None:
    assert codes(password) == ["password.common"]


def test_a_long_password_that_leaked_is_refused_where_length_is_all_that_counts() -> None:
    assert codes("1qaz2wsx3edc4rfv", policy="staff") == ["password.common"]


@pytest.mark.parametrize(
    "password", ["musterhausen1#", "Volkshochschule Musterhausen1!", "andrea.b12#", "haus1#"]
)
def test_words_of_the_house_and_of_the_own_address_are_refused(password: str) -> None:
    context = ("Volkshochschule Musterhausen", "andrea.b@mail-haus.example")
    assert codes(password, context=context) == ["password.common"]


def test_the_own_name_is_no_password() -> None:
    assert codes("Beispiel1#", context=("Beispiel",)) == ["password.common"]
    assert codes("Beispiel1#") == []


def test_the_block_list_can_be_switched_off() -> None:
    assert codes("Passwort1!", blocklist="off") == []


def test_staff_need_fifteen_characters() -> None:
    assert codes("kurz-aber-1#", policy="staff") == ["password.length"]
    assert codes("lang-genug-und-mehr", policy="staff") == []


def test_a_very_long_password_is_refused_not_cut() -> None:
    assert codes("a1#" * 100) == ["password.long"]


def test_the_block_list_is_linear_in_time() -> None:
    assert not is_common_password("1" * 10_000)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Andrea@Example.org", "andrea@example.org"), ("u\u0308@example.org", "ü@example.org")],
)
def test_spellings_of_one_mailbox(one: str, other: str) -> None:
    assert email_key(one) == email_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mike@example.org", "mıke@example.org"),
        ("anna@straße.de", "anna@strasse.de"),
        ("groß@example.org", "gross@example.org"),
        ("sam@example.org", "\u017fam@example.org"),
        ("mike@example.org", "\uff4dike@example.org"),
        ("mike@example.org", "mik\u0435@example.org"),
    ],
)
def test_look_alikes_stay_different_mailboxes(one: str, other: str) -> None:
    assert email_key(one) != email_key(other)
