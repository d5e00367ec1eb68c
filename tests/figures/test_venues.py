"""Every kind of figure in every venue: large enough, dark enough, drawable, apart, inside the page, of the right size."""

import pytest

from pipeline.errors import InputError
from pipeline.figures import bundle, checks
from pipeline.figures.venues import VENUES, style
from tests.figures.cases import KINDS

MARK = {"digest": "0" * 64}
DPI = 50


@pytest.mark.parametrize("venue", VENUES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_passes_its_checks_in_every_venue(kind, venue):
    """The text width in English, as files; a column in Chinese, as drawn."""
    wide = style(venue, "text", "en")
    figure = KINDS[kind](wide)
    assert checks.drawn(figure, wide) == []
    made = bundle.pictures_of(figure, wide, MARK, kind, DPI, (".pdf", ".png"))
    assert checks.pdf(made[".pdf"], wide, figure.get_figheight()) == []
    assert checks.png(made[".png"], wide, figure.get_figheight(), DPI) == []

    narrow = style(venue, "column" if venue != "slide" else "text", "zh")
    assert checks.drawn(KINDS[kind](narrow), narrow) == []


def test_a_venue_or_a_width_that_does_not_exist_is_named():
    with pytest.raises(InputError, match=r"venue 'natur'.*nature"):
        style("natur")
    with pytest.raises(InputError, match="width 'page'"):
        style("acm", "page")


@pytest.mark.parametrize("venue", VENUES.values(), ids=list(VENUES))
def test_a_palette_is_as_dark_as_its_venue_asks_and_has_five_colours(venue):
    assert min(map(checks.contrast, venue.palette)) >= venue.contrast
    assert len(set(venue.palette)) == 5
    assert min(venue.size, venue.small) >= venue.least
    assert venue.stroke >= 0.5
