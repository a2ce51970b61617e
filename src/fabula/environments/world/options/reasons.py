"""Reasons: what speaks for a deed, in words that name whom and what it is about."""

REASONS: dict[str, tuple[str, ...]] = {
    "carry_on": (
        "the day has its own tasks",
        "there is nothing that cannot wait",
        "things are well enough as they are",
        "what was begun should be gone on with",
    ),
    "carry_on_night": ("whatever it is, it can wait for the morning", "the night is no time for new things"),
    "carry_on_plan": ("the plan still holds", "there is no reason to turn back now"),
    # {0} is a goal, as it follows `to`.
    "carry_on_goal": ("the aim is still to {0}", "first things first: to {0}"),
    # {0} is a good; {1} a place.
    "eat": ("there is {0} at hand, and hunger too", "nobody works well on an empty stomach"),
    "buy_food": ("there is nothing left to eat, and {1} has {0}", "hunger will not be talked away, and {0} can be had"),
    "stock_up": ("the larder has no {0}", "better to have some {0} in the house"),
    "sell": ("there is more {0} than anybody needs", "somebody will pay for {0}"),
    "sleep": ("the eyes will not stay open", "tomorrow needs a rested body"),
    "rest": ("the legs want an hour", "strength has to come from somewhere"),
    "heal_self": ("this is what one keeps {0} for", "a wound does not mend by itself"),
    "buy_remedy": ("the wounds want {0}", "it is worth a few coins to be well"),
    # {0} is a place.
    "work": ("there is work waiting at {0}", "{0} will not run itself"),
    "company": ("it is too quiet here, and there are people at {0}", "an hour at {0} would do good"),
    # {0} is a person; {1}, where it stands, another one; {2} a wrong, as it follows `for`.
    "talk": ("it has been a while since a word with {0}", "{0} is good company", "{0} may have news"),
    "answer_asking": ("{0} asked, and a question wants an answer", "it costs nothing to answer {0}"),
    "answer_hard": ("{0} shall not have the last word", "nobody has to take that from {0}"),
    "tell_news": ("{0} should know what {1} is", "{0} ought to hear about {1}, for {2}"),
    "visit": ("nobody has seen {0} for too long", "{0} may be glad of company"),
    # {0} is a person, {1} a good or an ability.
    "feed": ("{0} has nothing to eat", "no one should go hungry while there is {1}"),
    "tend": ("{0} is hurt, and here is {1}", "{0} needs {1} more than anyone"),
    "tend_gift": ("{0} is hurt, and it is in one's power to help", "this is what {1} is for, and {0} needs it"),
    # {0} is a person, {1} a wrong, as it follows `for`; {2} who suffered it.
    "accuse": ("{0} must answer for {1}", "let everybody hear what {0} did: {1}"),
    "accuse_for": ("{0} should not get away with {1}", "somebody has to speak up, and it was seen: {1}"),
    "accuse_suspect": ("it can only have been {0}", "nobody else but {0} would have done {1}"),
    "accuse_hearsay": ("{0} shall be asked about {1}", "somebody has to look into {1}"),
    "complain": ("{0} is there to see to such things", "{0} should know that there is a thief about"),
    "ask_back": ("{0} may give it back if asked", "there may have been a reason for {1}"),
    "revenge": ("{0} will pay for {1}", "words are lost on {0}"),
    "let_be": ("it is not worth a quarrel with {0}", "{0} must have needed it"),
    # {0} is a person, {1} who did it, {2} a wrong.
    "tell_victim": ("{0} has a right to know about {1}", "{0} should hear who it was: {1}, for {2}"),
    "tell_keeper": ("{0} is there to see to such things", "{0} should know about {1}, for {2}"),
    "amend": ("{0} did not deserve it", "it weighs on one, {1}"),
    "amend_accused": ("it is out, and better made good", "{0} knows, and there is nothing left to deny"),
    "deny": ("{0} can prove nothing", "the best answer to {0} is a loud one"),
    "deny_innocent": ("{0} has it wrong", "{0} shall not say such things unanswered"),
    # {0} is a person, {1} what the quarrel is about.
    "make_up": ("there has been enough bad blood over {1}", "{0} was a good neighbour once, and could be again"),
    "make_up_met": ("{0} has made a step, and deserves one in return", "{0} means it well, and {1} is in the past"),
    "say_sorry": ("somebody has to begin, and {0} will not", "it was not all the fault of {0}"),
    "have_it_out": ("{0} has got away with {1} long enough", "there are things to be said to {0} about {1}"),
    # {0} is a good, {1} a place.
    "steal": ("nobody is looking, and {1} can spare it", "there is {0} lying about, and no eyes on it"),
    "steal_later": ("{0} will not be watched all day", "there is a quiet hour at {0}, and it takes only one"),
    "steal_need": ("hunger asks no leave", "{1} has {0}, and there is nothing else left"),
    # {0} is a person or a kind of life; {1} another.
    "flee": ("{0} is too strong", "there is no shame in getting away from {0}"),
    "strike_back": ("{0} has to learn where to stop", "whoever strikes gets struck"),
    "meet_foe": ("{0} must not come any closer", "if nobody stands against {0}, nobody is safe"),
    "guard": ("{0} must not be left alone with {1}", "somebody has to stand before {0}"),
    "defend": ("{1} shall leave {0} alone", "whoever strikes {0} has one more to reckon with"),
    # {0} is a person, {1} an ability.
    "gift_harm": ("{0} does not know about {1} yet", "{1} will teach {0}"),
    "gift_calm": ("{0} may yet be calmed", "{1} may end it without blood"),
    # {0} is an ability.
    "gift_heal": ("{0} will close the wounds", "this is the hour for {0}"),
}
"""Occasion -> ways to say it, fit to follow `because`. Nobody is called by a pronoun; no verb agrees with a good."""


def reason(because: tuple[str, ...], salt: int) -> str:
    """One of the ways to say it. because: the occasion and its words; the same salt gives the same way."""
    ways = REASONS[because[0]]
    return ways[salt % len(ways)].format(*because[1:])
