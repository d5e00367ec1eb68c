"""Explaining, evaluating and sampling by the lexicon in use."""

import csv
import datetime as dt
import io
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import jobs, labels
from pipeline.errors import InputError
from pipeline.jobs.check import check
from pipeline.jobs.days import ingested
from pipeline.jobs.evaluate import evaluate
from pipeline.jobs.explain import Judge, explain
from pipeline.jobs.method import normal_parts
from pipeline.jobs.sample import sample
from pipeline.settings import Settings

SAMPLES = Path(__file__).parents[2] / "sample_data"
DAY = dt.date(2021, 8, 9)


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return Judge(tmp_path_factory.mktemp("cache"))


def verdicts(judge: Judge, text: str, title: bool = False) -> dict[tuple[str, str], list[tuple[str, str]]]:
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in judge.candidates(text, DAY, title):
        found.setdefault((row["topic"], row["term"]), []).append((row["piece"], row["verdict"]))
    return found


PIECES = {  # text: (topic, term, piece of the text as given, verdict)
    "阿裡女員工": ("alibaba_case", "阿里女员工", "阿裡女員工", "accepted"),  # female employee of Alibaba, traditional
    "有 阿里 女\u200b员工": ("alibaba_case", "阿里女员工", "阿里 女\u200b员工", "accepted"),  # blank and zero width
    "８０７事件": ("alibaba_case", "807事件", "８０７事件", "accepted"),  # the 807 incident, full width
    "性·骚·扰 女员工": ("workplace_harassment", "性骚扰", "性·骚·扰", "accepted"),  # sexual harassment, dotted
    "\ufeff航拍破冰船": ("ice_breaking", "破冰", "破冰", "mask"),  # an icebreaker from the air
    "说得好//@用户:拒绝陪酒": (
        "drinking_culture",
        "拒绝陪酒",
        "拒绝陪酒",
        "accepted",
    ),  # well said // refuse to drink along
}


@pytest.mark.parametrize("text", PIECES)
def test_a_candidate_shows_the_piece_of_the_text_as_it_was_given(judge, text):
    topic, term, piece, verdict = PIECES[text]

    assert (piece, verdict) in verdicts(judge, text)[topic, term]
    for row in judge.candidates(text, DAY, False):
        assert row["piece"] == text[row["start"] : row["end"]]


def test_own_and_quoted_words_are_told_apart(judge):
    text = "说得好//@用户:拒绝陪酒"

    assert {row["part"] for row in judge.candidates(text, DAY, False)} == {"quoted"}
    assert judge.judge(text, DAY, False).quoted == {"drinking_culture"}
    assert judge.judge(text, DAY, True).written == {"drinking_culture"}  # a title quotes nobody


def test_a_judgement_is_what_counting_finds_and_its_candidates_say_the_same(judge, method, settings):
    path = SAMPLES / "sample-weibo-search" / "2021-08-10.csv"
    jobs.ingest(settings, str(path), "sample-weibo-search")
    day = ingested(settings, "sample-weibo-search")[0]

    for item in day.items(settings):
        own, quoted = method.find(normal_parts(item, False), day.day, False)
        judged = judge.judge(item.text, day.day, False)
        assert (judged.written, judged.disguised) == (own.topics, own.evasions)
        assert judged.quoted == quoted.topics - own.topics - own.evasions
        accepted = [c for c in judge.candidates(item.text, day.day, False) if c["verdict"] == "accepted"]
        written = {c["topic"] for c in accepted if c["part"] == "own" and not (c["evasion"] or c["uncovered"])}
        assert written == judged.written


def test_without_a_day_every_rule_holds(judge):
    dated = [(t.id, r) for t in judge.lexicon.topics for r in t.rules if r.valid_from or r.valid_to]
    alone = [(topic, rule) for topic, rule in dated if not (rule.needs or rule.also or rule.boundary or rule.least)]

    for topic, rule in alone:
        undated = judge.judge(rule.term, None, rule.only != "post")
        assert topic in undated.written | undated.disguised


def test_an_explanation_can_be_had_without_a_data_home(settings, tmp_path, judge):
    elsewhere = replace(settings, home=tmp_path / "nowhere")
    found = explain(elsewhere, "阿里女员工", DAY)

    assert found["topics"]["written"] == ["alibaba_case"]
    assert not elsewhere.home.exists()


def sheet(folder: Path, *rows: str, head: str = "topic,text,label") -> str:
    path = folder / "labels.csv"
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return str(path)


HIT, NEAR, NONE = "拒绝陪酒", "婚礼敬酒", "今天天气"


def test_an_evaluation_counts_right_and_wrong_and_explains_what_is_wrong(settings, tmp_path, judge):
    rows = [f"drinking_culture,{HIT}{n},relevant" for n in range(8)]
    rows += [f"drinking_culture,{HIT}曲{n},not" for n in range(2)]
    rows += [f"drinking_culture,{NONE}{n},not" for n in range(5)]
    rows += [
        f"drinking_culture,{NEAR},relevant",
        f"drinking_culture,{NONE},relevant",
        f"drinking_culture,{NONE}啊,unsure",
    ]
    found = evaluate(settings, sheet(tmp_path, *rows), judge=judge)

    (topic,) = found["topics"]
    assert [topic[k] for k in ("tp", "fp", "fn", "tn", "unsure")] == [8, 2, 2, 5, 1]
    assert (topic["precision"]["value"], topic["recall"]["value"], topic["f1"]["value"]) == pytest.approx(
        (0.8, 0.8, 0.8)
    )
    assert Counter((c["error"], c["why"]) for c in found["confusions"]) == {
        ("false alarm", "a term counts that people do not take for the topic"): 2,
        ("missed", "every occurrence of a term is refused"): 1,
        ("missed", "no term of the topic stands in the text"): 1,
    }
    (refused,) = [c for c in found["confusions"] if c["why"] == "every occurrence of a term is refused"]
    assert refused["candidates"][0]["term"] == "敬酒"
    assert topic["kappa"] is None


def test_what_is_counted_apart_is_a_miss_that_says_so(settings, tmp_path, judge):
    rows = ["drinking_culture,劝*酒 领导,relevant", f"drinking_culture,好//@用户:{HIT},relevant"]
    found = evaluate(settings, sheet(tmp_path, *rows), judge=judge)

    assert [c["why"] for c in found["confusions"]] == [
        "found in disguise, which is counted apart",
        "found in what the text passes on, which is counted apart",
    ]
    assert (found["topics"][0]["tp"], found["topics"][0]["with_evasion"]["tp"]) == (0, 1)


def test_two_coders_have_a_kappa_and_what_they_dispute_is_left_out(settings, tmp_path, judge):
    first = ["relevant"] * 6 + ["not"] * 5 + ["unsure"]
    second = ["relevant"] * 5 + ["not"] * 6 + ["not"]
    rows = [
        f"drinking_culture,{HIT}{n},{label},{coder}"
        for coder, said in (("A", first), ("B", second))
        for n, label in enumerate(said)
    ]
    (topic,) = evaluate(settings, sheet(tmp_path, *rows, head="topic,text,label,coder"), judge=judge)["topics"]

    assert (topic["relevant"], topic["not"], topic["disputed"], topic["texts"]) == (5, 5, 2, 12)
    assert (topic["kappa"]["pairs"], topic["kappa"]["unsure"]) == (11, 1)
    assert topic["kappa"]["value"] == pytest.approx((10 / 11 - 60 / 121) / (1 - 60 / 121))


def test_weights_turn_the_rows_into_the_dataset(settings, tmp_path, judge):
    rows = [f"drinking_culture,{HIT}{n},relevant,10,a" for n in range(5)]
    rows += [f"drinking_culture,{NONE}{n},{'relevant' if n == 0 else 'not'},100,b" for n in range(5)]
    found = evaluate(settings, sheet(tmp_path, *rows, head="topic,text,label,weight,stratum"), judge=judge)

    assert found["topics"][0]["recall"]["value"] == pytest.approx(50 / 150)
    assert "weighted" in found["notes"][0]
    assert [(s["stratum"], s["texts"], s["right"]) for s in found["topics"][0]["strata"]] == [
        ("a", 50, 5),
        ("b", 500, 4),
    ]


def test_rows_that_nobody_labelled_are_counted_and_left_out(settings, tmp_path, judge):
    found = evaluate(settings, sheet(tmp_path, f"metoo,{HIT},", f"metoo,{NONE},not"), judge=judge)

    assert (found["rows"], found["unlabelled"], found["topics"][0]["texts"]) == (2, 1, 1)


def test_a_text_that_is_labelled_both_ways_by_one_coder_is_refused(settings, tmp_path, judge):
    path = sheet(tmp_path, f"metoo,{HIT},not", f"metoo,{HIT},not", f"metoo,{HIT},relevant")

    with pytest.raises(
        InputError, match=r"labels\.csv:4: labels a text relevant that line 2 labels not; name the coders"
    ):
        evaluate(settings, path, judge=judge)


def test_a_title_is_one_window(settings, tmp_path, judge):
    far = f"朱军{'。很长的话' * 12}猥亵"
    found = {
        title: evaluate(settings, sheet(tmp_path, f"metoo,{far},not"), title, judge=judge) for title in (True, False)
    }

    assert [found[title]["topics"][0]["fp"] for title in (True, False)] == [1, 0]


def test_a_missing_file_is_one_sentence(settings, judge):
    with pytest.raises(InputError, match=r"nowhere\.csv: no such file\."):
        evaluate(settings, "nowhere.csv", judge=judge)


@pytest.fixture(scope="module")
def lake(tmp_path_factory) -> Settings:
    """A data home with three weeks of synthetic posts; nothing here changes it."""
    return filled(tmp_path_factory.mktemp("lake"), "2021-08-03", "2021-08-10", "2021-08-17")


def filled(home: Path, *weeks: str) -> Settings:
    made = Settings(home, f"sqlite:///{home / 'guanchao.db'}", home / "landing")
    jobs.initialise(made)
    for week in weeks:
        jobs.ingest(made, str(SAMPLES / "sample-weibo-search" / f"{week}.csv"), "sample-weibo-search")
    return made


def test_a_sample_repeats_to_the_byte_and_its_weights_make_the_dataset(lake, tmp_path, judge):
    text, strata = sample(lake, "sample-weibo-search", "drinking_culture", 90, 7, judge=judge)

    assert sample(lake, "sample-weibo-search", "drinking_culture", 90, 7, judge=judge)[0] == text
    assert sample(lake, "sample-weibo-search", "drinking_culture", 90, 8, judge=judge)[0] != text
    rows = list(csv.DictReader(io.StringIO(text[1:], newline="")))
    assert list(rows[0]) == list(labels.COLUMNS)
    assert len(rows) == len({row["item"] for row in rows}) == 90
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row["stratum"]] += float(row["weight"])
    assert sums == pytest.approx({row["stratum"]: row["texts"] for row in strata})
    assert {name.partition(",")[0] for name in sums} >= {"matched", "none"}
    assert len({name for name in sums if name.startswith("matched")}) == 3
    assert sum(row["texts"] for row in strata) == jobs.status(lake)["datasets"][0]["posts"]


def test_a_sample_does_not_depend_on_the_order_of_ingest(lake, tmp_path, judge):
    other = tmp_path / "b"
    other.mkdir()
    (other / "pseudonym.key").write_bytes(lake.key_file.read_bytes())
    (other / "pseudonym.key").chmod(0o600)
    reversed_ = filled(other, "2021-08-17", "2021-08-10", "2021-08-03")

    where = ("sample-weibo-search", "drinking_culture", 90, 7)
    assert sample(reversed_, *where, judge=judge) == sample(lake, *where, judge=judge)


def test_a_sample_that_is_labelled_can_be_evaluated(lake, tmp_path, judge):
    text, strata = sample(lake, "sample-weibo-search", "drinking_culture", 60, 7, judge=judge)
    rows = list(csv.DictReader(io.StringIO(text[1:], newline="")))
    with (tmp_path / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, labels.COLUMNS)
        table.writeheader()
        table.writerows(r | {"label": "relevant" if r["stratum"].startswith("matched") else "not"} for r in rows)

    (topic,) = evaluate(lake, str(tmp_path / "labels.csv"), judge=judge)["topics"]
    assert (topic["fp"], topic["fn"], topic["weighted"]) == (0, 0, True)
    assert {row["stratum"]: round(row["texts"]) for row in topic["strata"]} == {
        r["stratum"]: r["texts"] for r in strata
    }


def test_a_board_gives_titles(settings, tmp_path, judge):
    for day in ("2021-08-09", "2021-08-10"):
        jobs.ingest(settings, str(SAMPLES / "sample-hot-search" / f"{day}.json"), "sample-hot-search")

    text, _ = sample(settings, "sample-hot-search", "alibaba_case", 20, 1, judge=judge)
    assert {row["kind"] for row in csv.DictReader(io.StringIO(text[1:]))} == {"title"}


WRONG = {
    "a topic": (("sample-weibo-search", "metto", 50, 1), "There is no topic 'metto'; did you mean metoo"),
    "a dataset": (("nothing", "metoo", 50, 1), "There is no ingested dataset 'nothing'"),
    "a size": (("sample-weibo-search", "drinking_culture", 2, 1), r"--size 2 is fewer than the \d+ strata"),
}


@pytest.mark.parametrize(("words", "message"), WRONG.values(), ids=WRONG)
def test_a_sample_that_cannot_be_drawn_is_one_sentence(lake, words, message, judge):
    with pytest.raises(InputError, match=message):
        sample(lake, *words, judge=judge)


def test_a_check_says_why_the_loader_refuses_a_lexicon(settings, tmp_path):
    (tmp_path / "topics").mkdir()
    (tmp_path / "sets.toml").write_text('version = "1"\n[sets]\n')
    (tmp_path / "topics" / "demo.toml").write_text(
        'id = "demo"\nlabel_en = "D"\nlabel_zh = "示"\ncore = ["酒桌文化"]\nx = 1\n'
    )

    (finding,) = check(settings, tmp_path)
    assert (finding["severity"], finding["check"]) == ("error", "loader")
    assert "demo.toml: x: extra inputs are not permitted" in finding["what"]
