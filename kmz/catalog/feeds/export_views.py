"""The whole programme for other systems."""

from flask import Response

from kmz.catalog.feeds.openvhs_export import current_state, openvhs_file
from kmz.catalog.views import blueprint
from kmz.db import db
from kmz.web.access import public
from kmz.web.conditional import conditional
from kmz.web.limits import feed_limit, limiter

# Each file reads the whole programme; who fetches it does so once an hour or once a night.
_WHOLE_FILES = "30 per hour"


def _is_whole(response: Response) -> bool:
    return response.status_code == 200


@blueprint.get("/feeds/openvhs.xml")
@public
@limiter.limit(feed_limit)
@limiter.limit(_WHOLE_FILES, deduct_when=_is_whole)
def show_openvhs() -> Response:
    """Open-vhs 1.2 of all published courses; who has it already gets 304."""
    state = current_state()

    def make() -> Response:
        return Response(openvhs_file(db.engine, state), mimetype="application/xml")

    return conditional(("openvhs", state), make, changed_at=state.since, caching="public, no-cache")
