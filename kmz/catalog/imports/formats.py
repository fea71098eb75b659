"""The formats of course files that the import knows, by name."""

from kmz.catalog.imports import berlin, kufer, openvhs
from kmz.catalog.imports.feed_format import FeedFormat

FORMATS: dict[str, FeedFormat] = {
    one.name: one for one in (berlin.FORMAT, openvhs.FORMAT, kufer.FORMAT)
}
