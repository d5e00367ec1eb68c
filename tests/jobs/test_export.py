"""A package for others, made of real counts of the sample data, and read by an independent reader."""

import datetime as dt
import hashlib
import json
import re
import shutil
import warnings
from pathlib import Path

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from pipeline import jobs
from pipeline.cli import app
from pipeline.errors import InputError
from pipeline.export.fields import TABLES
from pipeline.jobs.export import export
from pipeline.settings import Settings
from tests.jobs import projects

SAMPLES = Path(__file__).parents[2] / "sample_data"
POSTS, BOARD = "sample-weibo-search", "sample-hot-search"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, method) -> Settings:
    made = projects.made(tmp_path_factory.mktemp("project"))
    jobs.ingest(made, str(SAMPLES / POSTS / "2021-08-03.csv"), POSTS)
    for day in ("2021-08-08", "2021-08-09", "2021-08-28"):
        jobs.ingest(made, str(SAMPLES / BOARD / f"{day}.json"), BOARD)
    projects.counted(made, method)
    return made


@pytest.fixture(scope="module")
def packages(project: Settings, method, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("packages")
    for name, least in (("all", 0), ("team", 5), ("public", 10)):
        export(
            project, folder / name, least=least, parquet=True, tex=True, authors=["A. Researcher"], words=method.lexicon
        )
    return {name: folder / name for name in ("all", "team", "public")}


def table(package: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(package / "data" / f"{name}.csv", keep_default_na=False, na_values=[""])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["all", "team", "public"])
def test_frictionless_finds_nothing_wrong(packages, name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from frictionless import Package, validate

        report = validate(str(packages[name] / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])
    assert {task.name for task in report.tasks} == {name.replace("_", "-") for name in TABLES}
    manifest = Package(str(packages[name] / "datapackage.json"))
    assert all(resource.hash and resource.schema.primary_key for resource in manifest.resources)


def test_a_damaged_table_is_found(packages, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from frictionless import validate

        copy = shutil.copytree(packages["team"], tmp_path / "copy")
        path = copy / "data" / "day_total.csv"
        path.write_text(path.read_text().replace("2021-08-08", "8 August", 1))
        report = validate(str(copy / "datapackage.json"))
    assert not report.valid


def test_the_same_counts_give_the_same_bytes(project, method, packages, tmp_path):
    wanted = {"least": 10, "parquet": True, "tex": True, "authors": ["A. Researcher"], "words": method.lexicon}
    export(project, tmp_path / "again", **wanted)
    first, again = (
        {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
        for root in (packages["public"], tmp_path / "again")
    )

    assert first == again
    sums = dict(line.split("  ")[::-1] for line in first.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in first.items()}


def test_withheld_cells_are_counted_in_the_manifest_and_are_no_zeros(packages):
    for name, least in (("team", 5), ("public", 10)):
        cells, whole = table(packages[name], "day_topic"), table(packages["all"], "day_topic")
        hidden = cells["status"] == "withheld"
        small = (whole["dataset"] == POSTS) & whole["authors"].between(1, least - 1)
        assert small.any()
        assert hidden[small].all()
        assert cells.loc[hidden, ["posts", "authors", "likes"]].isna().all().all()
        assert (whole.loc[hidden, "posts"] > 0).all()
        assert cells.loc[~hidden, "posts"].tolist() == whole.loc[~hidden, "posts"].tolist()
        facts = json.loads((packages[name] / "datapackage.json").read_text())["guanchao"]
        assert facts["least_authors"] == least
        assert facts["withheld"]["day_topic"] == hidden.sum()
    assert json.loads((packages["all"] / "datapackage.json").read_text())["guanchao"]["withheld"]["day_topic"] == 0


def test_the_rows_of_a_trending_list_stay_and_terms_of_posts_go(packages):
    public, whole = (table(packages[name], "day_term") for name in ("public", "all"))
    assert set(public["dataset"]) == {BOARD}
    assert len(public) == (whole["dataset"] == BOARD).sum()

    topics = table(packages["public"], "day_topic")
    assert (topics.loc[topics["dataset"] == BOARD, "status"] == "counted").all()
    assert "evasion_only" not in topics
    words = table(packages["public"], "day_word")
    assert set(words["dataset"]) <= set(table(packages["team"], "day_word")["dataset"])


def test_sums_over_days_stand_only_where_all_days_do(packages):
    topics, totals = (table(packages["public"], name) for name in ("day_topic", "topic_total"))
    hidden = topics.groupby(["dataset", "topic"])["status"].agg(
        lambda s: "withheld" if "withheld" in set(s) else "counted"
    )
    assert totals["status"].tolist() == hidden.tolist()
    assert set(totals.loc[totals["dataset"] == BOARD, "status"]) == {"counted"}


def test_parquet_holds_the_rows_of_the_csv(packages):
    for name in TABLES:
        typed = pd.read_parquet(packages["team"] / "data" / f"{name}.parquet")
        plain = table(packages["team"], name)
        assert list(typed) == list(plain)
        assert len(typed) == len(plain)
    assert typed["posts"].dropna().astype(int).tolist() == plain["posts"].dropna().astype(int).tolist()


def test_no_author_and_no_text_leaves_the_lake(packages):
    ids = re.findall(r"99000\d{5}", (SAMPLES / POSTS / "2021-08-03.csv").read_text(encoding="utf-8-sig"))
    assert len(set(ids)) > 100
    for path in packages["all"].rglob("*"):
        if path.suffix in (".csv", ".md", ".json", ".cff", ".tex"):
            content = path.read_text(encoding="utf-8")
            assert not re.search(r"99000\d{5}|样例用户|https?://(weibo|t\.cn)", content)


def test_the_citation_file_is_yaml_with_what_cff_demands(packages):
    cff = yaml.safe_load((packages["public"] / "CITATION.cff").read_text(encoding="utf-8"))

    assert {"cff-version", "message", "title", "authors", "type"} <= set(cff)
    assert cff["authors"] == [{"name": "A. Researcher"}]
    assert cff["type"] == "dataset"
    assert [reference["type"] for reference in cff["references"]] == ["software", "dataset", "dataset"]
    assert all(reference["authors"] and reference["title"] for reference in cff["references"])


def test_the_documents_state_the_facts(packages):
    read = {path.name: path.read_text(encoding="utf-8") for path in packages["public"].glob("*.md")}
    hidden = sum(json.loads((packages["public"] / "datapackage.json").read_text())["guanchao"]["withheld"].values())

    assert f"{hidden:,} cells" in read["ETHICS.md"]
    assert "HMAC-SHA-256" in read["ETHICS.md"]
    assert "synthetic: numbers from it mean nothing" in read["LICENCES.md"]
    assert "_To be answered by the authors of the package._" in read["DATASHEET.md"]
    assert "days not collected" in read["DATASHEET.md"]
    for name in TABLES:
        assert f"\n## {name}\n" in read["CODEBOOK.md"]
        assert all(f"| `{column}` |" in read["CODEBOOK.md"] for column in table(packages["public"], name))
    assert "| `data/day_topic.csv` | topic of a counted day, zeros included |" in read["README.md"]


def test_a_table_for_a_paper_is_booktabs_with_intervals_and_marks_of_what_is_withheld(packages):
    text = (packages["public"] / "tables" / f"{POSTS}.tex").read_text(encoding="utf-8")

    assert text.count(r"\toprule") == text.count(r"\bottomrule") == 1
    rows = [line for line in text.splitlines() if line.startswith(("alibaba", "metoo"))]
    assert [len(row.split(" & ")) for row in rows] == [6, 6]
    assert " & w & " in text
    assert not re.search(r"(?<!\\)[_%&#](?!\s)", text.replace(" & ", "").replace(rf"\label{{tab:topics-{POSTS}}}", ""))


def test_one_dataset_and_a_span_can_be_asked_for(project, method, tmp_path):
    span = {"first": dt.date(2021, 8, 5), "last": dt.date(2021, 8, 6)}
    export(project, tmp_path / "one", [POSTS], **span, least=0, words=method.lexicon)
    days = table(tmp_path / "one", "day_total")

    assert days["day"].tolist() == ["2021-08-05", "2021-08-06"]
    assert set(days["dataset"]) == {POSTS}
    assert table(tmp_path / "one", "topic_total")["days"].eq(2).all()


FAULTS = {
    "an unknown dataset": ({"datasets": ["sample-posts"]}, "There is no counted dataset 'sample-posts'"),
    "a span elsewhere": (
        {"first": dt.date(2022, 1, 1)},
        "No day of sample-hot-search is counted in that span",
    ),
}


@pytest.mark.parametrize(("options", "message"), FAULTS.values(), ids=FAULTS)
def test_what_cannot_be_packed_leaves_no_folder(project, method, tmp_path, options, message):
    with pytest.raises(InputError, match=message):
        export(project, tmp_path / "none", **options, words=method.lexicon)
    assert list(tmp_path.iterdir()) == []


def test_the_command_packs_and_never_writes_over_a_folder(project, tmp_path):
    env = {"GUANCHAO_HOME": str(project.home), "GUANCHAO_DATABASE_URL": ""}
    words = ["export", str(tmp_path / "package"), "--dataset", BOARD, "--public", "--author", "A. Researcher"]
    done = CliRunner().invoke(app, words, env=env)
    assert done.exit_code == 0
    assert (tmp_path / "package" / "datapackage.json").exists()

    assert isinstance(CliRunner().invoke(app, words, env=env).exception, InputError)
    assert isinstance(CliRunner().invoke(app, [*words, "--all-cells"], env=env).exception, InputError)
