"""Which strings are taken for disguises of a term, and which are not."""

import pytest

from pipeline import lexicon
from pipeline.segment import Segmenter
from pipeline.text import normalise
from pipeline.variants import Guess, Variants

TERMS = {"性骚扰", "强奸", "米兔", "酒桌文化", "吴亦凡", "metoo"}


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Variants:
    segmenter = Segmenter(lexicon.USERDICT, tmp_path_factory.mktemp("cache"))
    return Variants(TERMS, {"吴亦凡"}, {"领导", "公司"}, segmenter.cut, {"的", "就", "一"})


FOUND = [
    ("公司里的姓骚扰", "姓骚扰", "性骚扰", "sound", True),  # 'surname' for 'sex', same syllable
    ("性sao扰很多", "性sao扰", "性骚扰", "sound", False),
    ("九桌文化", "九桌文化", "酒桌文化", "sound", False),  # 'nine tables' for 'wine tables'
    ("无一凡", "无一凡", "吴亦凡", "sound", False),
    ("公司有密兔", "密兔", "米兔", "sound", True),  # two characters: only with company
    ("领导说 xsr 的事", "xsr", "性骚扰", "spelled", True),
    ("xingsaorao", "xingsaorao", "性骚扰", "spelled", False),
    ("领导强j女员工", "强j", "强奸", "spelled", True),
    ("弓虽奸案", "弓虽奸", "强奸", "split", False),
    ("性【骚】扰", "性【骚】扰", "性骚扰", "marks", False),
    ("性8骚8扰", "性8骚8扰", "性骚扰", "marks", False),
    ("吴1凡", "吴1凡", "吴亦凡", "marks", False),
    ("公司酒场文化", "酒场文化", "酒桌文化", "substituted", True),
    ("酒桌上文化,公司的", "酒桌上文化", "酒桌文化", "inserted", True),
]


@pytest.mark.parametrize(("text", "written", "term", "how", "close"), FOUND, ids=[case[0] for case in FOUND])
def test_a_likely_disguise_is_found(variants, text: str, written: str, term: str, how: str, close: bool):
    assert Guess(normalise(written), term, how, close) in variants.find(normalise(text))


@pytest.mark.parametrize(
    "text",
    [
        "性骚扰",  # the term
        "性·骚·扰",  # the evasion pass of the matcher finds it
        "性，骚，扰",  # marks of sentences are never dropped
        "密兔",  # too weak without company
        "xsr",  # initials must never count alone
        "xsrays 公司",  # letters of a longer word
        "公司吴大凡",  # would be the name of another person
        "公司里喝就",  # a word too common to be a substitute
        "",
    ],
)
def test_what_is_none_is_not_found(variants, text: str):
    assert variants.find(normalise(text)) == set()


def test_without_terms_nothing_is_found():
    assert Variants((), (), (), list).find("性骚扰") == set()
