"""How issuers label numbers, in four languages: the transport reference, the three file numbers, and all others."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES: Mapping[str, int] = {"tr": 105, "en": 79, "es": 59, "it": 24}
"""Languages, and how many of 267 documents are in each (Figure 8)."""

Labels = Mapping[str, tuple[str, ...]]

LABELS: Mapping[str, Labels] = {
    "tr": {
        "transport": ("Taşıma Referansı", "Taşıma Ref. No", "Nakliye Referansı"),
        "position": ("Pozisyon No", "Poz. No"),
        "customer": ("Müşteri Dosya No", "Dosyanız"),
        "shipment": ("Sevkiyat No", "Yük No"),
        "unclear": ("Ref. 1", "Ref. 2"),
        "branch": ("Şube",),
        "bl": ("Konşimento No", "B/L No"),
        "awb": ("AWB", "Hava Konşimentosu No"),
        "road": ("CMR No", "Taşıma Senedi"),
        "delivery": ("İrsaliye No", "Sevk İrsaliyesi"),
        "container": ("Konteyner No",),
        "plate": ("Araç Plaka",),
        "customs": ("Beyanname No",),
        "own": ("İş Emri No", "İç Kayıt No"),
        "order": ("Sipariş No", "Satın Alma No"),
        "rival": ("Dönüş Seferi", "Önceki Fatura", "Teklif No"),
    },
    "en": {
        "transport": ("Transport ref", "Transport reference", "Transport ref. no"),
        "position": ("Position no", "Pos. no"),
        "customer": ("Customer file no", "Your file"),
        "shipment": ("Shipment no", "Load no"),
        "unclear": ("Ref. 1", "Ref. 2"),
        "branch": ("Branch",),
        "bl": ("B/L No", "Bill of Lading"),
        "awb": ("MAWB", "HAWB"),
        "road": ("Waybill", "CMR", "Consignment note"),
        "delivery": ("Delivery note", "POD"),
        "container": ("Container",),
        "plate": ("Vehicle reg",),
        "customs": ("MRN", "Entry no"),
        "own": ("Our job no", "Internal record"),
        "order": ("PO", "Purchase order"),
        "rival": ("Return leg", "Previous invoice", "Quotation"),
    },
    "es": {
        "transport": ("Ref. transporte", "Referencia de transporte", "Ref. de transporte"),
        "position": ("Nº de posición", "Posición"),
        "customer": ("Nº expediente cliente", "Su expediente"),
        "shipment": ("Nº de envío", "Nº de carga"),
        "unclear": ("Ref. 1", "Ref. 2"),
        "branch": ("Delegación",),
        "bl": ("Conocimiento de embarque", "B/L"),
        "awb": ("AWB", "Guía aérea"),
        "road": ("Carta de porte", "CMR", "Guía"),
        "delivery": ("Albarán",),
        "container": ("Contenedor",),
        "plate": ("Matrícula",),
        "customs": ("DUA", "MRN"),
        "own": ("Nº interno", "Registro interno"),
        "order": ("Pedido", "Orden de compra"),
        "rival": ("Viaje de vuelta", "Factura anterior", "Presupuesto"),
    },
    "it": {
        "transport": ("Rif. trasporto", "Riferimento trasporto", "Riferimento di trasporto"),
        "position": ("N. posizione", "Posizione"),
        "customer": ("Pratica cliente", "Vs. pratica"),
        "shipment": ("N. spedizione", "N. carico"),
        "unclear": ("Rif. 1", "Rif. 2"),
        "branch": ("Filiale",),
        "bl": ("Polizza di carico", "B/L"),
        "awb": ("AWB", "Lettera aerea"),
        "road": ("Lettera di vettura", "CMR"),
        "delivery": ("DDT",),
        "container": ("Container",),
        "plate": ("Targa",),
        "customs": ("Bolletta doganale", "MRN"),
        "own": ("Commessa interna", "Registro interno"),
        "order": ("Ordine", "Ordine d'acquisto"),
        "rival": ("Viaggio di ritorno", "Fattura precedente", "Preventivo"),
    },
}
"""Language, then family, then wordings. `transport` labels the reference; `position`, `customer` and `shipment` label
three numbers of equal standing where there is no transport reference; `unclear` labels two numbers that nothing tells
apart; all other families are decoys, and `rival` labels a number of the same form that belongs to something else."""

FILES = ("position", "customer", "shipment")
"""Families of file numbers."""

SEPARATORS = (": ", " : ", " = ")
"""What issuers write between a label and its value."""

_PLAIN = str.maketrans("çğıöşüÇĞİÖŞÜáéíóúñÁÉÍÓÚÑàèìòùº", "cgiosuCGIOSUaeiounAEIOUNaeiouo")


def shouted(label: str) -> str:
    """Return a label in capitals without diacritics, as some issuers' systems print it: ``SEVKIYAT REF``."""
    return label.translate(_PLAIN).upper()
