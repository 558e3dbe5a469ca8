"""What issuers bill: services by language and kind, lines with amounts, and texts that invoices carry besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from babel.dates import format_date
from babel.numbers import format_currency

SERVICES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "tr": {
        "road": (
            "Karayolu taşıma bedeli", "Köprü ve otoyol geçişleri", "Kamyon bekleme ücreti", "Tır yükleme hizmeti",
            "Karayolu yakıt farkı",
        ),
        "sea": (
            "Deniz navlunu", "Gemi yükleme hizmeti", "Deniz yolu demuraj ücreti", "Rıhtım ücreti",
            "Deniz yolu yakıt farkı",
        ),
        "air": (
            "Hava navlunu", "Havalimanı ardiyesi", "Hava kargo güvenlik ücreti", "Hava kargo elleçleme",
            "Hava yolu yakıt farkı",
        ),
        "customs": (
            "İthalat gümrükleme", "Gümrük beyannamesi düzenleme", "Gümrük muayene ücreti", "Gümrük teminat bedeli",
            "Gümrük tarife danışmanlığı",
        ),
    },
    "en": {
        "road": ("Road freight", "Motorway tolls", "Truck waiting time", "Trailer loading", "Road fuel surcharge"),
        "sea": ("Ocean freight", "Vessel loading", "Sea container demurrage", "Quay dues", "Vessel bunker surcharge"),
        "air": ("Air freight", "Airport storage", "Air cargo security fee", "Airline handling", "Air fuel surcharge"),
        "customs": (
            "Import customs clearance", "Customs declaration", "Customs inspection fee", "Customs guarantee",
            "Customs tariff advice",
        ),
    },
    "es": {
        "road": (
            "Transporte por carretera", "Peajes de autopista", "Espera de camión", "Carga de remolque",
            "Recargo de combustible, carretera",
        ),
        "sea": (
            "Flete marítimo", "Carga de buque", "Demoras de contenedor marítimo", "Derechos de muelle",
            "Recargo de combustible, buque",
        ),
        "air": (
            "Flete aéreo", "Almacenaje en aeropuerto", "Seguridad de carga aérea", "Manipulación de carga aérea",
            "Recargo de combustible aéreo",
        ),
        "customs": (
            "Despacho de aduanas, importación", "Declaración de aduanas", "Inspección de aduanas",
            "Garantía de aduanas", "Asesoría arancelaria de aduanas",
        ),
    },
    "it": {
        "road": (
            "Trasporto su strada", "Pedaggi autostradali", "Sosta camion", "Carico rimorchio",
            "Supplemento carburante stradale",
        ),
        "sea": (
            "Nolo marittimo", "Carico nave", "Controstallie container marittimo", "Diritti di banchina",
            "Supplemento carburante nave",
        ),
        "air": (
            "Nolo aereo", "Deposito in aeroporto", "Sicurezza merci aeree", "Movimentazione merci aeree",
            "Supplemento carburante aereo",
        ),
        "customs": (
            "Sdoganamento importazione", "Dichiarazione doganale", "Visita doganale", "Garanzia doganale",
            "Consulenza tariffaria doganale",
        ),
    },
}  # fmt: skip
"""Language, then kind of service, then what is billed. All lines of an invoice are of one kind."""
TERMS: Mapping[str, str] = {
    "tr": "Ödeme vadesi {due}. Genel toplam {total}. Gecikmede aylık yasal faiz uygulanır.",
    "en": "Payment due by {due}. Total {total}. Statutory interest is charged on late payments.",
    "es": "Vencimiento {due}. Total {total}. La demora devenga el interés legal.",
    "it": "Scadenza {due}. Totale {total}. In caso di ritardo si applicano gli interessi di legge.",
}
LOCALES: Mapping[str, str] = {"tr": "tr_TR", "en": "en_GB", "es": "es_ES", "it": "it_IT"}
TAX: Mapping[str, tuple[str, str, Decimal]] = {
    "tr": ("0015", "KDV", Decimal(20)),
    "en": ("VAT", "Value added tax", Decimal(20)),
    "es": ("VAT", "IVA", Decimal(21)),
    "it": ("VAT", "IVA", Decimal(22)),
}
"""Language to tax code, name and percent."""

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an invoice."""

    service: str
    quantity: int
    price: Decimal
    discount: Decimal
    percent: Decimal

    @property
    def net(self) -> Decimal:
        """Amount without tax."""
        return self.quantity * self.price - self.discount

    @property
    def tax(self) -> Decimal:
        """Tax on it."""
        return (self.net * self.percent / 100).quantize(_CENT)


def lines(language: str, service: str, *, count: int, rng: Random) -> list[Line]:
    """Draw the lines of an invoice. One of them, never the first, is dearer than all others."""
    percent = TAX[language][2]
    found = []
    for name in rng.sample(SERVICES[language][service], count):
        quantity, price = rng.randint(1, 4), Decimal(rng.randint(2500, 190000)) / 100
        discount = (quantity * price / 20).quantize(_CENT) if rng.random() < 0.5 else Decimal("0.00")
        found.append(Line(name, quantity, price=price, discount=discount, percent=percent))
    nets = [line.net for line in found]
    if nets.count(max(nets)) > 1:
        return lines(language, service, count=count, rng=rng)
    if (place := dearest(found)) == 1:
        other = rng.randint(2, count)
        found[place - 1], found[other - 1] = found[other - 1], found[place - 1]
    return found


def dearest(billed: Sequence[Line]) -> int:
    """Return which line has the highest amount without tax, counted from 1."""
    return 1 + max(range(len(billed)), key=lambda place: billed[place].net)


def terms(language: str, due: date, *, total: Decimal, currency: str) -> str:
    """Return the payment terms, dates and amounts as the locale writes them."""
    locale = LOCALES[language]
    written = format_currency(total, currency, locale=locale)
    return TERMS[language].format(due=format_date(due, "long", locale=locale), total=written)
