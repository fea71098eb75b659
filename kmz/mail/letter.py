"""From a claimed mail to the message on the wire."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from kmz.mail.addresses import ascii_domain, one_line
from kmz.mail.rules import Letter


def compose(letter: Letter, *, sender_name: str, sender: str) -> EmailMessage:
    """The message, the same on every try: text and HTML, no attachments, nothing remote.

    The standard library's policies refuse line breaks in headers, so no value can add one.
    ValueError if an address cannot be written.
    """
    message = EmailMessage(policy=SMTP if letter.recipient.isascii() else SMTPUTF8)
    message["From"] = _address(sender, name=one_line(sender_name))
    message["To"] = _address(letter.recipient)
    message["Subject"] = one_line(letter.subject)
    message["Date"] = letter.created_at
    message["Message-ID"] = letter.message_id
    # RFC 3834: keeps holiday notices and other robots from answering.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return message


def _address(address: str, name: str = "") -> Address:
    mailbox, _, domain = address.rpartition("@")
    return Address(display_name=name, username=mailbox, domain=ascii_domain(domain))
