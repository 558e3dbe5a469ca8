"""Tables of the household's words. They say which words mean the same, not what is done with what."""

from __future__ import annotations

COMPOUNDS = """
dining table|coffee table|side table|counter top|coffee machine|garbage can|sink basin|bathtub basin|stove burner
tv stand|arm chair|toilet paper|toilet paper hanger|paper hanger|hand towel|hand towel holder|towel holder
laundry hamper|desk lamp|floor lamp|alarm clock|credit card|cell phone|remote control|tissue box|soap bottle
soap bar|spray bottle|wine bottle|butter knife|dish sponge|salt shaker|pepper shaker|key chain|baseball bat
base ball bat|tennis racket|basket ball|tea pot|watering can|paper towel roll|teddy bear|news paper|scrub brush
light switch|note book
"""

PLACES = """
armchair bathtub bathtubbasin bed cabinet cart coffeemachine coffeetable countertop desk diningtable drawer dresser
fridge garbagecan handtowelholder laundryhamper microwave ottoman safe shelf sidetable sinkbasin sofa stoveburner
toaster toilet toiletpaperhanger towelholder tvstand oven
"""

# One line (or more, indented) for each meaning: its name, then the words that have it.
SYNONYMS = """
heat: heats heated heating hot warm warms warmed warming warmer hotter cook cooks cooked cooking reheat
cool: cools cooled cooling cold colder cooler chill chills chilled chilling chilly
clean: cleans cleaned cleaning wash washes washed washing rinse rinses rinsed rinsing cleaner
put: puts putting place placed placing move moves moved moving set deliver delivers delivered delivering serve served
    serving drop drops dropped dropping deposit depositing
take: takes took taken taking grab grabs grabbing grabbed fetch collect collecting get getting retrieve
hold: holds holding held carry carries carried carrying bring brings bringing
closed: shut
open: opens opened opening
search: searches searched searching check checks checked checking visit visits visited visiting explore explores
    explored exploring inspect inspected inspecting browse scan
find: finds finding found locate located locating
two: both second pair 2 couple
look: looks looking looked examine examines examining examined view viewing
use: uses used using toggle toggles toggled toggling activate
never: avoid avoids avoiding not forbidden
repeat: repeats repeating repeated retry retrying
lamp: lamps light lights
same: identical
again: twice
search-all: systematically methodically
command: commands action actions
fridge: fridges refrigerator refrigerators freezer
microwave: microwaves
sinkbasin: sink sinks sinkbasins basin tap faucet washbasin
stoveburner: stove stoves stoveburners burner burners hob
sofa: sofas couch
countertop: countertops counter counters worktop worktops
bathtubbasin: bathtub tub
garbagecan: garbagecans bin bins trashcan trash
cabinet: cabinets cupboard cupboards
shelf: shelves
container: containers receptacle receptacles
surface: surfaces
spot: spots location locations places somewhere
often: usually typically commonly likely mostly frequently sometimes generally normally
rarely: seldom hardly unlikely
cellphone: cellphones phone phones
knife: knives
first: firstly
before: prior
until: till unless
always:
this:
has:
fails:
"""

# What needs more than one word, in the order in which it is replaced.
PHRASES: tuple[tuple[str, str], ...] = (
    (r"\b(?:trash|rubbish|waste|dust|garbage) ?(?:can|bin)s?\b", "garbagecan"),
    (r"\bpick(?:s|ed|ing)? (it |them |the \w+ |an? \w+ )?up\b", r"take \1"),
    (r"\bpick(?:s|ed|ing)? up\b", "take"),
    (r"\b(?:turn|switch|put|flick|toggle)(?:s|ed|ing)? on (?:the |a |its )?(\w*lamp|light)\b", r"use \1"),
    (r"\b(?:turn|switch|put|toggle)(?:s|ed|ing)? (?:the |a |its )?(\w*lamp|light) on\b", r"use \1"),
    (r"\b(?:turn|switch)(?:s|ed|ing)? (?:it )?on\b", "use"),
    (r"\b(?:do(?:es)?|must|should|is|are|can) ?(?:not|n't|nt)\b|\bcannot\b|\bcan't\b|\bnever ever\b", "never"),
    (r"\bnothing happen(?:s|ed)\b|\bno effect\b|\b(?:does|did) nothing\b|\bfail(?:s|ed|ing|ure)?\b", "fails"),
    (r"\b(?:no longer|not|never|didn'?t) work(?:s|ed|ing)?\b", "fails"),
    (r"\blook(?:s|ed|ing)? (?:in|inside|into|through|for|around|on top of)\b", "search in"),
    (r"\bput(?:ting|s)? (?:it |them |the \w+ |an? \w+ )?down\b", "put"),
    (r"\bkeep track\b|\bkeep a (?:list|record|note)\b|\btake note\b", "track"),
    (r"\bgo(?:ing|es)? back\b|\breturn(?:s|ing|ed)?\b|\bcome back\b", "goback"),
    (r"\bre-?(?:visit|check)(?:s|ing|ed)?\b", "goback"),
    (r"\bone (?:by one|(?:object |item )?at a time|after (?:the other|another))\b|\bsingly\b", "onebyone"),
    (r"\b(?:at (?:once|the same time)|together|simultaneously)\b", "together"),
    # "place" as a noun.
    (
        r"\b(take|each|any|every|which|other|another|many|all|this|that|new|unvisited|likely|first|right) place\b",
        r"\1 spot",
    ),
    (r"\b(the|a|its|same|target|one) place\b", r"\1 spot"),
)
