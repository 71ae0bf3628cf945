"""Sentences to clauses: who says it is taken off, then the sentence is cut where a new predicate or a new comparison begins."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from comity.claims.items import items, keys
from comity.claims.places import Place
from comity.claims.tokens import Item
from comity.claims.words import AUXILIARY, INVARIANT, PLURALS, SAYING, forms

NOUNS_TOO = frozenset(
    """vote export import trade visit rank share return record report fall rise drop increase gain change cost number work study value deal tie talk
    total rate market place supply demand limit match plan project mark point level exchange purchase transfer use need hold host act answer aim claim
    end start force form note offer show sign state stop support surge slump target touch turn view worry help hope lead link list look boost cut jump
    leap lift peak pledge plunge push raise range reach rebound request meeting ban balance benefit cause charge cover credit decline decrease doubt face
    fear finance flow forecast fuel judge last climb collapse label measure pass pay pressure price promise rally refuse retreat shape shift ship side
    slide spark split spread stay swap swing table tour trail treat tumble veto wait want warn wish yield house issue express import better contract
    fight join land mean mission produce open season""".split()
)  # fmt: skip
DETERMINERS = frozenset(
    "the a an this that these those its their our his her my your no any some every each such all of in on for with from by at as".split()
)
SUBORDINATE = frozenset("although though while whereas".split())
ADVERBIAL = frozenset("when after before once until as since if because unless given".split())
OPENERS = frozenset("and but yet so still then indeed moreover however even also nor or".split())
CUT = {"and": "and", "but": "but", "yet": "but", "while": "but", "whereas": "but", "although": "but", "though": "but", "nor": "and", "plus": "and"}
RELATIVE = frozenset("which who whose where when".split())
THEN = r"(?:figure|level|total|value|number|sum|amount|volume|turnover|count|share|' s)"
"""What stands for the same quantity at another time: the 2012 figure, 2012's total."""
TAIL = re.compile(
    r"^ (?:or |and |but |that be |be |some |this be |nearly |it be )*(?:<x> (?:(?:as|more|less|the|its|their|that|what|those|higher|larger|bigger|greater|fewer|lower|smaller|over|of|above|<WE>|<S>|<S's>|<SA>) |"
    rf"<T> {THEN} )|(?:<pct>|<share>) (?:more|less|fewer|higher|lower|larger|smaller|bigger|above|below|over|under) (?:than |the |what |that |those |its |their )*(?:[a-z]+ ){{0,3}}?<T> |"
    rf"<share> (?:of )?the (?:<usd>|<n>) (?:[a-z]+ )?<T> |(?:more|less|fewer|higher|lower) than the (?:<usd>|<n>) (?:[a-z]+ )?<T> |"
    rf"<share> (?:of )?(?:the |what |that |those |as |its )(?:[a-z]+ ){{0,3}}?<T> |(?:the )?(?:high|low|large|small|biggest|most|least)[a-z]* (?:[a-z]+ ){{0,2}}<T> )"
)
DEFINING = re.compile(
    r" (?:by .{1,60}? (?:<WE>|one|it) mean| mean by |<WE> (?:speak|talk) of |<WE> (?:call|define|understand) |as <WE> (?:use|understand)|be define as|"
    r"what <WE> call|in this (?:text|paper|note|report|letter|brief),? .{1,40} (?:mean|be)|[^<>]{0,40} (?:mean|imply) that |essentially mean|stand for the|"
    r"refer to |(?:the )?term .{1,40} (?:mean|be use|denote|describe)|count as |be say to|(?:be )?take to mean|for <WE> ,? .{1,40} mean) ?"
)
JOINTS = frozenset((",", "(", "-", "—", *CUT))
MOST_JOINTS = 40
"""Commas and conjunctions of a sentence; one with more is a list, and is not cut."""
OUGHT = re.compile(r" (?:should|must|ought) ")
CAUSAL = re.compile(r" (?:because|if|so that|thanks? to|owing to|therefore|hence|as a result) ")


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One clause: its items, where it stands, what the sentence says around it.

    who: the words of an attribution. reporter: the state whose statistics are named. rejected: the author says that it is not so.
    main: index of the first item of the main clause, after a subordinate one that stands before. opening: items before a cut that hold for it.
    """

    items: tuple[Item, ...]
    start: int
    end: int
    who: str = ""
    reporter: str = ""
    rejected: bool = False
    question: bool = False
    tail: bool = False
    speakers: tuple[str, ...] = ()
    after: tuple[Item, ...] = ()
    shared: tuple[Item, ...] = ()
    conditional: bool = False
    follows: bool = False
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def keys(self) -> str:
        """What the rules see of the clause."""
        return keys(self.items)


def is_finite(found: list[Item], i: int) -> bool:
    """Whether the word at i is a verb that carries a clause: an auxiliary, or a form whose neighbours leave no other reading."""
    item = found[i]
    if item.value is not None or (item.quantity is not None and item.key.startswith("<")):
        return False
    if item.low in AUXILIARY or item.low.endswith("n't"):
        return not (item.low == "may" and item.capital)
    form = forms().get(item.low)
    if form is None or form[1] == "ing":
        return False
    before = found[i - 1] if i else None
    after = found[i + 1] if i + 1 < len(found) else None
    bare = before.low if before is not None and before.value is None and before.quantity is None else ""
    governed = bare in DETERMINERS or bare == "to" or getattr(before and before.value, "possessive", False)
    if governed and not (bare in ("that", "all", "each") and form[1] != "base"):
        return False
    if before is not None and (before.low in AUXILIARY or before.low in ("not", "been", "being", "be")):
        return False
    if before is not None and before.key == "<S's>":
        return False
    base, tense = form
    if tense == "ed":
        if after is not None and after.low == "by" and before is not None and before.key not in ("<T>", "<PAIR>", "<S>", "it", "they"):
            return False
        if base in ("base", "name", "unite", "mix", "bear") and item.low != "bore":
            return False
        if before is not None and before.key == "<SA>" and after is not None and after.quantity is None and after.value is None:
            return base not in ("limit",) and item.low not in ("led", "owned", "made", "held")
        return not (before is None and after is not None and after.low == "by")
    if tense == "s":
        if base in NOUNS_TOO:
            if before is None or bare in DETERMINERS or before.quantity is not None or before.key in ("<SA>", "<S's>", "<PAIR>", "and"):
                return False
            return after is not None and (after.low in ("the", "a", "an", "that", "to", "more", "less", "its", "on", "no", "for", "about", "only", "with", "from", "as", "at", "out", "up")
                                          or after.quantity is not None or after.value is not None)  # fmt: skip
        return True
    if before is None:
        return False
    if item.low in INVARIANT and item.low not in ("read",) and after is not None and before.quantity is None:
        return True
    plural = (
        before.low in PLURALS
        or before.key in ("<PAIR>", "<WE>", "they")
        or before.low in ("you", "who", "which", "still", "now", "also", "together", "i", "already", "each", "jointly", "not")
    )
    if before.key in ("<S>",) or (before.low.endswith("s") and before.low not in DETERMINERS and before.quantity is None):
        plural = (
            plural
            or base not in NOUNS_TOO
            or (after is not None and after.low in ("the", "a", "to", "together", "alike", "more", "less", "with", "on", "for", "about", "no", "its"))
        )
    return plural


def has_predicate(found: list[Item]) -> bool:
    """Whether a finite verb stands in these items."""
    return any(is_finite(found, i) for i in range(len(found)))


def clauses(text: str, start: int, end: int) -> list[Clause]:
    """The clauses of a sentence in order."""
    found = items(text, start, end)
    question = text[start:end].rstrip("\"')] ").endswith("?")
    who, reporter, rejected, found = _attribution(found, text)
    out: list[Clause] = []
    for part, tail, shared in _cut(found):
        inner = part
        if not inner:
            continue
        speaker, named, denied, inner = _attribution(inner, text) if (out or not who) else ("", "", False, inner)
        inner = _trim(inner)
        if not inner:
            continue
        line = keys(inner)
        out.append(
            Clause(
                items=tuple(inner), start=inner[0].start, end=inner[-1].end, who=speaker or who, reporter=named or reporter,
                rejected=rejected or denied, question=question, tail=tail, shared=tuple(shared), conditional=" if " in line[:12] or " if " in line,
                follows=bool(out), speakers=_speakers(speaker or who), after=tuple(part_before(out)),
            )
        )  # fmt: skip
    return out


def part_before(out: list[Clause]) -> tuple[Item, ...]:
    """The items of the clause before, where it is one of time or condition that holds for the next."""
    return out[-1].items if out and out[-1].items[0].low in ADVERBIAL else ()


def _speakers(who: str) -> tuple[str, ...]:
    """The states whose people an attribution names."""
    if not who:
        return ()
    return tuple(dict.fromkeys(i.value.code for i in items(who, 0, len(who)) if isinstance(i.value, Place)))


def _trim(found: list[Item]) -> list[Item]:
    begin, end = 0, len(found)
    if found and found[0].low == "that" and has_predicate(found[2:]) and not (len(found) > 1 and is_finite(found, 1)):
        begin = 1
    while begin < end and (found[begin].low in OPENERS or found[begin].key in (",", ";", ":", "-", '"', "'", "(", ")", ".", "…")):
        begin += 1
    while end > begin and found[end - 1].key in (",", ";", ":", "-", '"', "'", "(", ".", "!", "?", "…", "and", "but"):
        end -= 1
    if end > begin and found[end - 1].key == ")" and not any(i.key == "(" for i in found[begin:end]):
        end -= 1
    return found[begin:end]


AGENCY = re.compile(r" (?:<SA>|<S's>|<S>|<WE>) (?:(?:own|official|national|federal|state|trade|foreign|border|central|statistical|statistic|census|customs|custom|government) ){0,3}"
                    r"(?:custom|customs|statistic|statistics|bank|office|bureau|service|return|data|figure|ledger|agency|authority|ministry|report|number|account|record|book) ")  # fmt: skip
OTHER_WAY = re.compile(
    r" (?:custom|customs|statistic|statistics|office|bureau|central bank|return|data|figure|agency|service) (?:of|in|from) (?:the )?(?:<S>|<WE>) "
)
SAY_WORDS = "|".join(sorted(SAYING))
LEAD = re.compile(
    rf"^ (?P<who>(?:[^,;:<>\"]|<(?!usd|pct|share|n|x)[A-Z's]+>|, )*?) ?(?P<say>{SAY_WORDS})(?: (?:on|in|at) [^ ]+| <T>| <WE>| to (?:<WE>|reporter|parliament|[a-z]+)| again| recently)?(?: ,)? that "
)
IT_IS = re.compile(
    r"^ (?:it be|it be often|it have be|there be) (?:often |widely |also |commonly |sometimes )?(?P<word>say|report|claim|estimate|believe|evident|clear|true|note|no secret|a fact|worth [a-z]+|expect|likely|hope|fear|think|hold|assert|repeat)(?: that| [a-z]+ that)? "
)
DENIED = re.compile(
    r"^ (?:it be (?:not (?:true|so|the case|correct|right)|wrong|false|untrue|a myth|a mistake|a lie|nonsense|simply not true|simply false|incorrect|mistaken)(?: to (?:say|claim|think|believe|suppose))?|"
    r"(?:nobody|no one|no-one) (?:should|can|could) (?:say|claim|think|believe)|(?:the )?(?:claim|myth|story|idea|notion|belief|rumour|assertion))(?: often hear| repeat)? that "
)
AFTER_DENIED = re.compile(
    r" (?:be|have be) (?:wrong|false|untrue|a myth|nonsense|not true|mistaken|refute|a legend|an error|incorrect|not so|an invention|unfounded|baseless|plain wrong|simply wrong|simply false) $"
)
TRAIL = re.compile(
    rf"^ (?P<who>(?:[^,;:<>\"]|<(?!usd|pct|share|n|x)[A-Z's]+>)*?) ?(?P<say>{SAY_WORDS})(?: (?:<WE>|<T>|on [^ ]+|in [^ ]+|at [^ ]+|to [^ ]+|it|again|recently|late|yesterday|(?:this|the|a|<SA>) [a-z]+)){{0,3}} $"
)

OPENLY = frozenset(("say", "claim", "argue", "insist", "believe", "think", ":"))
"""What a saying without "that" ends with."""
SAID = re.compile(rf"^ (?:[^,;:<>]|<(?:S|SA|S's|T)>){{0,80}}? (?:{SAY_WORDS}) :? ?(?=(?:the|<S|<PAIR>|trade|no|in|it) ?)")


def _words(found: list[Item], text: str) -> str:
    return text[found[0].start : found[-1].end] if found else ""


def _reporter(found: list[Item]) -> str:
    """The state whose statistics are named in these items: its customs, statistics, central bank, returns, figures."""
    line = keys(found)
    for pattern in (AGENCY, OTHER_WAY):
        if m := pattern.search(line):
            begin = line[: m.start()].count(" ")
            for item in found[begin : begin + m[0].count(" ")]:
                if isinstance(item.value, Place):
                    return item.value.code
                if item.key == "<WE>":
                    return "WE"
    return ""


def _index_after(line: str, end: int) -> int:
    """How many items end before this place of a line of keys."""
    return line[:end].rstrip(" ").count(" ")


def _attribution(found: list[Item], text: str) -> tuple[str, str, bool, list[Item]]:
    """Takes "X says that", "according to X", "X said on Monday" off; returns the words, the reporter, whether denied, and the rest."""
    who: list[str] = []
    reporter = ""
    denied = False
    for _ in range(3):
        line = keys(found[:60])
        m = DENIED.match(line) or IT_IS.match(line)
        if m:
            denied = denied or m.re is DENIED
            n = _index_after(line, m.end())
            if not has_predicate(found[n:]) and not any(i.quantity for i in found[n:]):
                break
            who.append(_words(found[:n], text))
            found = found[n:]
            if denied and (t := AFTER_DENIED.search(keys(found))):
                found = found[: _index_after(keys(found), t.start() + 1)]
            continue
        m = LEAD.match(line) if " that " in line else None
        if (
            m
            and not re.search(r" (?:mean|definition) | to [a-z]+ that $", line[: m.end()])
            and not any(i.quantity for i in found[: _index_after(line, m.end())])
        ):
            n = _index_after(line, m.end())
            denied = denied or bool(re.search(r" (?:wrongly|falsely|mistakenly|deny) ", line[: m.end()]))
            who.append(_words(found[: n - 1], text))
            reporter = reporter or _reporter(found[:n])
            found = found[n:]
            continue
        break
    at = next((k for k, i in enumerate(found) if i.low == "according"), -1)
    if at >= 0 and at + 1 < len(found) and found[at + 1].low == "to":
        stop = next((k for k in range(at + 2, len(found)) if found[k].key == ","), len(found))
        who.append(_words(found[at:stop], text))
        reporter = reporter or _reporter(found[at:stop])
        found = found[:at] + found[stop + 1 :] if at == 0 else found[: at - (found[at - 1].key == ",")] + found[stop:]
    commas = [k for k, i in enumerate(found) if i.key == ","]
    if commas:
        tail = found[commas[-1] + 1 :]
        stripped = _trim(tail)
        m = TRAIL.match(keys(stripped)) if stripped else None
        if m and len(stripped) < 16 and not any(i.quantity for i in stripped) and has_predicate(found[: commas[-1]]):
            who.append(_words(stripped, text))
            reporter = reporter or _reporter(stripped)
            found = found[: commas[-1]]
            commas = commas[:-1]
    for first, last in pairwise(commas[:MOST_JOINTS]):
        inner = _trim(found[first + 1 : last])
        m = TRAIL.match(keys(inner)) if inner else None
        if m and len(inner) < 12 and not any(i.quantity for i in inner):
            who.append(_words(inner, text))
            reporter = reporter or _reporter(inner)
            found = found[: first + 1] + found[last + 1 :]
            break
    quote = next((k for k, i in enumerate(found) if i.key == '"'), -1)
    if (
        quote > 0
        and any(found[k].lemma in SAYING for k in range(max(0, quote - 4), quote))
        and has_predicate(found[quote + 1 :])
        and not any(i.quantity for i in found[:quote])
    ):
        who.append(_words(found[:quote], text))
        found = found[quote + 1 :]
        close = next((k for k, i in enumerate(found) if i.key == '"'), len(found))
        found = found[:close] if len(found) - close < 4 else found
    else:
        head = found[:20]
        m2 = SAID.match(keys(head)) if not who and any(i.lemma in OPENLY for i in head) else None
        if m2:
            n = _index_after(keys(head), m2.end())
            if 0 < n < len(found) and found[n - 1].lemma in OPENLY and has_predicate(found[n:]):
                who.append(_words(found[:n], text))
                found = found[n:]
    if not reporter:
        reporter = _reporter(found) if re.match(r"^ (?:by|on|from|in) (?:the )?(?:<SA>|<S's>|<WE>)", keys(found[:4])) else ""
    return "; ".join(w for w in who if w), reporter, denied, found


def _cut(found: list[Item]) -> list[tuple[list[Item], bool, list[Item]]]:
    """Cuts a sentence into clauses: (items, is a tail without a predicate, items of the clause before)."""
    if sum(i.key in (";", ":", "-", "—") for i in found) > MOST_JOINTS:
        return [(found, False, [])]
    hard: list[list[Item]] = [[]]
    for k, item in enumerate(found):
        if item.key == ";" or (item.key == ":" and k and has_predicate(hard[-1]) and (has_predicate(found[k + 1 :]))):
            hard.append([])
        elif item.key == ":" and 0 < len(hard[-1]) <= 3 and has_predicate(found[k + 1 :]) and not any(i.quantity for i in hard[-1]):
            hard[-1] = []
        elif k and k + 1 < len(found) and (item.key == "—" or (item.key == "-" and item.start > found[k - 1].end and found[k + 1].start > item.end)):
            if has_predicate(hard[-1]) and (has_predicate(found[k + 1 :]) or TAIL.match(keys(_trim(found[k + 1 :]) or [item]))):
                hard.append([])
            else:
                hard[-1].append(replace(item, key=","))
        else:
            hard[-1].append(item)
    out: list[tuple[list[Item], bool, list[Item]]] = []
    for part in hard:
        out += _soft(part, out[-1][0] if out else [])
    return out


def _soft(part: list[Item], before: list[Item]) -> list[tuple[list[Item], bool, list[Item]]]:
    if not part:
        return []
    if sum(i.low in JOINTS for i in part) > MOST_JOINTS:
        return [(part, False, before)]
    line = keys(part)
    if DEFINING.search(line[:400]) or CAUSAL.search(line) or (OUGHT.search(line[:300]) and not any(i.quantity for i in part)):
        if CAUSAL.search(line) and any(i.key == "," for i in part) and _count(part) > 3:
            pass
        elif not (OUGHT.search(line) and re.search(r" (?:and|but) .{0,60}(?:should|must|ought|will) ", line)):
            return [(part, False, before)]
    out: list[tuple[list[Item], bool, list[Item]]] = []
    begin = 0
    k = 1
    depth = 0
    while k < len(part):
        item = part[k]
        left = part[begin:k]
        depth += (item.key == "(") - (item.key == ")")
        cut = 0
        comma = item.key == ","
        after = part[k + 1] if k + 1 < len(part) else None
        again = item.low in ("and", "but") and any(i.quantity for i in left) and TAIL.match(keys(part[k + 1 : k + 15])) is not None
        if again or (item.key == "(" and _parenthesis(part, k)):
            cut = 1
        elif comma and after is not None and after.low in CUT and _joins(left, part[k + 2 :], CUT[after.low]):
            cut = 2
        elif not comma and item.low in CUT and not _twins(part, k) and _joins(left, part[k + 1 :], CUT[item.low], bare=True) and not _between(left):
            cut = 1
        elif comma and after is not None and after.low in RELATIVE and has_predicate(left) and has_predicate(_until(part, k + 2)):
            cut = 2 if after.low in ("when", "where") else 1
        elif (
            (
                comma
                and (has_predicate(left) or any(i.key in ("<usd>", "<n>", "<pct>", "<share>") for i in left))
                and (TAIL.match(keys(_peeled(part[k + 1 :]))) or _against(left, part[k + 1 :]))
            )
            or (
                comma
                and left
                and left[0].low in SUBORDINATE | ADVERBIAL
                and has_predicate(left[1:])
                and has_predicate(part[k + 1 :])
                and left[0].low not in ("if", "because")
            )
            or (comma and has_predicate(left) and after is not None and _new_subject(part, k + 1))
        ):
            cut = 1
        if cut:
            out.append((left, _is_tail(left, before, out), before if not out else out[-1][0]))
            begin = k + cut - (1 if comma and cut == 1 else 0)
            k = begin + 1
            continue
        k += 1
    rest = part[begin:]
    if rest:
        out.append((rest, _is_tail(rest, before, out), out[-1][0] if out else before))
    return out


def _twins(part: list[Item], k: int) -> bool:
    """Whether a conjunction stands between two names of states of one form, so that it joins these."""
    return (
        k + 1 < len(part)
        and part[k - 1].key == part[k + 1].key
        and part[k].low in ("and", "or")
        and part[k - 1].key in ("<SA>", "<S>", "<S's>", "<T>", "<usd>", "<n>")
    )


def _count(part: list[Item]) -> int:
    return sum(is_finite(part, i) for i in range(len(part)))


def _is_tail(left: list[Item], before: list[Item], out: list[tuple[list[Item], bool, list[Item]]]) -> bool:
    return (bool(out) or (bool(before) and TAIL.match(keys(_peeled(left))) is not None)) and not has_predicate(left)


def _peeled(found: list[Item]) -> list[Item]:
    trimmed = found[:14]
    while trimmed and trimmed[0].low in ("or", "and", "that", "some"):
        trimmed = trimmed[1:]
    return trimmed or found[:1]


def _until(part: list[Item], k: int) -> list[Item]:
    stop = next((j for j in range(k, len(part)) if part[j].key in (",", ";")), len(part))
    return part[k:stop]


def _between(left: list[Item]) -> bool:
    """Whether an "and" closes "between X and Y" or joins two names."""
    recent = [i.low for i in left[-6:]]
    return "between" in recent and "and" not in recent[recent.index("between") :]


def _joins(left: list[Item], right: list[Item], how: str, *, bare: bool = False) -> bool:
    """Whether a conjunction joins two clauses: each with a predicate, or the second with a state and a quantity of its own."""
    if not has_predicate(left):
        return False
    reach = right
    for k, item in enumerate(right):
        if item.key in (";",) or (item.key == "," and k + 1 < len(right) and right[k + 1].low in CUT):
            reach = right[:k]
            break
    if how == "but":
        if has_predicate(reach):
            return True
        return any(i.quantity for i in reach) and any(i.key in ("<S>", "<SA>", "<S's>", "<WE>", "<OTHER>") for i in reach)
    if bare:
        verb = _first_verb(reach)
        if verb < 0:
            return (
                any(i.quantity and i.quantity.unit != "times" for i in reach) and any(i.quantity for i in left) and bool(reach) and reach[0].key in ("<S>", "<S's>", "<SA>")
                and not any(i.low in ("between", "from") for i in left[-4:])
            )  # fmt: skip
        first = reach[0]
        if verb == 0 or (verb == 1 and (first.low.endswith("ly") or first.low in ("then", "also", "still", "now", "even"))):
            return True
        if first.low in ("the", "in", "by", "for", "on", "at", "its", "their", "no", "that", "this", "there", "only", "none", "neither", "last", "some", "most") or first.key in (
            "<S>", "<SA>", "<S's>", "<PAIR>", "<WE>", "it", "they", "<T>", "<FORM>", "<OTHER>", "<usd>", "<n>", "<pct>", "<share>"):  # fmt: skip
            return not any(i.key == "," for i in reach[:verb]) or first.key == "<T>"
        return verb <= 4 and not any(i.key == "," for i in reach[:verb])
    return has_predicate(reach)


def _first_verb(found: list[Item]) -> int:
    return next((i for i in range(len(found)) if is_finite(found, i) or (i == 0 and forms().get(found[0].low, ("", ""))[1] in ("ed",))), -1)


def _parenthesis(part: list[Item], k: int) -> bool:
    close = next((j for j in range(k + 1, len(part)) if part[j].key == ")"), len(part))
    inside = part[k + 1 : close]
    return has_predicate(part[:k]) and (has_predicate(inside) or (bool(inside) and TAIL.match(keys(_peeled(inside))) is not None))


def _against(left: list[Item], right: list[Item]) -> bool:
    if len(right) < 2 or right[0].low not in ("against", "versus", "compared"):
        return False
    return bool(re.search(r" (?:will|shall|would|may|might|could) ", keys(left))) and any(i.quantity for i in right[:6])


def _new_subject(part: list[Item], k: int) -> bool:
    """Whether after a comma a second main clause begins without a conjunction: a subject, then at once a finite verb, and a quantity."""
    reach = _until(part, k)
    if len(reach) < 3 or not any(i.quantity for i in reach):
        return False
    verb = _first_verb(reach)
    return (
        0 < verb <= 5 and reach[0].key in ("<S>", "<SA>", "<S's>", "it", "they", "<PAIR>") and not any(i.low in ("when", "after") for i in part[:2])
    )
