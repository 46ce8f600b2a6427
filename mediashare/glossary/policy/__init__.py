"""Which terms recognisers are told, what is replaced after them, and who keeps a glossary."""

from mediashare.glossary.policy.keeping import Place as Place
from mediashare.glossary.policy.keeping import may_keep as may_keep
from mediashare.glossary.policy.keeping import may_read as may_read
from mediashare.glossary.policy.matching import Replacement as Replacement
from mediashare.glossary.policy.matching import Replacer as Replacer
from mediashare.glossary.policy.terms import Term as Term
from mediashare.glossary.policy.terms import choose_terms as choose_terms
from mediashare.glossary.policy.terms import key_of as key_of
from mediashare.glossary.policy.terms import words_of as words_of
