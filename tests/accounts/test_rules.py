"""The documented password rule and what makes one mailbox (checks P1–P10 of domain.md 3.3)."""

import pytest

from kmz.accounts.problems import password_problems
from kmz.accounts.rules import email_key, is_common_password


def codes(password: str, **options: object) -> list[str]:
    settings = {"policy": "documented", "blocklist": "reject", **options}
    return [problem.code for problem in password_problems(password, **settings)]


@pytest.mark.parametrize(
    "password",
    ["ab1#x", "ä1#öü", "Kurs#2026", "lang " * 11 + "1#abcdef", "Ключ1#", "🙂🙂🙂1#"],
)
def test_the_documented_rule_accepts(password: str) -> None:
    assert codes(password) == []


@pytest.mark.parametrize(
    ("password", "broken"),
    [
        ("abc12", ["password.special"]),
        ("abc#!", ["password.digit"]),
        ("a1#b", ["password.length"]),
        ("abcde%1", ["password.special"]),
        ("ab", ["password.length", "password.digit", "password.special"]),
    ],
)
def test_a_refusal_names_every_broken_bullet(password: str, broken: list[str]) -> None:
    assert codes(password) == broken


@pytest.mark.parametrize("password", ["Passwort1!", "hallo123!", "EDUPOOL1#", "Sommer26#"])
def test_common_passwords_are_refused(password: str) -> None:
    assert codes(password) == ["password.common"]


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
    ],
)
def test_look_alikes_stay_different_mailboxes(one: str, other: str) -> None:
    assert email_key(one) != email_key(other)
