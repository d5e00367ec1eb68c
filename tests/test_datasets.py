"""Nothing is read from a dataset that does not say what it is."""

import datetime as dt
from pathlib import Path

import pytest

from pipeline import datasets, sources
from pipeline.errors import InputError

HEAD = """\
slug = "mine"
title = "Mine"
platform = "weibo"
kind = "posts"
reader = "mapped"
source = "here"
licence = "MIT"
basis = "Synthetic."
citation = "Me."
sampling = "All of it."
"""
MAPPING = '[mapping]\ntext = "content"\ncreated_at = "time"\n'


def register(folder: Path, toml: str | bytes) -> dict[str, datasets.Dataset]:
    (folder / "mine.toml").write_bytes(toml.encode() if isinstance(toml, str) else toml)
    return datasets.load(folder)


@pytest.mark.parametrize("dataset", datasets.load().values(), ids=lambda dataset: dataset.slug)
def test_a_packaged_entry_says_what_may_be_done_with_the_data(dataset: datasets.Dataset):
    assert all(map(str.strip, [dataset.licence, dataset.basis, dataset.citation, dataset.sampling, dataset.source]))
    assert dataset.slug == dataset.origin.stem
    assert all(gap.first <= gap.last and gap.why for gap in dataset.gaps)


@pytest.mark.parametrize("path", sorted(datasets.FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_file_of_the_package_is_an_entry(path: Path):
    assert datasets.find(path.stem).origin == path


def test_synthetic_data_says_so():
    assert {slug for slug, dataset in datasets.load().items() if dataset.synthetic} == {
        slug for slug in datasets.load() if slug.startswith("sample-")
    }


def test_a_folder_adds_its_entries_to_those_of_the_package(tmp_path: Path):
    known = register(tmp_path, HEAD + MAPPING)
    assert known.keys() - datasets.load().keys() == {"mine"}
    assert known["mine"].mapping == {"text": "content", "created_at": "time"}
    assert datasets.find("mine", tmp_path) == known["mine"]


def test_a_folder_that_does_not_exist_adds_nothing(tmp_path: Path):
    assert datasets.load(tmp_path / "none") == datasets.load()


@pytest.mark.parametrize(
    ("slug", "hint"),
    [
        ("weibo-hot-serch", r"did you mean weibo-hot-search or .*\?$"),
        ("qqqqqqqq", r"known are: .*sample-hot-search, sample-posts, .*\.$"),
    ],
)
def test_an_unknown_dataset_names_the_nearest(slug: str, hint: str):
    with pytest.raises(InputError, match=f"^There is no dataset '{slug}'; {hint}"):
        datasets.find(slug)


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        (HEAD, "[mapping] must name a column for created_at, text."),
        (HEAD + '[mapping]\ntext = "a"\n', "[mapping] must name a column for created_at."),
        (
            HEAD.replace("posts", "board") + MAPPING,
            "[mapping] must name a column for observed_at, title.",
        ),
        (
            HEAD + MAPPING + 'colour = "c"\n',
            "[mapping] has no field colour; fields of posts are: author, comments, created_at, deleted, is_repost, "
            "likes, observed_at, post_id, quoted, reposts, text.",
        ),
        (
            HEAD.replace("mapped", "weibo_search_csv") + MAPPING,
            "[mapping] is for the reader 'mapped', not for 'weibo_search_csv'.",
        ),
        (
            HEAD.replace("mine", "weibo-hot-search") + MAPPING,
            "the dataset 'weibo-hot-search' is registered twice; choose another slug.",
        ),
        (HEAD.replace('licence = "MIT"\n', "") + MAPPING, "licence: Field required."),
        (HEAD.replace('"MIT"', '""') + MAPPING, "licence: String should have at least 1 character."),
        (HEAD.replace("posts", "letters") + MAPPING, "kind: Input should be 'posts' or 'board'."),
        ('colour = "red"\n' + HEAD + MAPPING, "colour: Extra inputs are not permitted."),
        (HEAD + MAPPING + "[[gaps]]\nfirst = 2021-08-28\nlast = 2021-08-29\n", "gaps.0.why: Field required."),
        (HEAD + "[", "not valid TOML, "),
        ((HEAD + MAPPING).replace("Mine", "我").encode("gb18030"), "not valid TOML, 'utf-8' codec"),
    ],
    ids=lambda value: value[:50] if isinstance(value, str) and value[:4] != "slug" else "",
)
def test_a_wrong_entry_is_one_sentence_with_its_file(tmp_path: Path, toml: str | bytes, sentence: str):
    with pytest.raises(InputError) as caught:
        register(tmp_path, toml)
    assert str(caught.value).startswith(f"{tmp_path / 'mine.toml'}: {sentence}")
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_of_rejects_lies_between_nothing_and_all(tmp_path: Path, share: float):
    with pytest.raises(InputError, match="max_reject_share"):
        register(tmp_path, f"max_reject_share = {share}\n{HEAD}{MAPPING}")


def test_an_entry_without_a_reader_leaves_its_files_to_be_recognised(tmp_path: Path):
    mine = register(tmp_path, HEAD.replace('reader = "mapped"\n', ""))["mine"]
    assert (mine.reader, mine.mapping, mine.max_reject_share) == (None, {}, 0.05)


@pytest.mark.parametrize("dataset", datasets.load().values(), ids=lambda dataset: dataset.slug)
def test_the_reader_of_a_packaged_entry_exists(dataset: datasets.Dataset):
    kinds = {known.kind for known in sources.formats() if known.name == dataset.reader}
    assert dataset.reader is None or dataset.kind in kinds


@pytest.mark.parametrize("slug", ["../../x", "Foo Bar", "a/b", "a=b"])
def test_a_slug_is_fit_for_the_name_of_a_folder(tmp_path: Path, slug: str):
    with pytest.raises(InputError, match="slug"):
        register(tmp_path, HEAD.replace("mine", slug) + MAPPING)


def test_a_gap_ends_no_earlier_than_it_begins(tmp_path: Path):
    with pytest.raises(InputError, match="gaps"):
        register(tmp_path, HEAD + MAPPING + '[[gaps]]\nfirst = 2021-08-29\nlast = 2021-08-28\nwhy = "x"\n')


def test_an_archive_says_when_it_ended(tmp_path: Path):
    assert register(tmp_path, HEAD + "ended = 2021-09-05\n" + MAPPING)["mine"].ended == dt.date(2021, 9, 5)
    assert datasets.find("weibo-hot-search").ended is None
    with pytest.raises(InputError, match="ended"):
        register(tmp_path, HEAD + 'ended = "some day"\n' + MAPPING)
