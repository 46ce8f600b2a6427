"""Which terms recognisers are told first."""

from datetime import timedelta

from mediashare.glossary.policy import choose_terms
from mediashare.glossary.policy.terms import MOST_TOLD
from tests.glossary.terms import OLD, make_term


def test_the_groups_terms_come_first_then_what_is_met_most_then_what_is_new() -> None:
    terms = [
        make_term("seldom of the house", uses=1),
        make_term("often of the house", uses=9),
        make_term("new of the house", uses=1, created_at=OLD + timedelta(days=1)),
        make_term("never of the group", is_of_group=True),
        make_term("often of the group", is_of_group=True, uses=3),
        make_term("in German", language="de", uses=99),
    ]

    assert choose_terms(terms, "en-GB") == [
        "often of the group",
        "never of the group",
        "often of the house",
        "new of the house",
        "seldom of the house",
    ]


def test_a_term_is_told_once_as_the_group_writes_it() -> None:
    terms = [make_term("KubeCtl", uses=9), make_term("kubectl", is_of_group=True)]

    assert choose_terms(terms, None) == ["kubectl"]


def test_a_large_glossary_is_not_told_whole() -> None:
    terms = [make_term(f"Term {number}", ident=f"{number:04}") for number in range(500)]

    assert len(choose_terms(terms, "en")) == MOST_TOLD
