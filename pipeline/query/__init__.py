"""A boolean query over texts: what a researcher asks before there is a lexicon.

    阿里 女员工                  both words: adjacency is AND
    阿里 OR 淘宝 AND 陪酒        AND binds more tightly than OR, NOT more tightly than AND
    (劝酒 OR 灌酒) NEAR/10 领导  at most ten characters between the nearest edges, in either order
    "拒绝 陪酒"                  a phrase: these characters in this order, blanks between Han left out
    /女.{0,3}工/                 a regular expression (RE2) on the normal form, whatever the case
    match:boundary 破冰          only where both edges of the word are edges of jieba tokens

`parse` reads a query, `Query.matches` says which of many texts it finds. Words and phrases are brought into normal form
(`pipeline.text.normalise`), and so are the texts; a Latin or digit edge of a word touches no other Latin letter or
digit, as in `pipeline.match`. docs/query.md describes the language.
"""

from pipeline.query.grammar import parse
from pipeline.query.search import Query

__all__ = ["Query", "parse"]
