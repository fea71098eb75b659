"""From a claimed mail to the message on the wire."""

from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, Policy

from kmz.mail.addresses import ascii_domain, one_line
from kmz.mail.rules import Letter


class _WholeHeader(UnstructuredHeader, BaseHeader):
    """One line however long (RFC 5322 allows 998 characters): the standard library would write a
    long address as encoded words, which no mail program reads as one.
    """

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _WholeHeader)


def compose(letter: Letter, *, sender_name: str, sender: str) -> EmailMessage:
    """The message, the same on every try: text and HTML, its attachments, nothing
    remote.

    The standard library's policies refuse line breaks in headers, so no value can add one.
    ValueError if an address cannot be written.
    """
    policy = SMTP if letter.recipient.isascii() else SMTPUTF8
    message = EmailMessage(policy=policy.clone(header_factory=_HEADERS))
    message["From"] = _address(sender, name=one_line(sender_name))
    message["To"] = _address(letter.recipient)
    message["Subject"] = one_line(letter.subject)
    message["Date"] = letter.created_at
    message["Message-ID"] = letter.message_id
    # RFC 3834: keeps holiday notices and other robots from answering.
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe_url:
        # RFC 8058: mail programs offer to end these mails, and do it with one POST of their own.
        message["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for attachment in letter.attachments:
        maintype, _, subtype = attachment.media_type.partition("/")
        # As bytes: calendars end their lines with CR LF, which text would lose.
        message.add_attachment(
            attachment.text.encode(),
            maintype=maintype,
            subtype=subtype,
            params={"charset": "utf-8"},
            filename=attachment.name,
        )
    return message


def _address(address: str, name: str = "") -> Address:
    mailbox, _, domain = address.rpartition("@")
    return Address(display_name=name, username=mailbox, domain=ascii_domain(domain))
