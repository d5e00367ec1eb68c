"""`guanchao lexicon` as a person meets it: real processes, tables and JSON, one sentence per fault."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).parent / "guanchao"
DAY = ("--day", "2021-08-09")


def run(home: Path, *words: str, code: int = 0, given: str = "") -> subprocess.CompletedProcess:
    env = {"PATH": os.environ["PATH"], "GUANCHAO_HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [COMMAND, *words], env=env, cwd=ROOT, capture_output=True, input=given.encode(), check=False, timeout=120
    )
    done.stdout, done.stderr = (stream.decode("utf-8") for stream in (done.stdout, done.stderr))
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home") / "var"
    run(folder, "init")
    run(folder, "ingest", "sample_data/sample-hot-search/2021-08-09.json", "--dataset", "sample-hot-search")
    return folder


def test_explain_shows_what_counts_and_what_is_refused_and_why(home: Path):
    text = "阿裡女員工，跌破冰点//@用户:拒绝陪酒"
    shown = run(home, "lexicon", "explain", text, *DAY).stdout

    assert "Counts for: alibaba_case. Counted apart, in quoted words: drinking_culture." in shown
    assert "[阿裡女員工]" in shown
    assert "no: inside a longer" in shown
    found = json.loads(run(home, "lexicon", "explain", text, *DAY, "--json").stdout)
    assert found["topics"] == {"written": ["alibaba_case"], "disguised": [], "quoted": ["drinking_culture"]}
    assert {"topic", "term", "part", "start", "end", "piece", "verdict", "because", "evasion", "uncovered"} == set(
        found["candidates"][0]
    )


def test_explain_reads_standard_input_and_needs_no_data_home(tmp_path: Path):
    shown = run(tmp_path / "nowhere", "lexicon", "explain", "-", given="今天天气").stdout

    assert shown == "Counts for no topic.\nNo term of the lexicon stands in it.\n"
    assert not (tmp_path / "nowhere").exists()


def test_check_ends_with_1_for_an_error_and_with_0_for_warnings(home: Path, tmp_path: Path):
    (tmp_path / "topics").mkdir()
    (tmp_path / "sets.toml").write_text('version = "1"\n[sets]\n', encoding="utf-8")
    topic = tmp_path / "topics" / "demo.toml"
    head = 'id = "demo"\nlabel_en = "D"\nlabel_zh = "示"\n'

    topic.write_text(head + 'core = ["酒桌文化", "酒桌文化", "KTV公主"]\n', encoding="utf-8")
    shown = run(home, "lexicon", "check", str(tmp_path), code=1).stdout
    assert "demo.toml:4" in shown
    assert shown.endswith("1 error, 1 warning, 0 notes.\n")

    topic.write_text(head + 'core = ["酒桌文化", "KTV公主"]\n', encoding="utf-8")
    (finding,) = json.loads(run(home, "lexicon", "check", str(tmp_path), "--json").stdout)
    assert (finding["severity"], finding["term"], finding["what"]) == ("warning", "KTV公主", "sought as 'ktv公主'")

    assert "sets.toml: the lexicon lacks this file." in run(home, "lexicon", "check", "nowhere", code=1).stderr


def test_evaluate_shows_shares_and_confusions_but_no_text_unless_asked(home: Path, tmp_path: Path):
    labels = tmp_path / "labels.csv"
    rows = [f"drinking_culture,拒绝陪酒{n},relevant" for n in range(6)] + ["drinking_culture,拒绝陪酒歌单,not"]
    labels.write_text("\n".join(["topic,text,label", *rows]), encoding="utf-8")

    shown = run(home, "lexicon", "evaluate", str(labels)).stdout
    assert "0.86 (0.49–0.97)" in shown
    assert "1 confusion:" in shown
    assert "拒绝陪酒: counts (stands alone)" in shown
    assert "歌单" not in shown
    found = json.loads(run(home, "lexicon", "evaluate", str(labels), "--json").stdout)
    assert found["topics"][0]["precision"]["value"] == pytest.approx(6 / 7)
    assert "歌单" not in json.dumps(found, ensure_ascii=False)
    assert "歌单" in run(home, "lexicon", "evaluate", str(labels), "--text").stdout

    few = run(home, "lexicon", "evaluate", str(labels), "--least", "10").stdout
    assert "precision: not enough data: only 7 texts are labelled and matched, and at least 10 are needed." in few


def test_a_sample_is_the_same_in_a_file_and_on_standard_output_and_is_never_written_over(home: Path, tmp_path: Path):
    path = tmp_path / "to-label.csv"
    words = ("lexicon", "sample", "--dataset", "sample-hot-search", "--topic", "alibaba_case", "--size", "12")

    done = run(home, *words, "--seed", "3", "--out", str(path))
    assert done.stdout == ""
    assert "matched, part 1 of 3: " in done.stderr
    assert path.stat().st_mode & 0o077 == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbftopic,text,label,stratum,weight,day,kind,item\r\n")
    assert run(home, *words, "--seed", "3").stdout.encode() == path.read_bytes()

    path.write_text("labels of a week", encoding="utf-8")
    assert "may hold labels; choose another name." in run(
        home, *words, "--seed", "3", "--out", str(path), code=1
    ).stderr  # fmt: skip
    assert path.read_text(encoding="utf-8") == "labels of a week"


FAULTS = {
    "no such labels": (["evaluate", "nowhere.csv"], 1, "nowhere.csv: no such file."),
    "a folder for labels": (["evaluate", "docs"], 1, "docs: no such file."),
    "an unknown dataset": (
        ["sample", "--dataset", "x", "--topic", "metoo", "--size", "9", "--seed", "1"], 1, "There is no ingested dataset",
    ),
    "a size of nothing": (
        ["sample", "--dataset", "x", "--topic", "metoo", "--size", "0", "--seed", "1"], 2, "greater than or equal to 1",
    ),
    "a day that is none": (["explain", "x", "--day", "8 August"], 2, "does not match"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "code", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_one_sentence_and_an_exit_code(home: Path, words: list[str], code: int, message: str):
    done = run(home, "lexicon", *words, code=code)

    assert message in done.stderr
    assert code == 2 or done.stderr.count("\n") == 1
