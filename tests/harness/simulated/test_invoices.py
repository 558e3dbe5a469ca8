"""The simulated reader of invoices: what it knows, what it is told, and what its evaluator sees."""

from __future__ import annotations

import time

import pytest

from harness.simulated.guidelines import Rule, sentences
from harness.simulated.skills.invoices.advice import at_issuer, chosen, never, read, together
from harness.simulated.skills.invoices.induction import generalised
from harness.simulated.skills.invoices.page import read_page
from harness.simulated.skills.invoices.rules import understand

from .prompts import CERTAIN, ask, evaluate, experience, merge, optimize

SUPPLIER = (
    "<cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName><cac:PostalAddress>"
    "<cac:Country><cbc:IdentificationCode>{country}</cbc:IdentificationCode></cac:Country></cac:PostalAddress></cac:Party>"
    "</cac:AccountingSupplierParty>"
)
PADDING = "<cbc:UUID>00000000-0000-0000-0000-000000000000</cbc:UUID>" * 4
FILE = "<cbc:Note>B/L No: MEDU123456789</cbc:Note><cbc:Note>Your file: 847 5321 9084</cbc:Note>"


def invoice(body: str, name: str = "Aksu-Duran Haulage Ltd", country: str = "GB") -> str:
    return (
        f'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">{PADDING}{body}'
        f"{SUPPLIER.format(name=name, country=country)}</Invoice>"
    )


def answer(body: str, instruction: str = "", name: str = "Aksu-Duran Haulage Ltd", **sim: float) -> str:
    system = f"You read invoices (UBL, XML).\n\n<instruction>\n{instruction}\n</instruction>\n\nReference: the number"
    user = f"<document>\n{invoice(body, name)}\n</document>"
    return ask(system, user, sim={**CERTAIN, **sim}).removeprefix("Reference: ")


def documented(value: str, label: str, tag: str = "DocumentType") -> str:
    return (
        f"<cac:AdditionalDocumentReference><cbc:ID>{value}</cbc:ID><cbc:{tag}>{label}</cbc:{tag}>"
        "</cac:AdditionalDocumentReference>"
    )


# The plain reader.


@pytest.mark.parametrize(
    "body",
    [
        "<cbc:Note>B/L No: MEDU123456789</cbc:Note><cbc:Note>Transport ref: 847 5321 9084</cbc:Note>",
        documented("MEDU123456789", "B/L") + documented("847 5321 9084", "Ref. expedición"),
        "<cbc:Note>CMR NO 1234567</cbc:Note><cbc:Note>SEVKIYAT REFERANS NO 847 5321 9084</cbc:Note>",
        "<cbc:Note>Yük Ref.-847 5321 9084</cbc:Note>",
    ],
)
def test_it_reads_labels_that_say_transport(body: str) -> None:
    assert answer(body) == "847 5321 9084"


def test_it_falls_for_better_looking_numbers() -> None:
    assert answer(FILE) == "MEDU123456789"


def test_common_sense_helps_at_times() -> None:
    assert answer(FILE, sense=1.0) == "847 5321 9084"


def test_a_slip_takes_what_catches_the_eye() -> None:
    both = "<cbc:Note>CMR: CMR1234567</cbc:Note><cbc:Note>Transport ref: 847 5321 9084</cbc:Note>"
    assert answer(both, slip=1.0) == "CMR1234567"


def test_a_document_without_any_number() -> None:
    assert answer("<cbc:Note>Thank you</cbc:Note>") == "not found"


# What it is told.


@pytest.mark.parametrize(
    "instruction",
    [
        'The reference is the number labelled "Your file".',
        'Prefer "Your file" to anything else.',
        'Use "YOUR FILE" instead of "B/L No".',
        "Answer with the customer's file number, never B/L, AWB, CMR or container.",
        "Give the buyer's file number.",
        'For invoices from "Aksu-Duran Haulage", read the value next to "Your file".',
        'When you see "Your file", take that number.',
        'On English invoices, use the number after "Your file".',
        'Never answer with "B/L No".',
        "Ignore bills of lading.",
    ],
)
def test_wordings_that_lift(instruction: str) -> None:
    assert answer(FILE, instruction) == "847 5321 9084"


@pytest.mark.parametrize(
    "instruction",
    [
        "",
        "Be careful.",
        "Read the whole document.",
        'On Turkish invoices, use "Your file".',
        'For invoices from "Other Ltd", read "Your file".',
    ],
)
def test_what_says_nothing_of_this_document_changes_nothing(instruction: str) -> None:
    assert answer(FILE, instruction) == answer(FILE)


def test_a_wrong_instruction_harms() -> None:
    plain = "<cbc:Note>B/L No: MEDU123456789</cbc:Note><cbc:Note>Transport ref: 847 5321 9084</cbc:Note>"
    assert answer(plain) == "847 5321 9084"
    assert answer(plain, "Always answer with the bill of lading.") == "MEDU123456789"
    assert answer(plain, 'Never use "Transport ref".') == "MEDU123456789"


AKSU = 'On invoices from "Aksu-Duran Haulage"'
CMR = "<cbc:Note>CMR: CMR1234567</cbc:Note>"
MIDDLE = "<cbc:Note>34 ABC 123 / 847 5321 9084 / JOB123456</cbc:Note>"
ORDER = f"{CMR}<cac:OrderReference><cbc:ID>4711-0815</cbc:ID></cac:OrderReference>"
BUYER = f"<cbc:BuyerReference>4711-0815</cbc:BuyerReference>{CMR}"
PARTS = "<cbc:Note>Transport ref: 847 5321</cbc:Note>" + documented("9084", "Transport ref")
TOLD = [
    ("<cbc:Note>Transport ref: KN/847 5321 9084</cbc:Note>", 'Drop the prefix "KN/".', "847 5321 9084"),
    ("<cbc:Note>Transport ref: KN/847 5321 9084</cbc:Note>", "If it begins with KN/, remove that.", "847 5321 9084"),
    ("<cbc:Note>Transport ref: 1234-5678/01</cbc:Note>", 'Leave out a leg suffix such as "/02".', "1234-5678"),
    ("<cbc:Note>Transport ref: 8475 3219 0841</cbc:Note>", "Remove the spaces.", "847532190841"),
    ("<cbc:Note>Transport ref: 111222, 333444</cbc:Note>", "Of several numbers, use the last one.", "333444"),
    (MIDDLE, f"{AKSU}, read the Note and take the middle part.", "847 5321 9084"),
    (ORDER, "For invoices from Aksu-Duran Haulage, use the order reference.", "4711-0815"),
    (BUYER, f'{AKSU}: read "cbc:BuyerReference".', "4711-0815"),
    (PARTS, "Join the two parts with a space.", "847 5321 9084"),
]


@pytest.mark.parametrize(("body", "instruction", "wanted"), TOLD, ids=[wanted for *_, wanted in TOLD])
def test_places_and_transformations(body: str, instruction: str, wanted: str) -> None:
    assert answer(body) != wanted
    assert answer(body, instruction) == wanted


@pytest.mark.parametrize(
    "sentence",
    [
        "Extract the transport reference number from the invoice.",
        "Read the whole document before answering.",
        "Think step by step.",
        "The weather is fine.",
        'The "best" approach is to be careful',
        "",
    ],
)
def test_small_talk_means_nothing(sentence: str) -> None:
    assert understand(sentence) == ()


def test_polarity_within_a_sentence() -> None:
    rules = understand('Use "Su expediente" rather than "Carta de porte" but never the container number.')
    assert set(rules) == {
        Rule("read", "", "label:su expediente"),
        Rule("read", "", "label:carta de porte", False),
        Rule("read", "", "family:container", False),
    }


# The other roles.


def attempt(body: str, given: str) -> str:
    return f"Step 1\nAction: read the invoice\nObservation: {invoice(body)}\nAnswer: {given}"


def reading(body: str, truth: str, given: str, outcome: str = "failure") -> dict[str, str]:
    parts = ("Extract it.", "en", "What is the reference?", truth, outcome, attempt(body, given))
    return evaluate(*parts, sim={**CERTAIN, "causes": 3})


TYPED = documented("MEDU123456789", "BOL ID", "DocumentTypeCode") + documented("847532", "File ID", "DocumentTypeCode")
ITEM = "<cac:Item><cbc:Description>847 5321 9084 / Road freight, 10/2026</cbc:Description></cac:Item>"
LEARNED = [
    (FILE, "847 5321 9084"),
    ("<cbc:Note>Transport ref: KN/847 5321 9084</cbc:Note>", "847 5321 9084"),
    ("<cbc:Note>Transport ref: 8475/01</cbc:Note>", "8475"),
    ("<cbc:Note>Transport ref: 8475 3219</cbc:Note>", "84753219"),
    ("<cbc:Note>Poz. No: 111222, 333444, 555666</cbc:Note>", "555666"),
    (MIDDLE, "847 5321 9084"),
    ("<cbc:Note>Vs. rif. 847 5321</cbc:Note>" + documented("9084", "Vs. rif."), "847 5321 9084"),
    (ORDER, "4711-0815"),
    (TYPED, "847532"),
    (f"<cac:InvoiceLine>{ITEM}</cac:InvoiceLine>{CMR}", "847 5321 9084"),
]


@pytest.mark.parametrize(("body", "truth"), LEARNED)
def test_what_the_evaluator_advises_leads_to_the_truth_and_never_names_it(body: str, truth: str) -> None:
    written = reading(body, truth, answer(body))
    assert written["verdict"] == "incorrect"
    assert truth not in " ".join(written.values())
    assert all(understand(one.text) for one in sentences(written["advice"]))
    assert answer(body, written["advice"]) == truth


def test_a_success_is_told_from_a_failure() -> None:
    assert reading(FILE, "847 5321 9084", "847 5321 9084", "success")["verdict"] == "correct"
    assert "B/L No" in reading(FILE, "847 5321 9084", "MEDU123456789")["failed"]


def test_the_optimizer_writes_what_was_advised_and_the_agent_then_knows() -> None:
    evaluation = reading(FILE, "847 5321 9084", "MEDU123456789")
    block = experience("en", "failure", "What is the reference?", attempt(FILE, "MEDU123456789"), evaluation)
    text = optimize("Extract the transport reference number from the invoice.", [block, block], sim=CERTAIN)
    assert text.startswith("Extract the transport reference number from the invoice.")
    assert text.count('"Your file"') == 1
    assert answer(FILE, text) == "847 5321 9084"


def test_the_merger_joins_and_follows_the_better_one() -> None:
    purpose = "It reads invoices (UBL, XML) and answers with the reference."
    one = f"Extract it.\n- {read('Your file')}\n- {never('B/L No')}"
    other = f"Extract it.\n- {read('B/L No')}\n- {read('Vs. pratica')}"
    text = merge([("9 of 10", one), ("2 of 10", other)], purpose=purpose, sim=CERTAIN)
    assert '"Your file"' in text
    assert '"Vs pratica"' in text or '"Vs. pratica"' in text
    assert text.count('"B/L No"') == 1
    assert answer(FILE, text) == "847 5321 9084"


def test_labels_are_named_in_one_sentence_that_means_the_same() -> None:
    notes = [read(label) for label in ("Your file", "Poz. No", "Su ref.")] + [
        at_issuer("A S.p.A.", "read the element Note")
    ]
    lines = together(notes)
    assert len(lines) == 2
    before = {rule for note in notes for rule in understand(note)}
    assert {rule for line in lines for rule in understand(line)} == before
    assert all(len(sentences(line)) == 1 for line in lines)


# Rules of a forwarder: which number, and how it is written, by what a document shows.

LINES = (
    "<cac:InvoiceLine><cbc:Note>Transport ref: 222222222222</cbc:Note><cbc:LineExtensionAmount>10.00"
    "</cbc:LineExtensionAmount><cac:Item><cbc:Name>Ocean freight</cbc:Name></cac:Item></cac:InvoiceLine>"
    "<cac:InvoiceLine><cbc:Note>Transport ref: 333333333333</cbc:Note><cbc:LineExtensionAmount>90.00"
    "</cbc:LineExtensionAmount><cac:Item><cbc:Name>Quay dues</cbc:Name></cac:Item></cac:InvoiceLine>"
)
PLACES = f"<cbc:Note>Transport ref: 111111111111</cbc:Note>{LINES}"
LISTED = "<cbc:Note>Transport ref: MAD/004444/02, MAD/002222/01, MAD/003333/04</cbc:Note><cbc:Note>Branch: K</cbc:Note>"
DATED = "<cbc:Note>Transport ref: 555555 (2026-03-09), 666666 (2026-02-01)</cbc:Note>"
TWO = LINES.replace("Transport ref: 222222222222", "Transport ref ½: 222222").replace("Transport ref: 333333333333", "")
HALVES = f"<cbc:Note>Transport ref ½: 111111</cbc:Note>{TWO}"
FILES = "<cbc:Note>Position no: 11</cbc:Note><cbc:Note>Your file: 22</cbc:Note><cbc:Note>Shipment no: 333</cbc:Note>"


@pytest.mark.parametrize(
    ("body", "instruction", "wanted"),
    [
        (PLACES, "On invoices for sea services, answer with the reference of the first line.", "222222222222"),
        (PLACES, "For English invoices, use the line with the highest amount.", "333333333333"),
        (PLACES, "On invoices from hauliers, take the reference in the header.", "111111111111"),
        (PLACES, "On invoices for air or road services, use the reference of the first line.", "111111111111"),
        (LISTED, "Take the last number of the list. Drop the prefix and keep the suffix.", "003333/04"),
        (LISTED, "Take the smallest number of the list. Remove the suffix.", "MAD/002222"),
        (LISTED, "On English invoices, drop the leading zeros. Append the branch letter.", "MAD/4444/02-K"),
        (LISTED, "On Turkish and Italian invoices, drop the leading zeros.", "MAD/004444/02"),
        (DATED, "Take the number with the earlier date.", "666666"),
        (DATED, "If there are dates, choose the one with the latest date.", "555555"),
        (HALVES, "Put the half in the line first and the half in the header after it.", "222222111111"),
        (FILES, "On invoices from hauliers, answer with the shipment number.", "333"),
        (FILES, "On invoices from customs brokers or hauliers, answer with the customer's file number.", "22"),
        (FILE, "Write the digits in groups of four. Use the customer's file number.", "8475 3219 084"),
    ],
)
def test_rules_of_a_forwarder_are_followed_where_their_conditions_hold(
    body: str, instruction: str, wanted: str
) -> None:
    assert answer(body, instruction) == wanted


def test_the_nearest_case_serves_where_nothing_else_is_said() -> None:
    near = "On English invoices for air services from terminals, take the last number of the list."
    nearer = "On English invoices for air services from hauliers, take the smallest number of the list."
    assert answer(LISTED, near).startswith("MAD/003333")
    assert answer(LISTED, f"{near}\n{nearer}").startswith("MAD/002222")
    assert answer(LISTED, f"{near}\n{nearer}\nOn English invoices, take the first number of the list.").startswith(
        "MAD/004"
    )


def stated(kind: str, value: str, lang: str, service: str, part: str) -> str:
    return chosen(kind, value, conditions={"lang": [lang], "service": [service], "part": [part]})


def test_cases_that_one_axis_explains_become_rules_and_others_stay() -> None:
    cases = [
        stated("suffix", "drop", "tr", "road", "haulier"),
        stated("suffix", "keep", "en", "road", "haulier"),
        stated("suffix", "drop", "tr", "sea", "broker"),
        stated("suffix", "keep", "es", "sea", "haulier"),
    ]
    assert generalised(cases) == [
        "On Turkish invoices, drop the suffix.",
        "On English and Spanish invoices, keep the suffix.",
    ]
    assert generalised(cases[:2]) == cases[:2]
    torn = [*cases, stated("suffix", "keep", "tr", "air", "terminal")]
    assert generalised(torn) == torn
    assert set(understand(cases[0])) == {Rule("suffix", "lang:tr&service:road&part:haulier", "drop")}


def test_pages_survive_being_cut_anywhere() -> None:
    text = invoice(FILE + documented("1", "CMR"))
    for end in range(0, len(text), 5):
        read_page(text[:end])


def test_a_long_document_is_read_in_milliseconds() -> None:
    lines = "".join(
        f"<cac:InvoiceLine><cbc:ID>{i}</cbc:ID><cbc:Note>Container: QZXU{i:07d}</cbc:Note></cac:InvoiceLine>"
        for i in range(120)
    )
    body = "<cbc:Note>Transport ref: 847 5321 9084</cbc:Note>" + lines
    assert answer(body) == "847 5321 9084"
    times = []
    for number in range(5):
        began = time.process_time()
        read_page(invoice(body, f"Name {number}"))
        times.append(time.process_time() - began)
    assert min(times) < 0.005
