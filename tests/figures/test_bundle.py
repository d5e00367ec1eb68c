"""The files of a figure with its passport: the same bytes, one mark in every picture, all or nothing."""

import hashlib
import json

import pytest
from matplotlib.text import Text

from pipeline.errors import InputError
from pipeline.figures import bundle
from pipeline.figures.venues import style
from tests.figures.cases import KINDS

MARK = {"digest": "d" * 64, "parameters": {"topics": ["a (b) \\ c", "话题"], "term": "<&\">'"}}
TEXTS = bundle.Texts("a,b\n1,2\n", "caption 图注\n", "alternative 替代\n", "A title (话题)")


def write(folder, kind="words", venue="plain", language="en", mark=MARK, dpi=50):
    look = style(venue, "column", language)
    return bundle.write(KINDS[kind](look), look, folder / "fig.v1", TEXTS, {"k": 1}, {"v": "1"}, mark, dpi)


def test_a_figure_has_its_files_and_the_passport_knows_them(tmp_path):
    paths = write(tmp_path)
    names = ["fig.v1" + end for end in (".pdf", ".png", ".svg", ".csv", ".caption.md", ".alt.txt", ".json")]
    assert [path.name for path in paths] == names
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    files = json.loads((tmp_path / "fig.v1.json").read_text("utf-8"))["files"]
    for ending, digest in files.items():
        assert hashlib.sha256((tmp_path / f"fig.v1{ending}").read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("kind", ["volume", "network", "attention"])
def test_the_same_inputs_give_the_same_bytes(kind, tmp_path):
    first, second = (write(tmp_path / name, kind) for name in ("one", "two"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert all(b"20" + b"26-" not in path.read_bytes() for path in first if path.suffix == ".svg")


def test_every_picture_holds_the_mark_and_every_other_file_leads_to_it(tmp_path):
    paths = write(tmp_path, venue="plos")
    assert {path.suffix for path in paths} >= {".pdf", ".png", ".svg", ".tif"}
    assert all(bundle.mark_of(path) == MARK for path in paths)
    for path in paths:
        if path.suffix in (".pdf", ".svg", ".png"):
            alone = tmp_path / "alone" / f"renamed{path.suffix}"
            alone.parent.mkdir(exist_ok=True)
            alone.write_bytes(path.read_bytes())
            assert bundle.mark_of(alone) == MARK
            assert (b"guanchao sha256:" + b"d" * 64 in alone.read_bytes()) is (path.suffix != ".png")


def test_outlines_and_bitmaps_have_no_fonts_and_leave_the_figure_as_it_was(tmp_path):
    look = style("icwsm", "column", "en")
    figure = KINDS["words"](look)
    content = bundle.pictures_of(figure, look, MARK, "t", 50)[".pdf"]
    assert b"/Font " not in content.replace(b"/Font <<", b"") or b"/FontFile" not in content
    assert b"/Subtype /Image" not in content
    assert not any(text.get_path_effects() for text in figure.findobj(Text))

    raster = style("icwsm", "column", "zh")
    content = bundle.pictures_of(KINDS["words"](raster), raster, MARK, "t", 50)[".pdf"]
    assert b"/FontFile" not in content
    assert b"/Subtype /Image" in content


def test_a_figure_that_fails_a_check_leaves_older_files(tmp_path):
    before = [path.read_bytes() for path in write(tmp_path)]
    look = style("plain", "column")
    spoilt = KINDS["words"](look)
    spoilt.text(0.99, 0.5, "beyond the edge")
    with pytest.raises(ValueError, match="cut off"):
        bundle.write(spoilt, look, tmp_path / "fig.v1", TEXTS, {"k": 1}, {}, MARK, 50)
    assert before == [path.read_bytes() for path in sorted(tmp_path.iterdir(), key=_order)]


def _order(path) -> int:
    return [".pdf", ".png", ".svg", ".csv", ".md", ".txt", ".json"].index(path.suffix)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("notes.docx", b"", "no file of a figure"),
        ("fig.svg", b"<svg/>", "has no mark"),
        ("fig.csv", b"a,b\n", "passport of the figure cannot be read"),
        ("fig.png", b"not a picture", "cannot be read"),
    ],
)
def test_a_file_without_a_mark_is_refused_with_what_to_do(name, content, message, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        bundle.mark_of(path)
