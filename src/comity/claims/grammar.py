"""The named rules by which a clause gets its sort. Each sees the keys of the clause; the first that applies, in the order of the guide, wins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from comity.claims.clauses import DEFINING, THEN, Clause, is_finite
from comity.claims.words import CAUSING, DOWN, UP, forms

Sort = Literal["recommendation", "forecast", "definition", "cause", "comparison", "trend", "fact", "opinion"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A pattern over the keys of a clause, the sort it gives, its family, and an example."""

    name: str
    sort: Sort
    family: str
    pattern: re.Pattern[str]
    example: str


def _rule(name: str, sort: Sort, family: str, pattern: str, example: str) -> Rule:
    return Rule(name=name, sort=sort, family=family, pattern=re.compile(pattern), example=example)


UP_WORDS, DOWN_WORDS = "|".join(sorted(UP)), "|".join(sorted(DOWN))
Q = r"(?:<usd>|<money>|<pct>|<share>|<n>|<pt>)"
PARTNER = r"(?:trading |trade |commercial |economic |research |export |import |scientific |foreign |goods |overseas |bilateral |single )*(?:partner|supplier|customer|buyer|seller|market|source|destination|exporter|importer|host|investor|creditor|client|trader|origin|collaborator|ally|group|community|minority|diaspora|beneficiary|recipient)"
LARGEST = r"(?:<rank> |(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|[0-9]+(?:st|nd|rd|th))(?:-| )?)?(?:largest|biggest|most important|main|leading|greatest|top|foremost|chief|principal|number-one|closest|smallest)"
ORDINAL = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|<rank>|top|[0-9]+(?:st|nd|rd|th)|number one|[a-z]+-largest|[a-z]+-biggest)"

RANKED = re.compile(rf" (?:{LARGEST}|{ORDINAL}|top <n>|<n> (?:large|big|main|lead)[a-z]*)(?: [a-z-]+)? {PARTNER} ")
"""A place among a state's partners: "Peru's second export market"."""

RULES: tuple[Rule, ...] = (
    _rule("duty", "recommendation", "recommendation", r" (?:should|ought|had better|shouldn't|oughtn't) ", "The ministers should publish the tariff list."),
    _rule("must", "recommendation", "recommendation", r" (?:must|mustn't) (?!have been)", "Both sides must reopen the ferry."),
    _rule("let-us", "recommendation", "recommendation", r"^ (?:(?:and|so|then|now) )?let (?:<WE>|'s|the|<S>|<PAIR>) ", "Let us open the archive."),
    _rule("high-time", "recommendation", "recommendation", r" (?:it be (?:high |about |now )?time (?:to|for|that)|(?:the )?time have come (?:to|for)|it be (?:advisable|imperative|essential|vital|necessary) (?:to|for|that))", "It is time to publish the list."),
    _rule("need", "recommendation", "recommendation", r" (?:need|needs) (?:to|not) (?!.*<T>)|would do well to | (?:deserve|merit) (?:a |to |more )", "The two need to talk."),
    _rule("we-recommend", "recommendation", "recommendation", r"^ (?:<WE>|the (?:author|committee|report|panel|commission)|this (?:paper|brief|note)) (?:(?:recommend|advise|urge|suggest|propose) (?:that|the|a|to|<S>|<PAIR>|<SA>)|call (?:for|on))", "We recommend a joint register."),
    _rule("conditional-aim", "recommendation", "recommendation", r" (?:would be (?:wise|better|sensible|prudent|right) (?:to|for|if))", "It would be wise to wait."),
    _rule("will", "forecast", "forecast", r" (?:will|shall|won't|'ll) ", "Fares will fall by 2031."),
    _rule("going-to", "forecast", "forecast", r" be (?:also |still |now |very |most |more |widely |well |quite )?(?:going to|about to|set to|due to (?=[a-z]+ )|poised to|bound to (?=rise|fall|grow|exceed|reach|pass|drop|double)|likely to|unlikely to|expect to|forecast to|project to|schedule to|on course to|on track to|slate to|destine to|to (?=reach|rise|fall|double|exceed|pass|grow|hit|triple|climb|top|increase|be ))", "Trade is set to double by 2030."),
    _rule("expect", "forecast", "forecast", r" (?:expect|foresee|predict|anticipate|forecast|project|envisage|reckon on|count on)(?: .{0,60}?)?(?: to | that |<usd>|<pct>|<n>|<share>|growth|rise|fall)", "We expect trade to fall next year."),
    _rule("maybe", "forecast", "forecast", r" (?:may|might|could) (?:well |soon |even |yet |easily |one day |still |therefore |not |also )*(?:be|have|reach|rise|fall|double|exceed|pass|grow|drop|increase|decline|triple|climb|hit|halve|slip|shrink|come|become|make|see|[a-z]+) ", "Trade may pass 9 bn in 2031."),
    _rule("target", "forecast", "forecast", r" (?:aim|plan|pledge|promise|vow|intend|hope|target|agree|want|undertake|commit|seek)(?: [^ ]+){0,3}? to (?:[^ ]+ ){0,8}?(?:by|before|within|in|<T>) | (?:target|goal|aim|objective|ambition|plan|forecast|prediction|outlook|prognosis) (?:of|be|for|for <T> be) (?:.{0,30})(?:<usd>|<pct>|<n>|<share>)", "They pledged to reach 9 bn by 2031."),
    _rule("aimed-at", "forecast", "forecast", r" (?:target|eye|seek|pledge|plan) (?:[^ ]+ ){0,2}?(?:<usd>|<money>|<pct>|<n>|<share>) (?:[^ ]+ ){0,4}?(?:by )?<T>", "The two target 15 bn by 2031."),
    _rule("was-to", "forecast", "forecast", r" be to (?:reach|rise|fall|double|exceed|pass|grow|hit|triple|climb|top|increase|be|have|total|shrink|drop) ", "Trade was to reach 9 bn by 1990."),
    _rule("would-by", "forecast", "forecast", r" would (?:[a-z]+ ){0,3}(?:[^ ]+ ){0,6}?(?:by <T>|<T>)", "Trade would reach 9 bn by 2031."),
    _rule("of-doing", "opinion", "fact", rf"^ (?:on|about|towards?|regarding|for) (?:{UP_WORDS}|{DOWN_WORDS}|raise|lift|bring|take|reach) (?:[^ ,]+ ){{0,10}}?{Q} , (?!.*{Q})", "On raising trade to 9 bn, they asked for plans."),
    _rule("define", "definition", "definition", DEFINING.pattern, "By a partner we mean a state that answers letters."),
    _rule("because", "cause", "cause", r" (?:because|owing to|thanks? to|due to|on account of|as a result of|as a result|as a consequence|in consequence|on the back of|on the strength of|courtesy of|in the wake of|by virtue of|since it be) ", "Exports fell because of the strike."),
    _rule("if-then", "cause", "cause", r"^ (?:and |but )?(?:if|unless|whenever|the more|wherever|have (?:the|it|they|<S>|<PAIR>|<SA>|<WE>)) ", "If the rate falls, exports rise."),
    _rule("led-to", "cause", "cause", r" (?:lead to|give rise to|result in|account for the (?:rise|fall|drop|decline|increase|slump|growth|loss|gap)|be (?:drive|cause|fuel|explain|bring about|spur|trigger|boost|lift|hurt|depress|power|prompt|held back) by|be (?:to blame|responsible|the reason|the cause|behind)|the reason|the result of|a result of|the fruit of|the work of|owe (?:much|its|something|everything|a lot|it|more)|stem from|flow from|come from the|attribut[a-z]* to|put down to|be down to|ascribe|reflect the) ", "The strike led to a fall."),
    _rule("blame", "cause", "cause", r" (?:blame|credit|attribute|ascribe|explain|cause|why) ", "Farmers blamed the drought for the fall."),
    _rule("so-then", "cause", "cause", r" , (?:so|therefore|hence|thus|which be why) (?!far|that|<T>)", "The pound fell, so remittances rose."),
    _rule("for-every", "cause", "cause", r" (?:for every|every|each) (?:[a-z-]+ ){1,4}(?:bring|cost|add|mean|take) | do the rest", "Each new road brought more trade."),
    _rule("as-far-as", "comparison", "comparison", r" (?:as (?:much|many|often|large|big|high|great|close|near|important|small|low|fast|strong|little|far)) (?:.{0,60} )?as ", "A buys as much as B."),
    _rule("times-as", "comparison", "comparison", rf"<x> (?:as|more|less|higher|larger|bigger|greater|the|its|that|what|those|fewer|over|<WE>|<S>|<S's>|<SA>|of|their|smaller|<T> {THEN} )", "five times as many as in 1980"),
    _rule("part-above", "comparison", "comparison", r"(?:<pct>|<share>) (?:above|below|over|under) (?:the |what |that |those |its |their )*(?:[a-z]+ ){0,3}?<T> ", "30 per cent above the level of 1980"),
    _rule("most-since", "comparison", "comparison", r" (?:highest|lowest|largest|smallest|biggest|most|least) (?:[a-z]+ ){0,2}<T> $", "the highest since 1980"),
    _rule("twice", "comparison", "comparison", r" be <x> |<x> (?:the|that|what|its) (?:figure|number|level|value|total|share|size|amount|volume|sum|rate)", "twice the figure of 1999"),
    _rule("half-of", "comparison", "comparison", r"<share> (?:of )?(?:the <usd> |the <n> |the figure|the number|the level|the value|the total|the size|the amount|the volume|that of|those of|as many|as much|as large|what)", "half the figure of 1999"),
    _rule("than", "comparison", "comparison", r" (?:more|less|fewer|larger|higher|lower|smaller|bigger|closer|nearer|greater|further|farther|better|worse|faster|slower|oftener|richer|[a-z]{3,}er|often|rather) (?:.{0,90} )?than (?!<usd>|<n>|<pct>|<share>)", "Norway sold more to Sweden than Finland did."),
    _rule("than-in", "comparison", "comparison", rf"{Q} (?:[a-z]+ )*(?:more|fewer|less|higher|lower) (?:[a-z]+ )*than ", "ten more than in 1990"),
    _rule("largest", "comparison", "comparison", rf" {LARGEST} (?:[a-z-]+ )?{PARTNER} ", "the second-largest partner"),
    _rule("top-n", "comparison", "comparison", rf" top <n> {PARTNER}", "Chile is in Peru's top five export markets."),
    _rule("nth-partner", "comparison", "comparison", rf" {ORDINAL} {PARTNER} ", "their first partner"),
    _rule("place", "comparison", "comparison", rf" (?:rank|come|place|stand|finish|stay|sit|slip|fall|rise|move|climb|drop) (?:[a-z]+ ){{0,2}}(?:{ORDINAL}|at <rank>|ahead of|behind|above|below)(?: |,)(?!<usd>|<pct>|<share>|<n>)", "Chile ranks second."),
    _rule("in-place", "comparison", "comparison", r" (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|top|[0-9]+(?:st|nd|rd|th)) (?:place|position|spot|rank) ", "slipped to third place"),
    _rule("nobody-more", "comparison", "comparison", r"(?:^| )(?:no|none|nobody|no other|no-one|not one) (?:.{0,60} )?(?:more|larger|bigger|closer|as much|as many|as often|oftener|greater) ", "No state buys more than Chile does."),
    _rule("outdo", "comparison", "comparison", r" (?:outsell|outnumber|outpace|outstrip|overtake|exceed that of|surpass that of|outweigh|outdo|outvote|match those of|dwarf|eclipse|trail|lag)", "Chile outsold Peru."),
    _rule("superlative", "comparison", "comparison", r" (?:the (?:most|fewest|largest|biggest|highest|lowest|smallest) (?:of|among|in|(?!argument|reason|question|problem|obstacle|challenge|threat|advocate|critic|part)[a-z]+ (?:of|among|from|to|with))|more than (?:any|anyone|every|all) )", "the most of any state"),
    _rule("ahead", "comparison", "comparison", r" (?:ahead of|far behind|just behind|compare (?:with|to) (?:<S>|that|those)|side by side)", "ahead of Peru"),
    _rule("moved", "trend", "trend", rf" (?:{UP_WORDS}|{DOWN_WORDS}) (?!in (?:touch|force)|of )", "Migration has halved since 1970."),
    _rule("noun-moved", "trend", "trend", rf" (?:increase|rise|growth|fall|decline|drop|decrease|jump|surge|gain|loss|slump|contraction|expansion|reduction) (?:of|by|in) (?:[a-z]+ )*{Q}", "a rise of 5 per cent"),
    _rule("from-to", "trend", "trend", rf" from {Q} .{{0,60}}?(?: to | {{0,1}}to ){Q}", "went from 4 to 9"),
    _rule("from-year", "trend", "trend", rf"(?: from {Q} (?:in )?<T> | (?:up|down) (?:to|from|on|by|at|sharply|slightly|<pct>|{Q}|<T>|over)|(?:^| )up {Q}|(?:^| )down {Q})", "up from 30"),
    _rule("went-up", "trend", "trend", r" (?:go|come|move|drift|shoot|head) (?:up|down) (?:$|<T>|<pct>|<share>|from|by|again|every|each|[a-z]+ly |and |, |year |further )", "Exports went up in 1988."),
    _rule("peaked", "trend", "trend", r" (?:peak|bottom|reach (?:its|their|a) (?:peak|high|low|maximum|height|ceiling))", "It peaked in 1988."),
    _rule("steady", "trend", "trend", r" (?:stagnate|stall|plateau|flatten|(?:hardly|barely|scarcely|little|not) (?:move|change)|change little|move sideways|remain (?:flat|stable|unchanged|steady|constant)|be (?:flat|stable|unchanged)|hold steady|no longer (?=rise|fall|grow))", "Trade stagnated."),
    _rule("against-then", "trend", "trend", rf"{Q} .{{0,40}}?(?:compare (?:with|to)|against|versus|instead of|rather than) (?:only |just )?{Q}", "9 against 4 a decade before"),
    _rule("deny-all", "fact", "fact", r"^ (?:no|neither|none) ", "No pact obliges A to defend B."),
    _rule(
        "record",
        "fact",
        "fact",
        r" (?:a record|record (?:high|low|level|year)|at (?:its|their) (?:highest|lowest)|highest ever|all-time (?:high|low)|never (?:be )?so (?:high|low|large))",
        "Exports stood at a record in 2008.",
    ),
    _rule("amount", "fact", "fact", rf"{Q}", "They shared 40 organisations in 1991."),
    _rule("asked-for", "fact", "report", r" (?:call (?:on|for|upon)|urge|ask|demand|request|appeal to|press) (?:.{0,60} )?(?:to|for|that|on) ", "Members called on the cabinet to act."),
    _rule("happened", "fact", "report", r" (?:sign|meet|visit|open|close|announce|arrive|attend|host|publish|ratify|join|leave|vote|veto|agree|sell|buy|found|launch|suspend|recall|expel|appoint|receive|adopt|conclude|establish|create|sit|belong|hold|recognise|recognize|ban|lift|impose|send|sponsor|travel|welcome|go|come|take|begin|end|invite|write|cast|abstain|celebrate|mark|share|exchange) .*(?:<T>|<n>)", "The ministers met in May 1998."),
    _rule("dated-noun", "fact", "report", r"(?:^| )(?:visit|meeting|summit|veto|abstention|vote|accession|withdrawal|visit of|trip|talk|agreement|treaty|pact|declaration|election|opening) (?:[^ ]+ ){0,4}?<T>", "Chile's abstention in May 1998"),
)  # fmt: skip
FAMILIES = tuple(dict.fromkeys(r.family for r in RULES))


def imperative(clause: Clause) -> bool:
    """Whether a clause begins with a verb in its base form and no subject: an order or advice."""
    found = list(clause.items)
    while found and (
        found[0].low in ("so", "then", "please", "and", "but", "now", "first", "next", "instead", "finally", "secondly", "thirdly", "never", "always")
        or found[0].key in (",", ":")
    ):
        found = found[1:]
    if not found or found[0].value is not None or found[0].quantity is not None:
        return False
    first = found[0]
    if first.low in (
        "do",
        "don't",
        "never",
        "look",
        "stop",
        "start",
        "consider",
        "imagine",
        "remember",
        "note",
        "see",
        "think",
        "ask",
        "keep",
        "make",
        "let",
    ):
        return first.low not in ("do",) or (len(found) > 1 and found[1].low in ("not", "n't"))
    form = forms().get(first.low)
    if form is None or form[1] != "base" or clause.tail or len(found) < 2:
        return False
    if first.low in ("trade", "export", "import", "land", "work", "study", "visit", "need", "demand", "supply", "talk", "progress") and found[
        1
    ].low not in ("the", "a", "with"):
        return False
    nxt = found[1]
    article = nxt.low in ("the", "a", "an", "all", "every", "both", "each", "no", "more", "its", "their", "to", "on", "with", "for", "that", "this", "it", "up", "out", "at", "into",
                          "new", "joint", "twice", "not", "any", "in", "through", "from", "how", "what", "when", "before", "until")  # fmt: skip
    verbs = [i for i in range(1, len(found)) if is_finite(found, i)]
    return (article or nxt.value is not None or nxt.quantity is not None or nxt.low.endswith("s") or not verbs) and not (verbs and verbs[0] <= 2)


def sort_of(clause: Clause, *, without: frozenset[str] = frozenset()) -> tuple[Sort, str]:
    """The sort of a clause and the name of the rule that gave it; ("opinion", "none") where no rule applies."""
    line = clause.keys
    if clause.question:
        return "opinion", "question"
    if "recommendation" not in without and imperative(clause):
        return "recommendation", "imperative"
    for rule in RULES:
        if rule.family not in without and rule.pattern.search(line):
            if rule.family == "cause" and rule.name == "blame" and re.search(r" (?:no|not) (?:blame|explain)", line):
                continue
            return rule.sort, rule.name
    if "cause" not in without and _acts(clause):
        return "cause", "acts-on"
    return "opinion", "none"


def _acts(clause: Clause) -> bool:
    """Whether a thing, not a state, moves a quantity: "the strike cut exports"."""
    found = list(clause.items)
    for i, item in enumerate(found):
        if item.key in CAUSING and 0 < i < len(found) - 1 and is_finite(found, i):
            return not any(isinstance(f.value, object) and f.key in ("<S>", "<PAIR>", "<WE>", "they", "it") for f in found[:i]) and not any(
                f.quantity for f in found
            )
    return False
