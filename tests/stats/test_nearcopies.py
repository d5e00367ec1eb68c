"""Near copies: the numbers of Mining of Massive Datasets, and planted copies."""

import numpy as np
import pandas as pd
import pytest
from datasketch import MinHash

from pipeline.stats.nearcopies import clusters, copied, found_at, jaccard, shingles

PETITION = "我们要求公司公开调查结果并建立反性骚扰制度保护每一位员工"  # we ask the company to publish its inquiry
COPY = PETITION.replace("每一位员工", "每一位同事")
OTHER = "今天的天气真好适合出去散步顺便买一点水果回家给孩子们吃"  # fine weather today


@pytest.mark.parametrize(
    ("similarity", "chance"), [(0.2, 0.006), (0.3, 0.047), (0.4, 0.186), (0.5, 0.470), (0.6, 0.802), (0.7, 0.975)]
)
def test_twenty_bands_of_five_rows_find_what_the_book_says(similarity: float, chance: float):
    assert round(found_at(similarity), 3) == chance


@pytest.mark.parametrize(
    ("function", "signature"), [(lambda x: (x + 1) % 5, [1, 3, 0, 1]), (lambda x: (3 * x + 1) % 5, [0, 2, 0, 0])]
)
def test_the_sketches_of_datasketch_are_the_signatures_of_the_book(function, signature: list[int]):
    as_it_is = (np.array([1], dtype=np.uint64), np.array([0], dtype=np.uint64))

    for members, expected in zip([{0, 3}, {2}, {1, 3, 4}, {0, 2, 3}], signature, strict=True):
        sketch = MinHash(num_perm=1, hashfunc=function, permutations=as_it_is, scheme="legacy")
        sketch.update_batch(members)
        assert sketch.hashvalues.tolist() == [expected]


def test_similarity_is_that_of_the_books_first_and_fourth_set():
    assert round(jaccard({0, 3}, {0, 2, 3}), 4) == 0.6667
    assert jaccard(frozenset(), frozenset()) == 0


def test_copies_are_one_cluster_and_others_none():
    found = clusters([OTHER, PETITION, COPY, PETITION + " ", OTHER[:7], OTHER[:7]])

    assert jaccard(shingles(PETITION), shingles(COPY)) > 0.8
    assert found["cluster"].tolist()[1:4] == [0, 0, 0]
    assert found["cluster"].isna().tolist() == [True, False, False, False, True, True]
    assert found["size"].tolist() == [1, 3, 3, 3, 1, 1]
    assert found["note"].iloc[4] == "not enough data: 7 characters, and at least 8 are needed"
    assert clusters([]).empty


def test_clusters_are_those_of_comparing_every_two():
    rng = np.random.default_rng(1)
    letters = np.array(list("的一是了我不人在他有这个上们来到时大地为"))
    base = ["".join(rng.choice(letters, 60)) for _ in range(30)]
    texts = [text[:cut] + "新" + text[cut:] for text in base for cut in (10, 30)] + base
    sets = [shingles(text) for text in texts]
    expected = {(a, b) for b in range(90) for a in range(b) if jaccard(sets[a], sets[b]) >= 0.8}
    found = clusters(texts)["cluster"]

    assert all(found[a] == found[b] for a, b in expected)
    assert found.nunique() == 30


def test_many_authors_within_an_hour_are_a_pattern_and_one_author_is_not():
    times = pd.to_datetime(["2021-08-09 10:00"] * 4 + ["2021-08-09 10:59", "2021-08-09 12:30"])
    posts = pd.DataFrame({"cluster": [0] * 6, "author": list("abcdef"), "time": times}).astype({"cluster": "Int64"})
    one = posts.assign(author="a", cluster=1)
    found = copied(pd.concat([posts, one, posts.assign(cluster=pd.NA)]).astype({"cluster": "Int64"}))

    assert found["most_at_once"].tolist() == [5, 1]
    assert found["copy_paste"].tolist() == [True, False]
    assert found["authors"].tolist() == [6, 1]
