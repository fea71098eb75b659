"""The instance folder of a demo and the configuration that belongs to it."""

import os
from collections.abc import Mapping
from pathlib import Path

from kmz.config import Config, read_config
from kmz.demo.access import write_private

_SECRETS = "secrets.env"
# What makes it a demo; these never come from outside, so that it cannot meet a real database.
_OWN = ("KMZ_MODE", "KMZ_INSTANCE", "KMZ_DATABASE_URL", "KMZ_PUBLIC_URL", "KMZ_PORT", "KMZ_WORKERS")
_NOT_FOR_A_DEMO = "KMZ_MAIL_"


def prepare_instance(folder: Path, port: int) -> Config:
    """The folder with its secrets, made when missing, and the demo's configuration.

    Raises OSError when the folder cannot be made or written, ConfigError for an unusable setting.
    """
    return read_config(demo_environment(folder, port, os.environ))


def demo_environment(folder: Path, port: int, outside: Mapping[str, str]) -> dict[str, str]:
    """The demo's variables: its own, its secrets, and harmless ones from outside (site name …)."""
    instance = folder.absolute()
    if not instance.is_dir():
        instance.mkdir(mode=0o700, parents=True)
    secrets = _secrets_of(instance)
    kept = {
        name: value
        for name, value in outside.items()
        if name.startswith("KMZ_")
        and not name.startswith(_NOT_FOR_A_DEMO)
        and name.removesuffix("_FILE") not in {*_OWN, *secrets}
    }
    own = {
        "KMZ_MODE": "demo",
        "KMZ_INSTANCE": str(instance),
        "KMZ_DATABASE_URL": f"sqlite:///{instance / 'kmz.db'}",
        "KMZ_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "KMZ_PORT": str(port),
        "KMZ_WORKERS": "1",
    }
    return {**kept, **secrets, **own}


def _secrets_of(instance: Path) -> dict[str, str]:
    path = instance / _SECRETS
    if not path.exists():
        from kmz.crypto import fresh_secrets

        write_private(path, "\n".join([*fresh_secrets(), ""]))
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)
