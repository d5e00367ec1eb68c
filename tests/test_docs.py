"""Docs are claims: every command in the README is run, every file that it names exists."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(900)  # minutes of work by commands, each of which starts anew

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTIONS = {part.partition("\n")[0]: part for part in re.split(r"^## ", README, flags=re.M)[1:]}


def blocks(section: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", SECTIONS[section], flags=re.M | re.S)


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tracked files that uses the installed environment."""
    folder = tmp_path_factory.mktemp("clone")
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for path in (ROOT / "pipeline").rglob("__pycache__/*.nb[ci]"):  # what Numba compiled of the same sources
        (folder / path.relative_to(ROOT)).parent.mkdir(exist_ok=True)
        shutil.copy2(path, folder / path.relative_to(ROOT))
    (folder / ".venv").symlink_to(Path(sys.prefix))
    return folder


def shell(clone: Path, script: str, **env: str) -> str:
    plain = {"PATH": os.environ["PATH"], "HOME": str(clone), "LANG": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=clone,
        env=plain | env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_make_run_ends_with_the_table_of_topics_and_charts_that_exist(clone: Path):
    run, test = blocks("Two commands")
    assert test == "make test\n"

    shown = shell(clone, run, GUANCHAO_HOME=str(clone / "run"))
    assert shown.startswith(".venv/bin/python -m dags\ningest_posts: success\naggregate_days: success\n")
    assert "阿里女员工被侵害事件" in shown
    charts = [line.strip() for line in shown.splitlines() if line.endswith(".png")]
    assert len(charts) == 9
    assert all(Path(chart).stat().st_size > 50_000 for chart in charts)
    shell(clone, "make --dry-run test")


def test_the_tour_on_ones_own_csv_says_what_the_readme_says(clone: Path):
    shown = shell(clone, "\n".join(blocks("Five minutes with a file of your own")))

    assert "Ingested 1 new file: 3 rows on 2 days, 1 line refused" in shown
    assert "no_text" in shown
    assert '"day":"2021-08-10","posts":null' in shown
    assert (clone / "var" / "figures" / "my-posts_alibaba_case.png").exists()


def test_the_real_archive_gives_the_counts_that_the_readme_prints(clone: Path, shared_data: Path):
    env = {"ARCHIVE": str(shared_data / "weibo-hot-search" / "raw"), "GUANCHAO_HOME": str(clone / "real")}
    shell(clone, "\n".join(blocks("A real archive")), **env)

    table = (clone / "real" / "figures" / "weibo-hot-search_alibaba_case.csv").read_text().splitlines()
    counts = {row.split(",")[0]: row.split(",")[1] for row in table}
    printed = re.search(r"stands in ([\d ]+) titles a day", " ".join(README.split()))
    assert printed
    assert [counts[f"2021-08-{day:02}"] for day in range(5, 21)] == printed[1].split()


def test_every_command_of_the_readme_belongs_to_a_section_that_is_run():
    ran = [block for name in SECTIONS for block in blocks(name)]
    sections = ("Two commands", "Five minutes with a file of your own", "A real archive")

    assert ran == [block for name in sections for block in blocks(name)]
    assert len(re.findall(r"^```sh$", README, flags=re.M)) == len(ran)


PAGES = ["README.md", "CONTRIBUTING.md", "ETHICS.md", "CHANGELOG.md", "sample_data/README.md"]


@pytest.mark.parametrize("page", [*PAGES, *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))])
def test_what_a_page_links_to_exists(page: str):
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = [t for t in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in t]

    assert [t for t in targets if not (ROOT / page).parent.joinpath(t).exists()] == []


def test_the_page_on_formats_lists_every_reader_and_tests_that_exist():
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|.*\| `(\w+\.py)` \|$", page, flags=re.M)
    readers = {path.stem for path in (ROOT / "pipeline" / "sources").glob("*.py")} - {"__init__"}

    assert {module for module, _ in rows} == readers
    named = set(re.findall(r"test_\w+\.py", page))
    assert named <= {path.name for path in (ROOT / "tests").rglob("test_*.py")}


@pytest.mark.parametrize(("name", "least"), [("requirements.lock", 150), ("requirements.peers.lock", 60)])
def test_a_lock_has_hashes_and_no_addresses(name: str, least: int):
    lock = (ROOT / name).read_text()
    packages = re.findall(r"^[a-z0-9].*==", lock, flags=re.M)

    assert re.findall(r"https?://|file://|index-url|find-links", lock) == []
    assert len(packages) > least
    assert lock.count("--hash=sha256:") >= len(packages)
