"""Where messages go: any service of Apprise, and never a secret in what is printed."""

import logging

import pytest

from pipeline.addresses import Undelivered, addresses
from pipeline.errors import InputError

URLS = "json://user:hunter2@127.0.0.1:9/s3cret-path?token=s3cret-query, slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
SECRETS = ("hunter2", "s3cret", "T1JJ3T3L2", "TIiajkdnl")


def test_addresses_are_named_by_their_place_and_scheme_alone():
    found = addresses(URLS)

    assert [address.name for address in found] == ["address 1 (json)", "address 2 (slack)"]
    assert not any(secret in str(vars(found[0])) for secret in SECRETS)


@pytest.mark.parametrize(
    "url",
    [
        "mailtos://user:pass@example.org?to=a@example.org,b@example.org",
        "dingtalk://abcdefgh1234/13900000000",
        "feishu://abc12345",
        "wecombot://0123abcd-0123-0123-0123-0123456789ab",
        "jsons://example.org/hook",
    ],
)
def test_the_services_that_the_page_names_are_understood(url: str):
    assert len(addresses(url)) == 1


def test_two_spellings_of_one_address_are_one():
    first, second = addresses("json://127.0.0.1:9/x, json://127.0.0.1:9/x?retry=0")

    assert first.url == second.url


@pytest.mark.parametrize("setting", ["", "  ", "\n"])
def test_an_empty_setting_has_no_address(setting: str):
    assert addresses(setting) == []


@pytest.mark.parametrize("url", ["nonsense://hunter2@s3cret", "s3cret", "slack://s3cret"])
def test_an_address_of_no_service_is_refused_without_showing_it(url: str, caplog):
    with pytest.raises(InputError, match=r"^Address [12] of GUANCHAO_ALERT_URLS is none that Apprise knows") as failure:
        addresses(f"json://127.0.0.1:9 {url}")

    assert not any(secret in str(failure.value) + caplog.text for secret in SECRETS)


def test_a_message_that_is_not_taken_is_undelivered_and_no_secret_is_logged(caplog):
    caplog.set_level(logging.DEBUG)
    (address, _) = addresses(URLS)

    with pytest.raises(Undelivered, match=r"^address 1 \(json\) did not take “A title”") as failure:
        address.send("A title", "A body", warning=False)
    assert not any(secret in str(failure.value) + repr(failure.value) + caplog.text for secret in SECRETS)
