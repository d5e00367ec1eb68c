"""What stands beside a figure: its caption and its alternative text, in English and Chinese, from the facts alone."""

from collections.abc import Mapping
from typing import Any

from pipeline.figures.days import Language

_SHOWS: dict[Language, dict[str, str]] = {
    "en": {
        "volume": "Daily share of {unit} that mention the topic, per 10,000, with its 95 % Wilson interval (band), over"
        " the daily count (bars).",
        "multiples": "Daily share of {unit} that mention each topic, per 10,000, with its 95 % Wilson interval (band)."
        " Each panel has its own scale.",
        "ranks": "Best rank of the titles that mention each topic, at every observation of the board; 1 is on top."
        " Nights (1 to 8 o'clock) are shaded: the board hardly moves then.",
        "counterfactual": "Daily share of {unit} that mention the topic, per 10,000 (dots), the fit of a segmented"
        " quasi-Poisson regression (line), and what it expects without the event of {event} (dashed, with its 95 %"
        " band). {result} The model says that the series breaks on that day, not what broke it.",
        "words": "Words that mark texts from {event} on against earlier ones: log-odds ratio with an informative"
        " Dirichlet prior (Monroe, Colaresi and Quinn 2008) and its 95 % interval. {texts:,} texts. Words that fewer"
        " than {least} authors use are left out.",
        "network": "Pairs of words that stand in the same texts more often than by chance (at least 10 joint texts,"
        " G² of at least 10.83); lines show normalised pointwise mutual information. {texts:,} texts. Only"
        " neighbourhood has a meaning, not direction or distance across the page.",
        "calendar": "Days collected, a cell a day, shaded by the number of {unit}; hatched days are missing, not zero.",
        "lags": "Correlation of the hourly changes of two topics at each lag, with the limits that unrelated series"
        " would keep to at all lags (dashed, 95 %). Co-mentions are not taken off. What moves first need not be a"
        " cause.",
        "attention": "Share of attention of each topic: its share of all {unit}, divided by the sum of these shares"
        " over the topics, within each dataset. A post on two topics counts for both.",
    },
    "zh": {
        "volume": "提及该话题的每日占比（每 10,000 条{unit}），附 95 % Wilson 区间（色带）；下方柱形为每日条数。",
        "multiples": "提及各话题的每日占比（每 10,000 条{unit}），附 95 % Wilson 区间（色带）。各图纵轴刻度不同。",
        "ranks": "每次观测时提及各话题的标题的最高名次，1 在最上。夜间（1–8 时）加底色：榜单此时几乎不变。",
        "counterfactual": "提及该话题的每日占比（每 10,000 条{unit}，点）、分段准泊松回归的拟合（实线），"
        "以及若无 {event} 事件的预期（虚线及 95 % 区间）。{result}模型只说明序列在该日出现断点，不说明原因。",
        "words": "{event}起与此前文本的特征词：带信息性狄利克雷先验的对数优势比（Monroe、Colaresi、Quinn 2008）及 95 %"
        " 区间。文本 {texts:,} 条。作者少于 {least} 人的词未列出。",
        "network": "共现多于偶然的词对（共现文本不少于 10 条，G² 不低于 10.83）；线条表示归一化点互信息。"
        "文本 {texts:,} 条。仅相邻关系有意义，方向与远近无意义。",
        "calendar": "采集日历：一格一天，深浅为{unit}数；斜线为缺失，并非零。",
        "lags": "两个话题每小时变化在各滞后处的相关系数，虚线为无关序列在全部滞后上的 95 % 界限。"
        "未扣除共同提及。先动者未必是原因。",
        "attention": "各话题的注意力份额：各数据集内，话题占全部{unit}的比例除以各话题比例之和。"
        "同时提及两个话题者分别计入。",
    },
}

_UNITS: dict[Language, dict[str, str]] = {
    "en": {"posts": "posts", "titles": "titles on the board", "items": "posts or titles"},
    "zh": {"posts": "帖子", "titles": "榜单标题", "items": "帖子或标题"},
}

_CLOSING: dict[Language, str] = {
    "en": "Data: {data}. Days in Asia/Shanghai, {first} to {last}; {counted} counted, {gaps} not collected.{hidden}"
    " A mention is a mention of words (lexicon {lexicon}). Guanchao {version}, figure {digest}.",
    "zh": "数据：{data}。日期为 Asia/Shanghai 时区，{first} 至 {last}；已计 {counted} 天，缺失 {gaps} 天。{hidden}"
    "提及仅指词语（词表 {lexicon}）。Guanchao {version}，图 {digest}。",
}
_HIDDEN: dict[Language, str] = {
    "en": " {n} cells with fewer than {least} authors are not shown.",
    "zh": "作者少于 {least} 人的 {n} 个单元格未显示。",
}


_POOLED: dict[Language, str] = {
    "en": " {n} cells with fewer than {least} authors on any day stand with the other topics.",
    "zh": "任一天作者均少于 {least} 人的 {n} 个单元格归入其他话题。",
}


def caption(facts: Mapping[str, Any], language: Language, *, title: str, result: str, version: str, digest: str) -> str:
    """The caption: heading, what is shown, data, days, gaps, suppressed cells, lexicon, and the figure's digest.

    facts: as a passport has them. result: a sentence with the estimate, where there is one.
    """
    asked = facts["parameters"]
    shows = _SHOWS[language][asked["kind"]].format(
        unit=_UNITS[language][facts["unit"]], event=asked["event"], result=_sentence(result, language),
        texts=facts["results"].get("texts", 0), least=asked["least"],
    )  # fmt: skip
    hidden = len(facts["suppressed"])
    silent = (_POOLED if asked["kind"] == "attention" else _HIDDEN)[language]
    closing = _CLOSING[language].format(
        data=_data(facts, language), first=asked["first"], last=asked["last"], counted=facts["days"]["counted"],
        gaps=facts["days"]["gap"], lexicon=facts["method"]["lexicon_version"], version=version, digest=digest[:12],
        hidden=silent.format(n=hidden, least=asked["least"]) if hidden else "",
    )  # fmt: skip
    return f"**{title}{'.' if language == 'en' else '。'}** {shows} {closing}\n"


def alternative(facts: Mapping[str, Any], language: Language, *, title: str, result: str) -> str:
    """The alternative text: what kind of picture it is, of what, and the main number."""
    asked = facts["parameters"]
    kind = _KINDS[language][asked["kind"]]
    span = f"{asked['first']} – {asked['last']}"
    more = _sentence(result or facts.get("peak", {}).get(language, ""), language)
    if language == "zh":
        return f"{kind}：{title}，{span}。{more}\n"
    return f"{kind}: {title}, {span}. {more}".rstrip() + "\n"


_KINDS: dict[Language, dict[str, str]] = {
    "en": {
        "volume": "Line chart with a band, bars below", "multiples": "Small line charts, one per topic",
        "ranks": "Line chart of ranks, 1 on top", "counterfactual": "Dots with a fitted and an expected line",
        "words": "Dot plot of words", "network": "Network of words", "calendar": "Calendar of collected days",
        "lags": "Stem plot of correlations by lag", "attention": "Stacked bars of shares",
    },
    "zh": {
        "volume": "带区间的折线图，下为柱形图", "multiples": "各话题的小折线图", "ranks": "名次折线图，1 在最上",
        "counterfactual": "散点及拟合线、预期线", "words": "词的点图", "network": "词的网络图",
        "calendar": "采集日历", "lags": "各滞后相关系数的茎图", "attention": "份额的堆叠柱形图",
    },
}  # fmt: skip


def _sentence(text: str, language: Language) -> str:
    if not text:
        return ""
    if language == "zh":
        return text if text[-1] in "。！？" else f"{text}。"
    return (text[0].upper() + text[1:]) + ("" if text[-1] in ".!?" else ".")


def _data(facts: Mapping[str, Any], language: Language) -> str:
    warning = {"en": ", not real data", "zh": "，合成数据，并非真实"}[language]
    licence = {"en": "licence", "zh": "许可"}[language]
    return "; ".join(
        f"{row['title']} ({licence}: {row['licence']}{warning if row['synthetic'] else ''})"
        for row in facts["datasets"]
    )
