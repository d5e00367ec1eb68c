"""New words: the grapes of Matrix67, and a planted coinage."""

import numpy as np
import pytest

from pipeline.stats.newwords import branching, candidates, entropy, new

GRAPES = "吃葡萄不吐葡萄皮不吃葡萄倒吐葡萄皮"  # who eats grapes spits no skins: a tongue twister


def test_the_entropies_about_the_grapes_are_the_published_ones():
    left, right = branching([GRAPES], ["葡萄"])["葡萄"]

    assert [round(left, 6), round(right, 6)] == [0.693147, 1.039721]


def test_the_edge_of_a_text_is_no_neighbour():
    assert branching(["葡萄"], ["葡萄"])["葡萄"] == (0, 0)
    assert entropy([]) == 0


def noise(count: int, seed: int) -> list[str]:
    rng = np.random.default_rng(seed)
    letters = np.array(list("天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳"))
    return ["".join(rng.choice(letters, 20)) for _ in range(count)]


def planted(word: str, count: int, seed: int = 1) -> list[str]:
    return [text[:9] + word + text[9:] for text in noise(count, seed)]


def test_a_planted_coinage_is_found_whole_and_its_parts_are_not():
    found = new(planted("酒桌侠", 60), noise(300, 2))

    assert found["word"].tolist() == ["酒桌侠"]
    assert found["n"].tolist() == [60]
    assert found["n_background"].tolist() == [0]


def test_a_word_of_the_dictionary_or_of_the_background_is_not_new():
    texts = planted("酒桌侠", 60)

    assert new(texts, noise(300, 2), known={"酒桌侠"}).empty
    assert new(texts, planted("酒桌侠", 60, seed=3)).empty


def test_a_rare_string_is_no_candidate():
    assert candidates(planted("酒桌侠", 9)).empty
    assert candidates([]).empty
    assert new([], []).empty


def test_marks_end_a_string_and_are_neighbours():
    found = candidates(["，葡萄。", "！葡萄？", "“葡萄”", "甲葡萄乙"] * 5, least_pmi=0.5)

    assert found["word"].tolist() == ["葡萄"]
    assert found["left"].iloc[0] == pytest.approx(np.log(4))
