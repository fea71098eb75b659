"""What office lists read from their address: words and a page number, whatever was typed."""

from collections.abc import Container
from urllib.parse import urlencode

from flask import Flask, request

from kmz.lists import ListFilter
from kmz.web.forms import clean
from kmz.web.numbers import whole_number

_MAX_WORDS, _MAX_PAGE = 100, 9999


def wanted_words(name: str = "suche") -> str:
    """The words looked for; cut to a sensible length, without NUL."""
    return clean(request.args.get(name)).replace("\x00", "")[:_MAX_WORDS]


def wanted_page(name: str = "seite", *, default: int = 1) -> int:
    """The page, counted from 1; nonsense means the default one."""
    return min(max(1, whole_number(request.args.get(name)) or default), _MAX_PAGE)


def wanted_list(states: Container[str], default: str = "open") -> ListFilter:
    """State, words and page of a list; a state that it does not know means the default."""
    state = request.args.get("stand", default)
    return ListFilter(
        state if state in states else default, words=wanted_words(), page=wanted_page()
    )


def page_address(number: int) -> str:
    """The address of another page of the list that is asked for, with the same filters."""
    asked = {**request.args.to_dict(flat=False), "seite": [str(number)]}
    return f"{request.path}?{urlencode(asked, doseq=True)}"


def page_count(total: int, size: int) -> int:
    """How many pages there are; an empty list has one."""
    return max(1, -(-total // size))


def init_paging(app: Flask) -> None:
    """Offer `page_address` to all templates, for the macro `pager`."""
    app.jinja_env.globals["page_address"] = page_address
