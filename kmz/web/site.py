"""What every page shows of the house: name, navigation, footer; from the configuration."""

from dataclasses import dataclass
from functools import cached_property

from flask import Flask, request, url_for

from kmz.config import Config
from kmz.web.pages import fills_main


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A link of the navigation; `key` is stable, label and address may be configured."""

    key: str
    label: str
    url: str


class Site:
    """The house as templates see it (`site`)."""

    def __init__(self, config: Config) -> None:
        self.name = config.site_name
        self.tagline = config.site_tagline
        self.address = config.address_line
        self.support_email = config.support_email
        self.support_phone = config.support_phone
        self.home_url = config.home_url
        self.house_label = config.house_label
        self.is_demo = config.mode == "demo"

    @cached_property
    def navigation(self) -> tuple[NavigationItem, ...]:
        """The six main entries of U22."""
        return (
            NavigationItem("start", "START", url_for("catalog.show_start")),
            NavigationItem("catalog", "PROGRAMM", url_for("catalog.list_courses")),
            NavigationItem("service", "INFOS / SERVICE", self._page("service")),
            NavigationItem("house", self.house_label, self._page("house")),
            NavigationItem("contact", "KONTAKT", url_for("contact.show_contact")),
            NavigationItem("sitemap", "SITEMAP", url_for("catalog.show_sitemap")),
        )

    @cached_property
    def footer_links(self) -> tuple[NavigationItem, ...]:
        return tuple(
            NavigationItem(key, label, self._page(key))
            for key, label in (
                ("imprint", "Impressum"),
                ("privacy", "Datenschutz"),
                ("terms", "AGB"),
                ("accessibility", "Barrierefreiheit"),
            )
        )

    @staticmethod
    def _page(key: str) -> str:
        return url_for(f"content.show_{key}")

    @cached_property
    def rooms(self) -> tuple[str, ...]:
        """The addresses that the navigation and the tab bar may mark as the current one."""
        tabs = (
            "catalog.show_watchlist",
            "catalog.list_watchlist",
            "booking.show_cart",
            "customer_area.show_welcome",
            "accounts.show_login",
        )
        return (*(item.url for item in self.navigation), *(url_for(name) for name in tabs))

    def active_rooms(self) -> frozenset[str]:
        """Those of them that lead to the current page or stand around it."""
        path = request.path
        return frozenset(url for url in self.rooms if leads_to(url, path))


def leads_to(url: str, path: str) -> bool:
    """Whether the path is the link's page or lies below it; below START lies only START."""
    return path == url or (url != "/" and path.startswith(f"{url}/"))


def is_active(url: str) -> bool:
    """Whether a navigation link leads to the current page or the room it stands in."""
    return leads_to(url, request.path)


def init_site(app: Flask) -> None:
    """Offer `site`, `is_active` and `fills_main` to all templates."""
    app.jinja_env.globals["site"] = Site(app.config["KMZ"])
    app.jinja_env.globals["is_active"] = is_active
    app.jinja_env.globals["fills_main"] = fills_main
