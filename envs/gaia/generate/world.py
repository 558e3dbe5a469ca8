"""A made-up archipelago: places, people and what the pages of its web say of them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from envs.gaia.web import Page

SITE = "https://archipelago.example"
_BEGINNINGS = (
    "Bal Cor Dren Eld Fal Gar Hol Ist Jor Kel Lun Mar Nor Ost Pel Quin Ros Sel Tor Ulv Ver Wen Yar Zan".split()
)
_ENDINGS = "adia bury combe dale eth fjord gate haven issa mere ness olm port stead wick".split()
_FIRST = (
    "Ada Bruno Celia Darius Edda Felix Greta Hugo Ines Jonas Klara Leo Mira Nils Olga Pavel Rosa Sven Tilda".split()
)
_LAST = "Abend Birk Castell Dorn Ekberg Falk Grund Holm Iversen Jansson Kron Lund Moen Nygaard Oster Palm".split()
_TOWNS_OF_A_PAGE = 8
TRADES = ("salt", "wool", "amber", "timber", "glass", "cider", "copper", "linen")


@dataclass(frozen=True, slots=True)
class Place:
    """A town with what can be asked of it; `censuses` are years with numbers of inhabitants."""

    name: str
    founded: int
    population: int
    height: int
    trade: str
    mayor: str
    censuses: tuple[tuple[int, int], ...]

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"{SITE}/places/{self.name.lower()}"


class World:
    """The places of a seed, and their pages."""

    def __init__(self, seed: int, places: int = 160) -> None:
        rng = random.Random(f"gaia world {seed}")
        names = rng.sample([f"{a}{b}" for a in _BEGINNINGS for b in _ENDINGS], places)
        people = rng.sample([f"{a} {b}" for a in _FIRST for b in _LAST], places)
        self.places = tuple(
            Place(
                name,
                rng.randrange(1050, 1890),
                population=rng.randrange(800, 90_000),
                height=rng.randrange(2, 1900),
                trade=rng.choice(TRADES),
                mayor=mayor,
                censuses=tuple((year, rng.randrange(800, 90_000)) for year in rng.sample(range(1950, 2021, 10), 2)),
            )
            for name, mayor in zip(names, people, strict=True)
        )

    def pages(self) -> list[Page]:
        """Return the pages of places, of every second mayor, of censuses, and the lists of trades by pages."""
        pages = [_place(place) for place in self.places]
        pages += [_mayor(place, n) for n, place in enumerate(self.places) if n % 2 == 0]
        pages += [_census(place, year, number=number) for place in self.places for year, number in place.censuses]
        return pages + [page for trade in TRADES for page in _trade(trade, self.places)]


def _place(place: Place) -> Page:
    text = (
        f"{place.name} is a town of the archipelago. It was founded in {place.founded}. It has {place.population} "
        f"inhabitants and lies {place.height} metres above the sea. The town lives on {place.trade}. "
        f"Its mayor is {place.mayor}."
    )
    return Page(place.url, place.name, text)


def _mayor(place: Place, n: int) -> Page:
    born = 1940 + n % 50
    text = f"{place.mayor}, born in {born}, is the mayor of {place.name} and collects old maps."
    return Page(f"{SITE}/people/{place.mayor.lower().replace(' ', '-')}", place.mayor, text)


def _census(place: Place, year: int, *, number: int) -> Page:
    text = f"By the census of {year} the town of {place.name} has {number} inhabitants."
    return Page(f"{place.url}/census-{year}", f"{place.name}, census of {year}", text)


def _trade(trade: str, places: tuple[Place, ...]) -> list[Page]:
    towns = [place.name for place in places if place.trade == trade]
    starts = range(0, len(towns), _TOWNS_OF_A_PAGE)
    pages = []
    for number, start in enumerate(starts, 1):
        text = f"Towns that live on {trade}: {', '.join(towns[start : start + _TOWNS_OF_A_PAGE])}."
        if number < len(starts):
            text += f" The list goes on at {SITE}/trades/{trade}/{number + 1}"
        address = f"{SITE}/trades/{trade}" + (f"/{number}" if number > 1 else "")
        pages.append(Page(address, f"The {trade} trade, page {number} of {len(starts)}", text))
    return pages
