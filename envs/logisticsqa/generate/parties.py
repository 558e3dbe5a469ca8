"""Issuers and the forwarder that they bill, with names and addresses by Faker. None of them exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from faker import Faker

from envs.logisticsqa.generate.identifiers import account, tax_number

COUNTRIES: Mapping[str, tuple[str, str, str, str]] = {
    "tr": ("TR", "Türkiye", "tr_TR", "TRY"),
    "en": ("GB", "United Kingdom", "en_GB", "GBP"),
    "es": ("ES", "España", "es_ES", "EUR"),
    "it": ("IT", "Italia", "it_IT", "EUR"),
}
"""Language to country code, country, Faker's locale and currency."""

TRADES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "tr": {
        "haulier": ("Nakliyat", "Taşımacılık"),
        "broker": ("Gümrük Müşavirliği", "Gümrük Danışmanlığı"),
        "terminal": ("Liman İşletmeciliği", "Antrepo İşletmeciliği"),
    },
    "en": {
        "haulier": ("Haulage", "Road Carriers"),
        "broker": ("Customs Brokers", "Customs Agents"),
        "terminal": ("Terminals", "Warehouses"),
    },
    "es": {
        "haulier": ("Transportes", "Transportistas"),
        "broker": ("Agentes de Aduanas", "Representantes Aduaneros"),
        "terminal": ("Terminales", "Almacenes"),
    },
    "it": {
        "haulier": ("Autotrasporti", "Trasporti"),
        "broker": ("Spedizionieri Doganali", "Agenzia Doganale"),
        "terminal": ("Terminal", "Magazzini"),
    },
}
"""Language, then the issuer's part, then what the name says of it."""

_FORMS: Mapping[str, tuple[str, str]] = {
    "tr": ("Ltd. Şti.", "A.Ş."),
    "en": ("Limited", "Ltd"),
    "es": ("S.L.", "S.A."),
    "it": ("S.r.l.", "S.p.A."),
}
# Faker has no Turkish cities, and draws Italian ones in the order of a set, which differs between processes.
_CITIES: Mapping[str, tuple[str, ...]] = {
    "tr": ("İstanbul", "İzmir", "Mersin", "Bursa", "Kocaeli", "Gaziantep", "Adana", "Ankara"),
    "it": ("Milano", "Genova", "Torino", "Verona", "Bologna", "Trieste", "Livorno", "Padova"),
}


@dataclass(frozen=True, slots=True)
class Party:
    """A company as an invoice shows it."""

    name: str
    number: str
    country: str
    country_name: str
    street: str
    building: str
    district: str
    city: str
    postal: str
    contact: str
    phone: str
    mail: str
    account: str


@lru_cache(maxsize=256)
def party(language: str, key: str, *, part: str = "haulier") -> Party:
    """Return the company of a key, in the manner of a language's country; its name says its part in the trade."""
    rng = Random(f"party/{key}")
    country, country_name, _, _ = COUNTRIES[language]
    fake = seeded(language, rng.getrandbits(64))
    surnames = "-".join(dict.fromkeys(fake.last_name() for _ in range(2)))
    return Party(
        name=f"{surnames} {rng.choice(TRADES[language][part])} {rng.choice(_FORMS[language])}",
        number=tax_number(country, rng),
        country=country,
        country_name=country_name,
        street=fake.street_name() if language != "tr" else f"{fake.last_name()} Caddesi",
        building=str(rng.randint(1, 240)),
        district=fake.last_name(),
        city=rng.choice(_CITIES[language]) if language in _CITIES else fake.city(),
        postal=fake.postcode(),
        contact=f"{fake.first_name()} {fake.last_name()}",
        phone=fake.phone_number(),
        mail=fake.safe_email(),
        account=account(country, rng),
    )


def forwarder(language: str, seed: int) -> Party:
    """Return the forwarder's office in a language's country: who gets the invoices and gave the references."""
    office = party(language, f"forwarder/{language}/{seed}")
    form = _FORMS[language][-1]
    return Party(
        **{name: getattr(office, name) for name in office.__dataclass_fields__} | {"name": f"Quillmere {form}"}
    )


@lru_cache(maxsize=8)
def _faker(language: str) -> Faker:
    return Faker(COUNTRIES[language][2])


def seeded(language: str, seed: int) -> Faker:
    """Return Faker in a language, its draws beginning at a seed."""
    fake = _faker(language)
    fake.seed_instance(seed)
    return fake
