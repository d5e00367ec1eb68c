"""From an expression to nodes, and from a slip to a sentence that points at it.

The language is a grammar of lark. A `match:` at the beginning or the end of the query, or of a parenthesis, holds for
all of it; anywhere else it holds for the word or parenthesis after it; and the innermost one decides.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NoReturn

import pyarrow as pa
import pyarrow.compute as pc
from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from pipeline.errors import InputError
from pipeline.query.nodes import And, Near, Node, Or, Pattern, Place, Term, denied, joined, settled
from pipeline.query.search import Query
from pipeline.text import normalise

_GRAMMAR = r"""
?start: scope
?scope: either | WHOLE either -> held | either WHOLE -> held_before
?either: both (_OR both)*
?both: one (_AND? one)*
?one: near | _NOT one -> negated
?near: item | item NEAR item
?item: atom | MATCH atom -> held
?atom: WORD -> word | PHRASE -> phrase | REGEX -> regex | _OPEN scope _CLOSE

_AND: "AND"
_OR: "OR"
_NOT: "NOT"
_OPEN: /[(（]/
_CLOSE: /[)）]/
NEAR.2: /NEAR[\/／]\w*/
MATCH.2: /match[:：]\w*/i
PHRASE: /["“”＂][^"“”＂]*["“”＂]|「[^」]*」|『[^』]*』|‘[^’]*’/
REGEX: /[\/／](\\.|[^\\\/／])*[\/／]/s
WORD: /[^\s()（）"“”＂「」『』‘’\/／]+/
%ignore /\s+/
%declare WHOLE
"""
_DEEPEST = 50
_LONGEST = 20_000
_AROUND = 16
_A_TERM = 'a word, a "phrase", a /regular expression/ or a parenthesis'
_SIGNS = re.compile(r"^[-+－＋]|[*?|!~^\\\[\]{}<>=;,:&，。；、！？：…＊｜～＆＝]")
_INSTEAD = {
    "|": "write OR between words",
    "&": "write AND between words",
    "-": "write NOT before a word",
    "!": "write NOT before a word",
}
_EDGE_OF_HAN = re.compile(r"\\b(?=[(\[]*[\u3400-\u9fff])|(?<=[\u3400-\u9fff])[)\]]*\\b")
_UNPRINTED = re.compile("[\\s\ud800-\udfff]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def parse(expression: str) -> Query:
    """The query that an expression states. Raises InputError that points at the place of a slip."""
    if not expression.strip():
        raise InputError("The query is empty; give it a word to look for.")
    if len(expression) > _LONGEST:
        raise InputError(f"The query has {len(expression):,} characters; {_LONGEST:,} is the most.")
    if lone := re.search("[\ud800-\udfff]", expression):
        _refuse(expression, lone.start(), "this is no character; give the query in UTF-8")
    try:
        node: Any = _parser().parse(expression)
    except _Slip as slip:
        _refuse(expression, slip.at, slip.what)
    except UnexpectedInput as error:
        _refuse(expression, *_explained(error, expression))
    return Query(settled(node, boundary=False))


class _Slip(Exception):
    """What is wrong with a token, and where."""

    def __init__(self, at: int | None, what: str):
        super().__init__(what)
        self.at, self.what = at or 0, what


def _refuse(expression: str, at: int, what: str) -> NoReturn:
    left, right = expression[max(0, at - _AROUND) : at], expression[at : at + _AROUND]
    excerpt = "…" * (at > _AROUND) + f"{left}^{right}" + "…" * (at + _AROUND < len(expression))
    message = f"The query cannot be read at the mark ^ in «{excerpt}»: {what}."
    raise InputError(_UNPRINTED.sub(" ", message)) from None


def _explained(error: UnexpectedInput, expression: str) -> tuple[int, str]:
    """Where the parser stopped, and what it expected there, in words."""
    if isinstance(error, UnexpectedCharacters):
        at = error.pos_in_stream or 0
        if expression[at] in "/／":
            return at, "the regular expression that begins here has no closing slash; a slash in a phrase is one"
        return at, "the quotation that begins here is not closed"
    if not isinstance(error, UnexpectedToken):
        return len(expression), f"{_A_TERM} is missing"
    token, at = error.token, error.token.start_pos or 0
    missing = "WORD" in error.expected and "_OR" not in error.expected
    match token.type:
        case "$END":
            what = f"{_A_TERM} is missing at the end" if missing else "a parenthesis is not closed; add )"
            return len(expression.rstrip()), what
        case "WHOLE" if missing:
            return at + len(token), f"{_A_TERM} is missing after {token}"
        case _ if missing:
            return at, f"{_A_TERM} is missing before {token}"
    return at, {
        "_CLOSE": "this parenthesis closes none",
        "NEAR": "NEAR joins two; write a NEAR/5 b AND b NEAR/5 c",
        "WHOLE": "one match: is enough for a whole query or parenthesis",
    }.get(token.type, f"AND, OR, {_A_TERM} is expected here")


class _Scopes:
    """Tells a `match:` that holds for a whole query or parenthesis from one for the word after it."""

    always_accept = ()

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        before: str | None = None
        held: Token | None = None
        depth = 0
        for token in stream:
            depth += (token.type == "_OPEN") - (token.type == "_CLOSE")
            if depth > _DEEPEST:
                raise _Slip(token.start_pos, f"more than {_DEEPEST} parentheses stand inside one another")
            if held is not None:
                yield _whole(held) if before in (None, "_OPEN") or token.type == "_CLOSE" else held
                before, held = "MATCH", None
            if token.type == "MATCH":
                held = token
            else:
                yield token
                before = token.type
        if held is not None:
            yield _whole(held)


def _whole(token: Token) -> Token:
    return Token.new_borrow_pos("WHOLE", token.value, token)


@v_args(inline=True)
class _Builder(Transformer[Token, Node]):
    def either(self, *parts: Node) -> Node:
        return joined(Or, parts)

    def both(self, *parts: Node) -> Node:
        return joined(And, parts)

    def negated(self, part: Node) -> Node:
        return denied(part)

    def held(self, mode: Token, node: Node) -> Node:
        name = re.split("[:：]", mode.lower())[1]
        if name not in ("substring", "boundary"):
            raise _Slip(mode.start_pos, "match: is followed by substring or by boundary, without a blank")
        if isinstance(node, Pattern):
            raise _Slip(mode.start_pos, "match: is for words and phrases; a regular expression states its own edges")
        return settled(node, boundary=name == "boundary")

    def held_before(self, node: Node, mode: Token) -> Node:
        return self.held(mode, node)

    def near(self, left: Node, near: Token, right: Node) -> Node:
        number = re.split("[/／]", near)[1]
        if not number.isdecimal() or len(number) > 4:
            raise _Slip(near.start_pos, "NEAR takes a number of characters up to 9999, such as NEAR/10")
        return Near(_places(left, near), _places(right, near), int(number))

    def word(self, token: Token) -> Node:
        if (operator := normalise(token)) in ("and", "or", "not", "near"):
            hint = "NEAR/10, with a number" if operator == "near" else operator.upper()
            raise _Slip(token.start_pos, f'write {hint}, if it joins words, or "{token}", if it is one')
        if sign := _SIGNS.search(token):
            instead = _INSTEAD.get(normalise(sign[0]), "this sign has no meaning here; leave it out")
            what = f"{instead}, or put the word in quotation marks if the sign {sign[0]} belongs to it"
            raise _Slip((token.start_pos or 0) + sign.start(), what)
        return _term(token, token)

    def phrase(self, token: Token) -> Node:
        return _term(token, token[1:-1])

    def regex(self, token: Token) -> Node:
        source = token[1:-1]
        if what := _fault(source):
            raise _Slip(token.start_pos, what)
        return Pattern(source)


def _term(token: Token, words: str) -> Term:
    normal = normalise(words).strip()
    if not normal:
        raise _Slip(token.start_pos, "nothing is left of this in normal form")
    return Term(normal)


def _places(node: Node, near: Token) -> tuple[Place, ...]:
    parts = node.parts if isinstance(node, Or) else (node,)
    places = tuple(part for part in parts if isinstance(part, Term | Pattern))
    if len(places) < len(parts):
        what = "NEAR joins words, phrases and regular expressions, or several of them in parentheses with OR"
        raise _Slip(near.start_pos, f"{what}; AND, NOT and NEAR have no place in the text")
    return places


def _fault(source: str) -> str:
    """Why a regular expression cannot be used: it is none, or it could never find what it seems to ask for."""
    for run in _NOT_ASCII.findall(source):
        if normalise(run) != run:
            normal = normalise(run)
            return f"a regular expression is matched with the normal form, which has {normal or 'nothing'} for {run}"
    if _EDGE_OF_HAN.search(source):
        return r"\b sees no edge between Chinese characters; leave it out, or seek a word with match:boundary"
    try:
        empty = pc.match_substring_regex(pa.array([""]), pattern=f"(?i){source}")[0].as_py()
    except pa.ArrowInvalid as error:
        reason = str(error).partition(": ")[2].replace("(?i)", "")
        return f"RE2 refuses this regular expression ({reason}); it knows no look-ahead and no back-references"
    return "this regular expression is found in any text; ask for one character at least" if empty else ""


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer="basic", postlex=_Scopes(), transformer=_Builder())
