"""Every notebook is run on the synthetic data; the last cell is a paragraph with the numbers of the run in it."""

import re

import pytest
from IPython.display import Image, Markdown

from tests.notebooks.running import run
from tests.notebooks.test_notebooks import NOTEBOOKS

RUNS = [(path.stem, "sample-weibo-search") for path in NOTEBOOKS]
RUNS += [("alibaba_case", "sample-hot-search")]


@pytest.mark.parametrize(("name", "dataset"), RUNS, ids=lambda value: value)
def test_a_notebook_ends_with_a_paragraph_that_may_be_cited(samples, name, dataset):
    names, shown = run(name, home=str(samples.home), dataset=dataset)
    said = shown[-1]

    assert isinstance(said, Markdown)
    assert names["source"].title in said.data
    assert len(re.findall(r"\d+", said.data)) > 8
    assert not re.search(r"\bnan\b|NaT|<NA>|inf\b|None", said.data)
    assert [x for x in shown if isinstance(x, Image)], "a notebook shows a figure"


def test_a_picture_that_cannot_be_drawn_is_a_sentence(samples):
    from pipeline.jobs.asked import Asked
    from pipeline.jobs.questions import picture

    shown = picture(samples, Asked("ranks", ("sample-weibo-search",), ("alibaba_case",)))
    assert isinstance(shown, Markdown)
    assert shown.data.startswith("*No figure: ")
