"""Who somebody says to be at a login, before anything is proven: pure values."""

import re
from dataclasses import dataclass
from typing import ClassVar

from kmz.accounts.rules import email_key

# The Länder number their schools differently (BW 8 digits, Hessen 4, Berlin "01A04"): text.
SCHOOL_NUMBER = re.compile(r"[0-9A-Za-z]{3,10}", re.ASCII)


def school_number_key(number: str) -> str:
    """A Schulnummer as it is kept: upper case, leading zeros and all."""
    return number.strip().upper()


def school_username_key(username: str) -> str:
    """A user name within a school as it is kept; phones like to begin words with a capital."""
    return username.strip().lower()


@dataclass(frozen=True, slots=True)
class MailName:
    """An account named by its mail address: a customer's, or a member of staff's."""

    email: str
    is_staff: bool = False
    way: ClassVar[str] = "password"

    @property
    def kind(self) -> str:
        return "staff" if self.is_staff else "customer"

    @property
    def key(self) -> str:
        """The same for every spelling of one account; guesses at unknown accounts count here."""
        return f"{self.kind}:{email_key(self.email)}"


@dataclass(frozen=True, slots=True)
class SchoolName:
    """A customer's account named by Schulnummer and user name (domain.md 3.4)."""

    number: str
    username: str
    is_staff: ClassVar[bool] = False
    kind: ClassVar[str] = "school"
    way: ClassVar[str] = "school"

    @property
    def key(self) -> str:
        return f"{self.kind}:{school_number_key(self.number)}:{school_username_key(self.username)}"


LoginName = MailName | SchoolName
