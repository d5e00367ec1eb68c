"""Small projects that were really ingested and counted, and ways to damage them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import delete, insert, select, text, update

from pipeline import jobs
from pipeline.settings import Settings
from pipeline.store.connection import connect, reading, writing
from pipeline.store.models import Base, Batch

MINE = (
    'slug = "mine"\ntitle = "My posts"\nplatform = "weibo"\nkind = "posts"\nreader = "mapped"\nsource = "a test"\n'
    'licence = "none"\nbasis = "synthetic"\ncitation = "none"\nsampling = "none"\nmax_reject_share = 0.3\n'
    '[mapping]\ntext = "content"\ncreated_at = "time"\nauthor = "uid"\n'
)
POSTS = [
    *((f"2021-08-08 {9 + n:02}:00", n, "阿里女员工被侵害，据报道领导劝酒") for n in range(6)),
    *((f"2021-08-08 {9 + n:02}:30", 10 + n, "今天天气很好") for n in range(6)),
    *(("2021-08-09", 20 + n, "公司里大家谈到劝酒") for n in range(3)),
    ("2021-08-09 08:00", 30, "今天天气很好"),
    ("2021-08-09 09:00", 31, ""),
]
HOURLY = Path(__file__).parents[1] / "cases" / "sources" / "weibo_board_csv" / "hourly.csv"


def made(folder: Path, database_url: str | None = None, **options) -> Settings:
    """An initialised project."""
    home = folder / "home"
    settings = Settings(home, database_url or f"sqlite:///{home / 'guanchao.db'}", home / "landing", **options)
    jobs.initialise(settings)
    return settings


def counted(settings: Settings, method: jobs.Method) -> None:
    list(jobs.count(settings, [place for chunk in jobs.plan(settings, method=method) for place in chunk], method))


def add_boards(settings: Settings, folder: Path, boards: dict[str, list[str]], dataset: str = "weibo-hot-search"):
    """One file of titles a day, as if each had come on its day."""
    for day, titles in boards.items():
        path = folder / f"{day}.json"
        path.write_text(json.dumps([{"url": "/", "title": title} for title in titles]))
        jobs.ingest(settings, str(path), dataset)
    arrived = update(Batch).where(Batch.dataset == dataset, Batch.last_day.is_not(None))
    engine = connect(settings.database_url)
    with writing(engine) as connection:
        connection.execute(arrived.values(ingested_at=Batch.last_day))
    engine.dispose()


def add_everything(settings: Settings, folder: Path) -> None:
    """Posts, some without a time and one refused; a board with clock times; a board without."""
    (settings.registry / "mine.toml").write_text(MINE)
    posts = folder / "posts.csv"
    posts.write_text("time,uid,content\n" + "".join(f"{time},{uid},{words}\n" for time, uid, words in POSTS))
    jobs.ingest(settings, str(posts), "mine")
    hourly = folder / "hourly.csv"
    hourly.write_text(HOURLY.read_text().replace("女足夺冠", "吴亦凡被刑拘（据通报）"))
    jobs.ingest(settings, str(hourly), "weibo-board-hourly")
    add_boards(settings, folder, {"2021-08-08": ["阿里女员工被侵害", "天气"], "2021-08-09": ["天气"]})


@contextmanager
def damaged(settings: Settings, *statements: str) -> Iterator[None]:
    """The project with a few rows changed behind its back; afterwards it is as it was."""
    engine = connect(settings.database_url)
    tables = Base.metadata.sorted_tables
    with reading(engine) as connection:
        before = {table: [dict(row._mapping) for row in connection.execute(select(table))] for table in tables}
    try:
        with writing(engine) as connection:
            changed = [connection.execute(text(statement)).rowcount for statement in statements]
        assert all(changed), "the damage must hit a row"
        yield
    finally:
        with writing(engine) as connection:
            for table, rows in before.items():
                connection.execute(delete(table))
                if rows:
                    connection.execute(insert(table), rows)
        engine.dispose()
