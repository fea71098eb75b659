"""The Demo-Postfach: exists only in demo mode, shows every mail of the portal to everybody."""

from pathlib import Path

from flask import Blueprint, Response, abort, current_app

from kmz.demo.access import STAFF_EMAIL, staff_app_code
from kmz.demo.mailbox import get_mail, list_mails, with_links
from kmz.web.access import public
from kmz.web.pages import page

blueprint = Blueprint("demo", __name__)
NEWEST = 200


def _folder() -> Path:
    folder: Path | None = current_app.config["KMZ"].mail_folder
    if folder is None:
        abort(404)
    return folder


@blueprint.get("")
@public
def list_demo_mails() -> Response:
    mails = list_mails(_folder())
    return page(
        "demo/list_demo_mails.html",
        mails=mails[:NEWEST],
        total=len(mails),
        staff_email=STAFF_EMAIL,
        staff_code=staff_app_code(),
    )


@blueprint.get("/<name>")
@public
def show_demo_mail(name: str) -> Response:
    mail = get_mail(_folder(), name)
    return page("demo/show_demo_mail.html", mail=mail, text=with_links(mail.text))
