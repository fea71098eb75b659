"""What the tests of texts share."""

from pathlib import Path

import pytest

from kmz.config import Config
from tests.conftest import make_config


@pytest.fixture
def plain_config(tmp_path: Path) -> Config:
    """A configuration without a database behind it."""
    return make_config("sqlite:///none.db", tmp_path)
