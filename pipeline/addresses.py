"""Where messages go: the places that a setting lists, reached through Apprise (BSD-2-Clause).

Mail, Slack, DingTalk, Feishu, WeCom, webhooks and others. A URL holds passwords and tokens, so none is ever shown.
"""

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.errors import InputError

if TYPE_CHECKING:
    from apprise import NotifyBase

PATIENCE = 20
"""Seconds for one delivery: another writer of a SQLite file waits 30, and a transaction is open meanwhile."""


class Undelivered(ConnectionError):
    """A message that an address did not take. The network or the service is at fault: trying again can help."""


class Address:
    """One place that messages go to. Its name tells the scheme and no more: the rest of the URL may be a secret."""

    def __init__(self, number: int, scheme: str, service: "NotifyBase"):
        self.name = f"address {number} ({scheme})"
        self._service = service

    @property
    def url(self) -> str:
        """The whole URL in one spelling, secrets included: to be digested with a key, never shown."""
        return str(self._service.url(privacy=False))

    def send(self, title: str, body: str, *, warning: bool) -> None:
        """Hand a message over as plain text. Raises Undelivered when it was not taken."""
        from apprise import Apprise, NotifyFormat, NotifyType

        single = Apprise(asset=self._service.asset)
        single.add(self._service)
        kind = NotifyType.WARNING if warning else NotifyType.INFO
        with _quiet():
            result = single.notify(body, title, notify_type=kind, body_format=NotifyFormat.TEXT, timeout=PATIENCE)
        if not result:
            why = [f" ({found[0]})" for entry in result.logs() if (found := re.search(r"error=\d+", entry.message))]
            raise Undelivered(f"{self.name} did not take “{title}”{''.join(why[:1])}")


def addresses(urls: str) -> list[Address]:
    """The addresses that a setting lists, separated by spaces or commas.

    Raises InputError for one that no service understands, by its place in the list.
    """
    if not urls.strip():
        return []
    from apprise import Apprise, AppriseAsset
    from apprise.utils.parse import parse_urls

    asset = AppriseAsset(async_mode=False, app_id="Guanchao", app_desc="Guanchao", app_url="", service_timeout=PATIENCE)
    found = []
    for number, url in enumerate(parse_urls(urls), start=1):
        with _quiet():
            service = Apprise.instantiate(url, asset=asset)
        if service is None:
            raise InputError(
                f"Address {number} of GUANCHAO_ALERT_URLS is none that Apprise knows; write it as "
                "slack://…, mailtos://… or jsons://…, and percent-encode special characters in passwords."
            )
        found.append(Address(number, url.partition("://")[0], service))
    return found


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what Apprise logs to itself: it may quote an address with its password.

    Its logger must be on meanwhile, whatever a host such as Airflow configured: it alone knows why a service refused.
    """
    logger = logging.getLogger("apprise")
    before = logger.propagate, logger.disabled, logger.level
    logger.propagate, logger.disabled = False, False
    logger.setLevel(logging.INFO)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # it imports imghdr, which Python 3.12 deprecates
            yield
    finally:
        logger.propagate, logger.disabled = before[:2]
        logger.setLevel(before[2])
