"""How issuers label references, in four languages: the labels of the truth, and those of everything else."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES: Mapping[str, int] = {"tr": 105, "en": 79, "es": 59, "it": 24}
"""Languages, and how many of 267 documents are in each (Figure 8)."""

Labels = Mapping[str, tuple[str, ...]]

LABELS: Mapping[str, Labels] = {
    "tr": {
        "transport": ("Sevkiyat Referans No", "Taşıma Referansı", "Yük Ref."),
        "file": ("Dosya No", "Müşteri Dosya No", "Poz. No"),
        "bl": ("Konşimento No", "B/L No"),
        "awb": ("AWB", "Hava Konşimentosu No"),
        "road": ("CMR No", "Taşıma Senedi"),
        "delivery": ("İrsaliye No", "Sevk İrsaliyesi"),
        "container": ("Konteyner No",),
        "plate": ("Araç Plaka",),
        "customs": ("Beyanname No",),
        "own": ("İş Emri No",),
        "order": ("Sipariş No",),
        "rival": ("Dönüş Seferi", "Önceki Dosya", "Şube Kaydı"),
    },
    "en": {
        "transport": ("Transport ref", "Transport reference", "Shipment ref"),
        "file": ("Your file", "Customer file no", "File ref", "Your ref"),
        "bl": ("B/L No", "Bill of Lading"),
        "awb": ("MAWB", "HAWB"),
        "road": ("Waybill", "CMR", "Consignment note"),
        "delivery": ("Delivery note", "POD"),
        "container": ("Container",),
        "plate": ("Vehicle reg",),
        "customs": ("MRN", "Entry no"),
        "own": ("Our job no",),
        "order": ("PO",),
        "rival": ("Return leg", "Previous file", "Branch record"),
    },
    "es": {
        "transport": ("Ref. transporte", "Referencia de transporte", "Ref. expedición"),
        "file": ("Su expediente", "Nº expediente cliente", "Su ref."),
        "bl": ("Conocimiento de embarque", "B/L"),
        "awb": ("AWB", "Guía aérea"),
        "road": ("Carta de porte", "CMR", "Guía"),
        "delivery": ("Albarán",),
        "container": ("Contenedor",),
        "plate": ("Matrícula",),
        "customs": ("DUA", "MRN"),
        "own": ("Nº expedición interno",),
        "order": ("Pedido",),
        "rival": ("Viaje de vuelta", "Expediente anterior", "Registro de la delegación"),
    },
    "it": {
        "transport": ("Rif. spedizione", "Riferimento trasporto"),
        "file": ("Vs. pratica", "Vs. rif.", "Pratica"),
        "bl": ("Polizza di carico", "B/L"),
        "awb": ("AWB", "Lettera aerea"),
        "road": ("Lettera di vettura", "CMR"),
        "delivery": ("DDT",),
        "container": ("Container",),
        "plate": ("Targa",),
        "customs": ("Bolletta doganale", "MRN"),
        "own": ("Commessa",),
        "order": ("Ordine",),
        "rival": ("Viaggio di ritorno", "Pratica precedente", "Registro di filiale"),
    },
}
"""Language, then family, then wordings. `transport` and `file` label the truth; `rival` labels a number of the
issuer's own shape that belongs to something else."""

SEPARATORS = (": ", " : ", "-", " ", "=")
"""What issuers write between a label and its value."""

_PLAIN = str.maketrans("çğıöşüÇĞİÖŞÜáéíóúñÁÉÍÓÚÑàèìòùº", "cgiosuCGIOSUaeiounAEIOUNaeiouo")


def shouted(label: str) -> str:
    """Return a label in capitals without diacritics, as some issuers' systems print it: ``SEVKIYAT REF``."""
    return label.translate(_PLAIN).upper()
