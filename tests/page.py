"""Pages as a person without JavaScript meets them: headings, links and forms of the real HTML."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from werkzeug.test import Client, TestResponse

_VOID = {"input", "br", "img", "meta", "link", "hr", "source", "col", "wbr"}


@dataclass
class FormTag:
    """A form as found: where it sends, how, and its fields with their present values."""

    action: str
    method: str
    id: str | None
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[dict[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class _Parser(HTMLParser):
    """Collects what tests ask about; forms own their fields also through the form attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FormTag] = []
        self.by_id: dict[str, FormTag] = {}
        self.pending: list[tuple[str, dict[str, str], FormTag | None]] = []
        self.form: FormTag | None = None
        self.texts: list[str] = []
        self.headings: list[str] = []
        self.title = ""
        self.ids: list[str] = []
        self.links: list[tuple[str, str]] = []
        self._stack: list[tuple[str, dict[str, str], list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "form":
            self.form = FormTag(
                attributes.get("action", ""), attributes.get("method", "get"), attributes.get("id")
            )
            self.forms.append(self.form)
            if self.form.id:
                self.by_id[self.form.id] = self.form
        if tag in {"input", "select", "textarea", "button", "option"}:
            self.pending.append((tag, attributes, self.form))
        if tag not in _VOID:
            self._stack.append((tag, attributes, []))

    def handle_endtag(self, tag: str) -> None:
        while self._stack:
            name, attributes, parts = self._stack.pop()
            text = " ".join("".join(parts).split())
            if self._stack:
                self._stack[-1][2].append("".join(parts))
            self._close(name, attributes, text, "".join(parts))
            if name == tag:
                break
        if tag == "form":
            self.form = None

    def _close(self, name: str, attributes: dict[str, str], text: str, raw: str) -> None:
        if name == "h1":
            self.headings.append(text)
        if name == "title":
            self.title = text
        if name == "a" and "href" in attributes:
            self.links.append((text, attributes["href"]))
        if name in {"button", "textarea", "option"}:
            for index in range(len(self.pending) - 1, -1, -1):
                kind, found, form = self.pending[index]
                if kind == name and found is attributes:
                    self.pending[index] = (kind, {**found, "_text": text, "_raw": raw}, form)
                    break

    def handle_data(self, data: str) -> None:
        if self._stack and self._stack[-1][0] == "script":
            return  # nobody reads it
        self.texts.append(data)
        if self._stack:
            self._stack[-1][2].append(data)


class Page:
    """One answer, read as HTML."""

    def __init__(self, response: TestResponse) -> None:
        self.status = response.status_code
        self.html = response.get_data(as_text=True)
        self.path = response.request.path
        self.headers = response.headers
        parser = _Parser()
        parser.feed(self.html)
        parser.close()
        self.text = " ".join(" ".join(parser.texts).split())
        self.title, self.headings = parser.title, parser.headings
        self.ids, self.links = parser.ids, parser.links
        self.forms = _with_fields(parser)

    def form(self, *, action: str | None = None, button: str | None = None) -> FormTag:
        """The form with this address, or with a button that says this."""
        for form in self.forms:
            texts = [entry.get("_text") or entry.get("value", "") for entry in form.buttons]
            if action is not None and urlsplit(form.action or self.path).path != action:
                continue
            if button is not None and not any(text.startswith(button) for text in texts):
                continue
            return form
        raise LookupError(f"no form with {action or button!r} on {self.path}: {self.text[:300]}")

    def link(self, text: str) -> str:
        """The address behind a link with this text."""
        for label, address in self.links:
            if text in label:
                return address
        raise LookupError(f"no link {text!r} on {self.path}: {self.links}")


def _with_fields(parser: _Parser) -> list[FormTag]:
    select: tuple[FormTag, str] | None = None
    for tag, attributes, inside in parser.pending:
        form = parser.by_id.get(attributes["form"]) if "form" in attributes else inside
        if tag == "option":
            _add_option(attributes, select)
            continue
        if form is None:
            continue
        name = attributes.get("name", "")
        form.names.add(name)
        if tag == "select":
            select = (form, name)
        elif tag == "button" or attributes.get("type") == "submit":
            form.buttons.append(attributes)
        elif tag == "textarea":
            form.fields.append(
                (name, attributes.get("_raw", "").removeprefix("\r").removeprefix("\n"))
            )
        elif attributes.get("type") not in {"checkbox", "radio"} or "checked" in attributes:
            form.fields.append((name, attributes.get("value", "")))
    return parser.forms


def _add_option(attributes: dict[str, str], select: tuple[FormTag, str] | None) -> None:
    if select is None:
        return
    form, name = select
    value = attributes.get("value", attributes.get("_text", ""))
    if "selected" in attributes:
        form.fields = [pair for pair in form.fields if pair[0] != name]
        form.fields.append((name, value))
    elif not any(pair[0] == name for pair in form.fields):
        form.fields.append((name, value))


class Browser:
    """A client that follows redirects, remembers its page and sends the forms it finds there."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.page: Page

    def open(self, address: str, **headers: str) -> Page:
        """Go to an address."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.page = Page(self.client.get(address, follow_redirects=True, headers=named))
        return self.page

    def click(self, text: str) -> Page:
        """Follow the link with this text."""
        return self.open(urljoin(self.page.path, self.page.link(text)))

    def submit(
        self, button: str | None = None, *, action: str | None = None, **values: str
    ) -> Page:
        """Fill in a form and press its button; names as on the page ("signup-email" →
        signup_email).
        """
        form = self.page.form(action=action, button=button)
        known = {name.replace("-", "_"): name for name in form.names}
        unknown = set(values) - set(known)
        if unknown:
            raise LookupError(f"no field {unknown} in the form; it has {sorted(known)}")
        data = [(name, text) for name, text in form.fields if name.replace("-", "_") not in values]
        data += [(known[name], text) for name, text in values.items()]
        pressed = _pressed(form, button)
        if pressed.get("name"):
            data.append((pressed["name"], pressed.get("value", "")))
        target = urljoin(self.page.path, pressed.get("formaction") or form.action or self.page.path)
        return self._send(form, target, data)

    def _send(self, form: FormTag, target: str, data: list[tuple[str, str]]) -> Page:
        fields: dict[str, list[str]] = {}
        for name, text in data:
            if name:
                fields.setdefault(name, []).append(text)
        if form.method.lower() == "get":
            response = self.client.get(target, query_string=fields, follow_redirects=True)
        else:
            response = self.client.post(target, data=fields, follow_redirects=True)
        self.page = Page(response)
        return self.page


def _pressed(form: FormTag, button: str | None) -> dict[str, str]:
    for entry in form.buttons:
        text = entry.get("_text") or entry.get("value", "")
        if button is None or text.startswith(button):
            return entry
    return {}
