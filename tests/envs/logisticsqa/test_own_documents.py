"""Documents of one's own as they come: all kinds of UBL, sellers known by anything, other systems' files and names."""

from __future__ import annotations

import os
import time
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from envs.logisticsqa.digest import digest
from envs.logisticsqa.documents import BadDocumentError, read_invoice
from envs.logisticsqa.fitting import CUT, fit, stripped, tokens
from envs.logisticsqa.folder import Folder, examine
from envs.logisticsqa.labels import read_labels
from harness.core.errors import ConfigError

URN = "urn:oasis:names:specification:ubl:schema:xsd:"
NAME = "<cac:PartyName><cbc:Name>ACME Ü</cbc:Name></cac:PartyName>"


def ubl(kind: str = "Invoice", number: str = "1001", party: str = NAME, more: str = "", space: str = "") -> str:
    spaces = f'xmlns="{URN}{kind}-2" xmlns:cac="{URN}CommonAggregateComponents-2" '
    spaces += f'xmlns:cbc="{URN}CommonBasicComponents-2" {space}'
    seller = f"<cac:AccountingSupplierParty><cac:Party>{party}</cac:Party></cac:AccountingSupplierParty>"
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f"{head}<{kind} {spaces}><cbc:ID>{number}</cbc:ID>{more}{seller}</{kind}>"


def folder(path: Path, documents: Mapping[str, str | bytes], labels: str | bytes | None = None) -> Folder:
    for name, content in documents.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    if labels is None:
        labels = "file,reference\n" + "".join(f"{name},{place}\n" for place, name in enumerate(documents))
    (path / "labels.csv").write_bytes(labels if isinstance(labels, bytes) else labels.encode())
    return examine(path)


@pytest.mark.parametrize(
    "kind", ["Invoice", "CreditNote", "DebitNote", "FreightInvoice", "SelfBilledInvoice", "SelfBilledCreditNote"]
)
def test_every_kind_of_bill_is_read(kind: str, tmp_path: Path) -> None:
    assert list(folder(tmp_path, {"a.xml": ubl(kind)}).good) == ["a.xml"]


SELLERS = {
    "identification": "<cac:PartyIdentification><cbc:ID>{}</cbc:ID></cac:PartyIdentification>",
    "tax number": "<cac:PartyTaxScheme><cbc:CompanyID>{}</cbc:CompanyID></cac:PartyTaxScheme>",
    "company number": "<cac:PartyLegalEntity><cbc:CompanyID>{}</cbc:CompanyID></cac:PartyLegalEntity>",
    "registered name": "<cac:PartyLegalEntity><cbc:RegistrationName>{}</cbc:RegistrationName></cac:PartyLegalEntity>",
    "endpoint": "<cbc:EndpointID>{}</cbc:EndpointID>",
    "name": "<cac:PartyName><cbc:Name>{}</cbc:Name></cac:PartyName>",
}


@pytest.mark.parametrize("known_by", SELLERS)
def test_two_sellers_may_use_one_number_and_one_seller_may_not(known_by: str, tmp_path: Path) -> None:
    one, other = (ubl(party=SELLERS[known_by].format(who)) for who in ("A", "B"))
    assert not folder(tmp_path / "two", {"a.xml": one, "b.xml": other}).bad
    (problem,) = folder(tmp_path / "one", {"a.xml": one, "b.xml": one.replace("\n", "\n\n")}).bad
    assert "same issuer and number (1001) as a.xml" in problem


def test_an_invoice_and_its_credit_note_may_share_a_number(tmp_path: Path) -> None:
    assert not folder(tmp_path, {"a.xml": ubl("Invoice"), "b.xml": ubl("CreditNote")}).bad


def test_sellers_of_whom_nothing_is_known_collide_only_with_copies(tmp_path: Path) -> None:
    one = ubl(party="")
    found = folder(tmp_path, {"a.xml": one, "b.xml": one.replace("1001", "1001 "), "c.xml": one})
    assert [problem.split(": ")[1].split()[0] for problem in found.bad] == ["c.xml"]


def test_a_namespace_that_is_no_uri_is_read_and_other_errors_are_not_forgiven(tmp_path: Path) -> None:
    space = r'xmlns:schemaLocation="urn:x ..\xsd\a.xsd"'
    assert list(folder(tmp_path, {"a.xml": ubl(space=space)}).good) == ["a.xml"]
    (tmp_path / "b.xml").write_text(ubl(space=space, more="<cbc:Note>"))
    with pytest.raises(BadDocumentError, match="not well-formed"):
        read_invoice(tmp_path / "b.xml")


ENCODINGS: Mapping[str, Callable[[str], bytes]] = {
    "utf-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16"),
    "utf-16, declared as utf-8": lambda text: text.encode("utf-16"),
    "utf-16 without a mark": lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16-le"),
    "latin-1": lambda text: text.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
    "lone CR": lambda text: text.replace("><", ">\r<").encode(),
    "a blank line first": lambda text: b"\r\n" + text.encode(),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_encodings_and_line_ends(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(ENCODINGS[name](ubl()))
    assert read_invoice(tmp_path / "a.xml").identity == ("Invoice", "ACME Ü", "1001")


def test_names_of_other_systems_are_one_name(tmp_path: Path) -> None:
    composed = unicodedata.normalize("NFC", "é.xml")
    documents = {
        unicodedata.normalize("NFD", "é.xml"): ubl(number="1"),
        "sub/b.xml": ubl(number="2"),
        "c.xml": ubl(number="3"),
    }
    found = folder(tmp_path, documents, f"file,reference\n{composed},1\nsub\\b.xml,2\n./c.xml,3\n")
    assert not found.bad
    assert sorted(found.good) == sorted([composed, "sub/b.xml", "c.xml"])


def test_what_other_systems_leave_behind_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / "._a.xml").write_text("x")
    (tmp_path / "._a.xml").write_text("x")
    assert not folder(tmp_path, {"a.xml": ubl()}).bad


def test_one_file_spelt_twice_has_two_labels(tmp_path: Path) -> None:
    found = folder(tmp_path, {"a.xml": ubl()}, "file,reference\na.xml,1\n./a.xml,2\n")
    assert [problem.split(": ")[1] for problem in found.bad] == ["a.xml has more than one label"] * 2


# labels.csv


@pytest.mark.parametrize(
    "labels",
    [
        "file,reference\ra.xml,12\r",
        "file,reference\r\na.xml,12\r\n",
        "sep=;\nreference;file\n12;a.xml\n",
        "FILE , Reference\n\na.xml, 12 \n",
        "file\treference\tby\na.xml\t12\n",
        "file,reference\na.xml,12\n".encode("utf-16"),
        "file,reference\na.xml,12\n".encode("utf-16-le"),
    ],
)
def test_labels_of_all_kinds_are_read(labels: str | bytes, tmp_path: Path) -> None:
    found = folder(tmp_path, {"a.xml": ubl()}, labels)
    assert {name: good.reference for name, good in found.good.items()} == {"a.xml": "12"}


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ("file,reference\na.xml,12,5\n", "line 2 has 3 fields, the header 2: put quotes"),
        ("file,reference,reference\na.xml,1,2\n", "has 2 columns 'reference'"),
        ("file,file,reference\na.xml,a.xml,2\n", "has 2 columns 'file'"),
        ("a.xml,12\n", "has no column 'file'"),
        ("", "has no column 'file'"),
        ("file,reference," + "x" * 200_000 + "\na.xml,1\n", "field larger than field limit"),
        ("file,reference\na.xml," + "x" * 200_000 + "\n", "field larger than field limit"),
        ('file,reference\na.xml,"12\nb.xml,13\n', "unexpected end of data"),
        ("file,reference\na.xml,12\0\n", "holds a NUL"),
        ("file,reference\na.xml,é\n".encode("latin-1"), "is not UTF-8"),
    ],
)
def test_wrong_labels_are_refused_in_one_short_line(labels: str | bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=reason) as caught:
        folder(tmp_path, {"a.xml": ubl()}, labels)
    assert "labels.csv" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_quotes_keep_the_separator_and_a_reference_has_one_line(tmp_path: Path) -> None:
    found = folder(tmp_path, {"a.xml": ubl(), "b.xml": ubl(number="2")}, 'file,reference\na.xml,"12,5"\nb.xml,"1\n2"\n')
    assert found.good["a.xml"].reference == "12,5"
    assert ["several lines" in problem for problem in found.bad] == [True]


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\x1b[31m", "\ufeff", "\u00ad"])
def test_a_reference_with_characters_that_do_not_show_is_refused(hidden: str, tmp_path: Path) -> None:
    found = folder(tmp_path, {"a.xml": ubl(), "b.xml": ubl(number="2")}, f"file,reference\na.xml,1{hidden}2\nb.xml,2\n")
    assert [good.reference for good in found.good.values()] == ["2"]
    assert ["characters that do not show: 1\\" in problem for problem in found.bad] == [True]


# Payload and length.

BASE64 = "QUJD0123" * 5000
ATTACHED = (
    "<cbc:Note>before</cbc:Note><cac:Signature/><cbc:Note>between</cbc:Note><cac:Attachment>"
    f"<cbc:EmbeddedDocumentBinaryObject>{BASE64}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>"
    "<cac:Signature><cbc:ID>1</cbc:ID></cac:Signature><cbc:Note>after</cbc:Note>"
)


def test_payload_is_cut_on_the_tree_and_nothing_else_is_lost() -> None:
    document = ubl(more=ATTACHED).partition("\n")[2]
    text = stripped(document)
    assert all(f"<cbc:Note>{word}</cbc:Note>" in text for word in ("before", "between", "after"))
    assert "Signature" not in text
    assert BASE64 not in text
    other = document.replace("cac:", "n-1.x:").replace("cbc:", "ü:").replace("xmlns:cac", "xmlns:n-1.x")
    other = other.replace("xmlns:cbc", "xmlns:ü")
    assert BASE64 not in stripped(other)
    assert stripped(ubl().partition("\n")[2]) == ubl().partition("\n")[2]


def test_base64_counts_as_what_it_costs() -> None:
    assert tokens(BASE64) == pytest.approx(len(BASE64) / 1.5)
    assert tokens("<cbc:Note>before</cbc:Note>" * 10) == pytest.approx(270 / 3.2)
    document = ubl(more=ATTACHED)
    limit = len(document) // 3  # as many tokens as it has by letters, and far fewer than it has
    assert fit(document, limit, policy="fail") is None
    found = fit(document, limit, policy="strip")
    assert found is not None
    assert found.how == "stripped"


@pytest.mark.parametrize("text", ["x y " * 20_000, BASE64 * 3, "ab " * 9000 + BASE64])
def test_a_cut_document_fits(text: str) -> None:
    found = fit(text, 3000, policy="cut")
    assert found is not None
    assert tokens(found.text) <= 3000
    assert found.text.startswith(text[:100])
    assert found.text.endswith(text[-100:])
    assert CUT in found.text


@pytest.mark.parametrize("hostile", ["<cac:Signature/>", "<cac:Signature>", "<a ", "A" * 63 + " ", "Signature>"])
def test_time_grows_with_length_and_no_faster(hostile: str) -> None:
    def seconds(size: int) -> float:
        text = f"<Invoice>{hostile * (size // len(hostile))}"
        began = time.process_time()
        fit(text, 10, policy="strip")
        return time.process_time() - began

    seconds(1000)
    small, large = min(seconds(50_000) for _ in range(3)), min(seconds(200_000) for _ in range(3))
    assert large <= 10 * small + 0.05  # linear: 4 times; quadratic: 16 times


def test_a_digest_of_a_stranger_s_invoice_holds_its_references() -> None:
    line = (
        "<cac:InvoiceLine><cbc:ID>1</cbc:ID><cac:DocumentReference><cbc:ID>77</cbc:ID><cbc:DocumentTypeCode>File ID"
        "</cbc:DocumentTypeCode></cac:DocumentReference><cac:Item><cbc:Name>Road freight</cbc:Name></cac:Item>"
        "</cac:InvoiceLine>"
    )
    order = "<cac:OrderReference><cbc:ID>PO 9</cbc:ID></cac:OrderReference>"
    assert digest(ubl(more=order + line)).splitlines() == [
        "Issuer: ACME Ü",
        "OrderReference: PO 9",
        "InvoiceLine[1]/DocumentReference (File ID): 77",
        "InvoiceLine[1]: Road freight, ",
    ]


def test_labels_that_are_a_pipe_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "labels.csv")
    with pytest.raises(ConfigError, match="is not a file"):
        read_labels(tmp_path)
