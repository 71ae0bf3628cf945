"""The general lexicon: verbs with their forms, number words, months; no state, year or text is in it."""

from __future__ import annotations

from functools import cache

IRREGULAR = """
be is are was were been being am|have has had having|do does did done doing|rise rose risen|fall fell fallen|grow grew grown|shrink shrank shrunk
sink sank sunk|buy bought|sell sold|send sent|keep kept|hold held|stand stood|come came|become became|go went gone|give gave given|take took taken
make made|write wrote written|co-write co-wrote co-written|say said|tell told|think thought|know knew known|see saw seen|meet met|find found|lead led
bring brought|drive drove driven|cut|put|set|let|hit|cost|shut|spread|lose lost|win won|leave left|begin began begun|run ran|feel felt|hear heard
mean meant|speak spoke spoken|break broke broken|choose chose chosen|read|bind bound|fight fought|climb|slip slipped slipping|stop stopped stopping
drop dropped dropping|plan planned planning|dip dipped dipping|top topped topping|trim trimmed trimming|lag lagged lagging|bear bore borne|sit sat
spend spent|lend lent|build built|draw drew drawn|teach taught|send sent|sign|swing swung|leap leapt leaped|creep crept|overtake overtook overtaken
outgrow outgrew outgrown|outsell outsold|show showed shown|forget forgot forgotten|slide slid|bite bit bitten|split|quit|beat beaten|pay paid
owe owed|dwell dwelt|seek sought|undertake undertook undertaken|withdraw withdrew withdrawn|foresee foresaw foreseen|understand understood
ship shipped shipping|prefer preferred|refer referred|occur occurred|admit admitted|permit permitted|commit committed|weep wept|throw threw thrown
wake woke|sleep slept|catch caught|deal dealt|swap swapped|edge edged|halve halved|treble trebled|fly flew flown|get got gotten|eat ate eaten
""".replace("\n", "|")
REGULAR = """
abstain accept account achieve acquire act add address adopt agree aim allow amount announce answer appear approach argue arrive ask attend
attract author average balance ban belong benefit block boast boom boost bounce call cancel carry cast celebrate change charge cheer choke
claim climb close co-author coauthor co-publish co-sign co-sponsor collapse collect compare complain conclude confirm consider constitute contain continue contract
contribute cool cooperate count cover create cross curb damage decide decline declare decrease deepen defend deliver demand deny depend
depress describe deserve deter develop differ diminish disagree disappear discuss double dominate dwindle ease earn employ enable encourage end
endorse enjoy enrol enroll ensure enter entertain establish estimate evaporate exceed exchange expand expect expire explain explode export express extend
face fail favour favor feature fear feed finance finish flatten flood flourish flow follow forbid force forecast form found fuel fulfil gain gather generate halt
handle happen help hinder hope host house hurt identify ignore import impose improve increase indicate inflate inherit insist intend invest
invite involve issue join jump justify kill last launch leap learn level lift like limit link list live look lower maintain manage mark match matter mend
merge migrate move multiply near need negotiate note notice number oblige observe obtain offer open oppose outnumber outpace outstrip overlook own participate
pass peak place plateau pledge plummet plunge point post predict press prevent produce prohibit project promise promote propose protect
provide publish pull punish purchase push quadruple qualify quote raise range rank reach realise realize rebound rebuild receive recommend record recover
reduce refuse regard register reject relate relax release rely remain remember remove renew repeat replace report represent request require reside
resist resolve respond rest restore restrict result resume retreat return reveal reverse revise ruin rule sanction save score secure seem
separate serve settle share shape shed shift shoot shoulder show side slacken slash slow slump smuggle soar solve sound spark spur squeeze stabilise stabilize stagnate
start state stay steady stem stick stumble study succeed suffer suggest supply support suppose surge surpass surprise suspend swallow swell
talk target tend thank thrive tie tighten tire total touch trade trail transfer travel treat trigger triple tumble turn undermine unite urge use value vanish
vary veto view visit vote vow wait want warn waver weaken weigh welcome widen wish wither withstand witness work worry yield zoom outpoll
obligate guarantee ratify accede allot accelerate plateau stall taper vault snap balloon mushroom wane ebb inch nudge dent erode quintuple reopen
pour rocket skyrocket nosedive crater retreat nose rally overshoot undershoot undercut outvote bargain mourn trust doubt believe blame credit attribute owe
ascribe mean suspect assert allege contend maintain stress emphasise emphasize recall repeat reply explain caution acknowledge concede
exempt admit devote coordinate converge diverge align mirror host land dock commission license license tour summon greet sponsor table
""".split()
AUXILIARY = frozenset("is are was were am has have had do does did will would shall should must can could may might ought 'd 'll 've 're 'm".split())
MONTHS = {
    m: i // 2 + 1
    for i, m in enumerate(
        "january jan february feb march mar april apr may may june jun july jul august aug september sep october oct november nov december dec".split()
    )
} | {"sept": 9}
WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
UNITS = {
    w: i
    for i, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
    )
}
TENS = {w: 10 * i for i, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6, "mln": 1e6, "billion": 1e9, "bn": 1e9, "bln": 1e9, "b": 1e9,
    "trillion": 1e12, "tn": 1e12, "trn": 1e12, "dozen": 12.0, "score": 20.0, "lakh": 1e5, "crore": 1e7,
    "hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "dozens": 12.0,
}  # fmt: skip
ORDINALS = {w: i for i, w in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), 1)}
FRACTIONS = {
    "half": 1 / 2, "halves": 1 / 2, "third": 1 / 3, "thirds": 1 / 3, "quarter": 1 / 4, "quarters": 1 / 4, "fourth": 1 / 4, "fourths": 1 / 4,
    "fifth": 1 / 5, "fifths": 1 / 5, "sixth": 1 / 6, "sixths": 1 / 6, "seventh": 1 / 7, "sevenths": 1 / 7, "eighth": 1 / 8, "eighths": 1 / 8,
    "ninth": 1 / 9, "ninths": 1 / 9, "tenth": 1 / 10, "tenths": 1 / 10, "twentieth": 1 / 20, "hundredth": 1 / 100,
}  # fmt: skip
TIMES_VERBS = {
    "double": 2.0, "triple": 3.0, "treble": 3.0, "quadruple": 4.0, "quintuple": 5.0, "halve": 0.5,
}  # fmt: skip
UP = frozenset(
    """rise grow climb increase double triple treble quadruple quintuple jump surge soar swell expand leap gain boom rebound recover balloon mushroom
    rocket skyrocket multiply creep vault zoom rally bounce edge""".split()
)  # fmt: skip
DOWN = frozenset(
    """fall drop decline decrease shrink sink slip slide plunge plummet tumble collapse contract halve dwindle diminish slump evaporate vanish
    wither retreat crater nosedive lose ebb wane dip""".split()
)  # fmt: skip
MOVES = frozenset(
    "reach hit stand pass exceed top surpass cross touch total amount average peak stagnate stall plateau flatten swing turn move remain".split()
)
SAYING = frozenset(
    """say tell write claim argue insist believe report note state assert allege contend maintain stress emphasise emphasize recall warn
    announce declare complain boast admit concede acknowledge suggest estimate show indicate reveal read reply hold caution explain confirm add remark
    think suppose forecast predict project expect hear observe repeat find""".split()
)  # fmt: skip
DEMANDING = frozenset("call urge ask demand request press appeal invite beg plead advise recommend want".split())
CAUSING = frozenset(
    """cause explain bring drive spur spark fuel trigger boost lift cut hurt kill choke depress curb slash push raise reduce undermine damage erode dent
    prompt produce swell inflate help hinder squeeze halt shape force""".split()
)  # fmt: skip
ADJECTIVAL = frozenset(
    "united shared agreed limited expected developed armed combined related detailed advanced mixed increased named based born joint settled".split()
)


INVARIANT = frozenset("cut put set let hit cost shut spread split quit read".split())


def _regular(base: str) -> tuple[str, ...]:
    stem = base[:-1] if base.endswith("e") else base
    past = base[:-1] + "ied" if base[-1] == "y" and base[-2] not in "aeiou" else stem + "ed"
    third = (
        base[:-1] + "ies"
        if base[-1] == "y" and base[-2] not in "aeiou"
        else base + "es"
        if base.endswith(("s", "sh", "ch", "x", "z", "o"))
        else base + "s"
    )
    return third, past, stem + "ing"


@cache
def forms() -> dict[str, tuple[str, str]]:
    """Each verb form with its base and its tense: base, s (third person), ed (past or participle), ing."""
    out: dict[str, tuple[str, str]] = {}
    for group in IRREGULAR.split("|"):
        words = group.split()
        if not words:
            continue
        base = words[0]
        third, past, ing = _regular(base)
        if len(words) == 1 and base not in INVARIANT:
            out.setdefault(past, (base, "ed"))
        out[base] = (base, "base")
        out[third] = (base, "s")
        out[ing] = (base, "ing")
        for w in words[1:]:
            out[w] = (base, "ing" if w.endswith("ing") and w != "being" else "ed")
    for base in REGULAR:
        if base in out and out[base][1] == "base" and any(b == base and t == "ed" for b, t in out.values()):
            continue
        third, past, ing = _regular(base)
        out.setdefault(base, (base, "base"))
        out.setdefault(third, (base, "s"))
        out.setdefault(past, (base, "ed"))
        out.setdefault(ing, (base, "ing"))
    for w in ("is", "are", "am", "has", "does"):
        out[w] = ({"is": "be", "are": "be", "am": "be", "has": "have", "does": "do"}[w], "s")
    return out


PLURALS = {"people": "people", "persons": "person", "men": "man", "women": "woman", "countries": "country", "news": "news", "series": "series"}


@cache
def _strange() -> frozenset[str]:
    return frozenset(
        "us its is was has this thus gas as yes less access process various previous basis crisis congress across always besides".split()
    )


def lemma(word: str) -> str:
    """The base of a verb form, the singular of a noun, else the word itself."""
    if word in PLURALS:
        return PLURALS[word]
    found = forms().get(word)
    if found is not None:
        return found[0]
    if word in _strange() or len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1]
