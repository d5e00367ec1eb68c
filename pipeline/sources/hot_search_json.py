"""The daily hot-search archive: YYYY-MM-DD.json, a list of {"url", "title"}, one merged file per day of China time.

Published as justjavac/weibo-trending-hot-search and zhihu-trending-hot-questions. There is no rank, no hotness and no
time within the day. The same title can stand twice with another `Refer=` in its url; days count distinct titles.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from pipeline.datasets import Dataset
from pipeline.errors import InputError
from pipeline.fields import day_in_name, text
from pipeline.schema import Refused, Reject, Row

SUFFIXES = (".json",)


def rows(path: Path, dataset: Dataset) -> Iterator[Row | Reject]:
    """Board entries of one daily file, or rejects; a reject's line is the entry's place in the list.

    Raises InputError when the file is not a JSON list, or its name holds no day.
    """
    day = day_in_name(path.name)
    for place, item in enumerate(_list(path), start=1):
        try:
            if not isinstance(item, dict):
                raise Refused("not_an_entry")
            url = str(item.get("url") or "")
            ad = "Refer=new_time" in url or "topic_ad=1" in url
            yield {"title": text(item.get("title")), "day": day, "is_ad": ad}
        except Refused as refused:
            yield Reject(place, refused.reason, json.dumps(item, ensure_ascii=False))


def _list(path: Path) -> list[object]:
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}; download the file again.") from error
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path}:{error.lineno}: not valid JSON ({error.msg.lower()}); download the file again."
        ) from error
    except RecursionError:
        raise InputError(f"{path}: JSON nested too deeply for a list of titles; download the file again.") from None
    except ValueError:
        raise InputError(f"{path}: holds a number of thousands of digits; download the file again.") from None
    if not isinstance(content, list):
        raise InputError(f'{path}: expected a JSON list of {{"url", "title"}}, but found a {type(content).__name__}.')
    return content
