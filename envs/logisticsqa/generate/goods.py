"""What hauliers bill: services by language, lines with amounts, and texts that invoices carry besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from babel.dates import format_date
from babel.numbers import format_currency

SERVICES: Mapping[str, tuple[str, ...]] = {
    "tr": (
        "Karayolu taşıma bedeli", "Yakıt farkı", "Gümrükleme hizmeti", "Ardiye ücreti", "Liman elleçleme ücreti",
        "Bekleme ücreti", "Ordino ücreti", "Köprü ve otoyol geçişleri",
    ),
    "en": (
        "Road freight", "Fuel surcharge", "Customs clearance", "Storage", "Terminal handling charge", "Waiting time",
        "Documentation fee", "Tolls and ferry",
    ),
    "es": (
        "Transporte por carretera", "Recargo de combustible", "Despacho de aduanas", "Almacenaje",
        "Gastos de terminal", "Horas de espera", "Gastos de documentación", "Peajes",
    ),
    "it": (
        "Trasporto su strada", "Supplemento carburante", "Sdoganamento", "Giacenza", "Movimentazione terminal",
        "Ore di sosta", "Diritti documenti", "Pedaggi",
    ),
}  # fmt: skip
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


def lines(language: str, count: int, rng: Random) -> list[Line]:
    """Draw the lines of an invoice."""
    percent = TAX[language][2]
    found = []
    for service in rng.sample(SERVICES[language], count):
        quantity, price = rng.randint(1, 4), Decimal(rng.randint(2500, 190000)) / 100
        discount = (quantity * price / 20).quantize(_CENT) if rng.random() < 0.5 else Decimal("0.00")
        found.append(Line(service, quantity, price, discount, percent))
    return found


def terms(language: str, due: date, total: Decimal, currency: str) -> str:
    """Return the payment terms, dates and amounts as the locale writes them."""
    locale = LOCALES[language]
    written = format_currency(total, currency, locale=locale)
    return TERMS[language].format(due=format_date(due, "long", locale=locale), total=written)
