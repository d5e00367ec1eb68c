"""Where things lie: read from the environment once, by `jobs`, `cli` and `dags` alone."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Settings:
    """Paths and addresses of one project.

    home: the data home (GUANCHAO_HOME, default ./var); lake, database, key and outputs lie below it.
    database_url: SQLAlchemy URL (GUANCHAO_DATABASE_URL, default the SQLite file guanchao.db in the home).
    landing: where `discover` looks for new files, one folder per dataset (GUANCHAO_LANDING, default home/landing).
    alert_urls: the Apprise URLs that alerts go to (GUANCHAO_ALERT_URLS, default none). They hold passwords and tokens:
    never printed, not even by `repr`.
    """

    home: Path
    database_url: str
    landing: Path
    alert_urls: str = field(default="", repr=False)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """The settings that the environment states, with defaults for what it does not."""
        home = Path(environ.get("GUANCHAO_HOME") or "var").resolve()
        url = environ.get("GUANCHAO_DATABASE_URL") or f"sqlite:///{quote(str(home / 'guanchao.db'))}"
        landing = Path(environ.get("GUANCHAO_LANDING") or home / "landing").resolve()
        return cls(home, url, landing, alert_urls=environ.get("GUANCHAO_ALERT_URLS", ""))

    @property
    def lake(self) -> Path:
        """The root of the immutable Parquet files. The only place where texts of posts lie."""
        return self.home / "lake"

    @property
    def key_file(self) -> Path:
        """The secret from which pseudonyms are made; mode 0600."""
        return self.home / "pseudonym.key"

    @property
    def registry(self) -> Path:
        """The folder of the project's own dataset files, beside those that come with the package."""
        return self.home / "datasets"

    @property
    def figures(self) -> Path:
        """Where charts and the tables behind them are written."""
        return self.home / "figures"

    @property
    def notebooks(self) -> Path:
        """Where executed notebooks are written."""
        return self.home / "notebooks"

    @property
    def cache(self) -> Path:
        """What can be made again: jieba's prepared dictionary."""
        return self.home / "cache"
