"""Small lexicons in folders, and posts of our own, for what compares lexicons on a lake."""

import json
from pathlib import Path

from pipeline import jobs
from pipeline.settings import Settings

ENTRY = """
slug = "crawl"
title = "A crawl"
platform = "weibo"
kind = "posts"
reader = "mapped"
source = "made by a test"
licence = "none"
basis = "synthetic"
citation = "none"
sampling = "none"

[mapping]
post_id = "id"
created_at = "at"
author = "user"
text = "text"
"""


def lexicon(folder: Path, topics: dict[str, str], words: str = "女员工 n", stop: str = "的") -> Path:
    """A lexicon in a folder: the body of each topic's file, the user dictionary, the stop words."""
    (folder / "topics").mkdir(parents=True)
    (folder / "sets.toml").write_text('version = "1"\n[sets]\n', encoding="utf-8")
    (folder / "userdict.txt").write_text(words + "\n", encoding="utf-8")
    (folder / "stopwords.txt").write_text(stop + "\n", encoding="utf-8")
    for name, body in topics.items():
        head = f'id = "{name}"\nlabel_en = "x"\nlabel_zh = "x"\n'
        (folder / "topics" / f"{name}.toml").write_text(head + body + "\n", encoding="utf-8")
    return folder


def project(home: Path) -> Settings:
    """An initialised project that knows the dataset `crawl`."""
    made = Settings(home, f"sqlite:///{home / 'counts.db'}", home / "landing")
    jobs.initialise(made)
    made.key_file.write_text("k" * 64)
    (made.registry / "crawl.toml").write_text(ENTRY)
    return made


def crawl(settings: Settings, texts: dict[str, list[str]]) -> None:
    """Ingest posts: texts by day, each by an author of its own."""
    lines = [
        {"id": f"{day} {n}", "at": f"{day} 12:00", "user": f"u{n}", "text": text}
        for day, said in texts.items()
        for n, text in enumerate(said)
    ]
    path = settings.home / "posts.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    jobs.ingest(settings, str(path), "crawl")
