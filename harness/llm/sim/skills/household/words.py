"""The household's words: synonyms brought to one form, compounds joined, so that a person's own wording is understood.

These are words, not knowledge: nothing here says which appliance heats, or where mugs are kept.
"""

from __future__ import annotations

import re
from functools import lru_cache

_COMPOUNDS = (
    "dining table|coffee table|side table|counter top|coffee machine|garbage can|sink basin|bathtub basin|stove burner|"
    "tv stand|arm chair|toilet paper|toilet paper hanger|paper hanger|hand towel|hand towel holder|towel holder|laundry hamper|desk lamp|"
    "floor lamp|alarm clock|credit card|cell phone|remote control|tissue box|soap bottle|soap bar|spray bottle|"
    "wine bottle|butter knife|dish sponge|salt shaker|pepper shaker|key chain|base ball bat|baseball bat|tennis racket|"
    "basket ball|tea pot|watering can|paper towel roll|teddy bear|news paper|scrub brush|light switch|note book"
).split("|")
_JOIN = [
    (re.compile(rf"\b{compound.replace(' ', '[ -]')}(s|es)?\b"), compound.replace(" ", ""))
    for compound in sorted(_COMPOUNDS, key=len, reverse=True)
]

PLACES = frozenset(
    (
        "armchair bathtub bathtubbasin bed cabinet cart coffeemachine coffeetable countertop desk diningtable drawer dresser "
        "fridge garbagecan handtowelholder laundryhamper microwave ottoman safe shelf sidetable sinkbasin sofa stoveburner "
        "toaster toilet toiletpaperhanger towelholder tvstand oven"
    ).split()
)
LAMPS = frozenset({"desklamp", "floorlamp", "lamp"})
TREATMENTS = ("heat", "cool", "clean")
ANYTHING = frozenset({"object", "item", "thing", "target", "it", "them", "something", "anything", "everything", "stuff"})

_PHRASES = [
    (re.compile(pattern), word)
    for pattern, word in (
        (r"\b(?:trash|rubbish|waste|dust|garbage) ?(?:can|bin)s?\b", "garbagecan"),
        (r"\bpick(?:s|ed|ing)? (it |them |the \w+ |an? \w+ )?up\b", r"take \1"),
        (r"\bpick(?:s|ed|ing)? up\b", "take"),
        (r"\b(?:turn|switch|put|flick|toggle)(?:s|ed|ing)? (?:on|off) (?:the |a |its )?(\w*lamp|light)\b", r"use \1"),
        (r"\b(?:turn|switch|put|toggle)(?:s|ed|ing)? (?:the |a |its )?(\w*lamp|light) on\b", r"use \1"),
        (r"\b(?:turn|switch)(?:s|ed|ing)? (?:it )?on\b", "use"),
        (r"\bdo(?:es)? ?n[o']t\b|\bdon'?t\b|\bdoesn'?t\b|\bdo(?:es)? not\b|\bmust ?n[o']t\b|\bshould ?n[o']t\b|\bcan ?not\b", "never"),
        (r"\bmust not\b|\bshould not\b|\bis not\b|\bare not\b|\bisn't\b|\baren't\b|\bnever ever\b", "never"),
        (r"\bnothing happen(?:s|ed)\b|\bno effect\b|\b(?:does|did) nothing\b|\bfail(?:s|ed|ing|ure)?\b|\bno(?:t| longer) work(?:s|ed|ing)?\b|"
         r"\bnever work(?:s|ed|ing)?\b|\bdidn'?t work\b", "fails"),
        (r"\blook(?:s|ed|ing)? (?:in|inside|into|through|for|around|on top of)\b", r"search in"),
        (r"\bput(?:ting|s)? (?:it |them |the \w+ |an? \w+ )?down\b", "put"),
        (r"\bkeep track\b|\bkeep a (?:list|record|note)\b|\btake note\b", "track"),
        (r"\bgo(?:ing|es)? back\b|\breturn(?:s|ing|ed)?\b|\bcome back\b|\bre-?visit(?:s|ing|ed)?\b|\bre-?check(?:s|ing|ed)?\b", "goback"),
        (r"\bone (?:by one|at a time|after (?:the other|another)|object at a time|item at a time)\b|\bsingly\b", "onebyone"),
        (r"\b(?:at (?:once|the same time)|together|simultaneously)\b", "together"),
    )
]  # fmt: skip
_SYNONYMS = {
    word: canonical
    for canonical, words in {
        "heat": "heat heats heated heating hot warm warms warmed warming warmer hotter cook cooks cooked cooking reheat",
        "cool": "cool cools cooled cooling cold colder cooler chill chills chilled chilling chilly",
        "clean": "clean cleans cleaned cleaning wash washes washed washing rinse rinses rinsed rinsing cleaner",
        "put": "put puts putting place placed placing move moves moved moving set deliver delivers delivered delivering serve "
        "served serving drop drops dropped dropping deposit depositing",
        "take": "take takes took taken taking grab grabs grabbing grabbed fetch collect collecting get getting retrieve",
        "hold": "hold holds holding held carry carries carried carrying bring brings bringing",
        "closed": "closed shut",
        "open": "open opens opened opening",
        "search": "search searches searched searching check checks checked checking visit visits visited visiting explore "
        "explores explored exploring inspect inspected inspecting browse scan",
        "find": "find finds finding found locate located locating",
        "two": "two both second pair 2 twice-as couple",
        "look": "look looks looking looked examine examines examining examined view viewing inspecting-light",
        "use": "use uses used using toggle toggles toggled toggling activate light-up",
        "never": "never avoid avoids avoiding not stop-from forbidden",
        "repeat": "repeat repeats repeating repeated retry retrying",
        "lamp": "lamp lamps light lights",
        "same": "same identical",
        "again": "again twice",
        "search-all": "systematically methodically",
        "command": "command commands action actions",
        "fridge": "fridge fridges refrigerator refrigerators freezer",
        "microwave": "microwave microwaves",
        "sinkbasin": "sink sinks sinkbasin sinkbasins basin tap faucet washbasin",
        "stoveburner": "stove stoves stoveburner stoveburners burner burners hob",
        "sofa": "sofa sofas couch",
        "countertop": "countertop countertops counter counters worktop worktops",
        "bathtubbasin": "bathtubbasin bathtub tub",
        "garbagecan": "garbagecan garbagecans bin bins trashcan trash",
        "cabinet": "cabinet cabinets cupboard cupboards",
        "shelf": "shelf shelves",
        "container": "container containers receptacle receptacles",
        "surface": "surface surfaces",
        "spot": "spot spots location locations placed-where places somewhere",
        "often": "often usually typically commonly likely mostly frequently sometimes generally normally",
        "rarely": "rarely seldom hardly unlikely",
        "cellphone": "cellphone cellphones phone phones",
        "knife": "knife knives",
        "first": "first firstly",
        "before": "before prior",
        "until": "until till unless",
    }.items()
    for word in words.split()
}
_WORD = re.compile(r"[a-z][a-z'-]*|\d+|[,;:.()]|[<>\"“”]")


@lru_cache(maxsize=4096)
def singular(word: str) -> str:
    """Return the singular of a thing's name."""
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("shes", "ches", "xes", "sses", "toes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "as")):
        return word[:-1]
    return word


@lru_cache(maxsize=2048)
def canonical(text: str) -> tuple[str, ...]:
    """Return the words of a sentence in their one form; punctuation that separates clauses stays as ``,``."""
    low = text.lower().replace("’", "'")
    low = re.sub(r"<\s*([\w ]+?)\s*>|\{\s*([\w ]+?)\s*\}|\[\s*([\w ]+?)\s*\]", lambda m: next(g for g in m.groups() if g), low)
    low = low.replace("/", " or ").replace("_", " ")
    for pattern, joined in _JOIN:
        low = pattern.sub(joined, low)
    low = re.sub(r"\b(?:take|each|any|every|which|the same|other|another|many|all|this|that|a new|new|unvisited|likely|one|first|right|final|target) place\b",
                 lambda m: m.group(0)[:-5] + "spot", low)  # fmt: skip
    low = re.sub(r"\b(?:the|a|its) place\b", "the spot", low)
    for pattern, word in _PHRASES:
        low = pattern.sub(word, low)
    words: list[str] = []
    for word in _WORD.findall(low):
        if word in "\"“”<>()":
            continue
        if word in ",;:.":
            if words and words[-1] != ",":
                words.append(",")
            continue
        bare = word.strip("'-").removesuffix("'s")
        name = _SYNONYMS.get(bare)
        if name is None:
            one = singular(bare)
            name = _SYNONYMS.get(one, one)
        if name:
            words.append(name)
    return tuple(words)
