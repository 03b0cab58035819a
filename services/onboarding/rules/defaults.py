"""The steps and templates that hold where a municipality is silent: danish-hr, section 4. Data only; every number is a setting."""

from collections.abc import Mapping
from typing import Any

Raw = Mapping[str, Any]
"""A table as a rule file has it."""

FROM_NOW = {"opens": "known", "required": True, "pauses": False}

STEPS: Mapping[str, Raw] = {
    # S0: individual, through the first year, made before it begins
    "plan-before-start": {"how": "plan", **FROM_NOW, "due": "5 working days before start", "missed_after": "start"},
    # S0: a professional and a social mentor, or a fixed team
    "mentors-named": {"how": "mentors", **FROM_NOW, "due": "1 day before start", "missed_after": "start"},
    "first-day": {"opens": "start", "due": "start", "missed_after": "5 working days after close"},
    "first-week": {"opens": "day 7", "due": "day 7", "missed_after": "5 working days after close"},
    "month-1": {"opens": "1 month", "due": "1 month", "missed_after": "5 working days after close"},
    # S0: to prevent accidents; before anybody works alone
    "safety-introduction": {"opens": "start", "due": "day 5", "missed_after": "day 14", "required": True},
    # S0: ready to carry the tasks alone; no seed names a day
    "works-alone": {"opens": "day 5", "due": "1 month", "missed_after": "20 working days after close"},
    # S0: both attend to the newcomer
    "amr-contacted": {"kind": "representatives-contacted", "role": "amr", "opens": "start", "due": "day 14", "missed_after": "day 30"},
    "tr-contacted": {"kind": "representatives-contacted", "role": "tr", "opens": "start", "due": "day 14", "missed_after": "day 30"},
    # S0: after the first couple of weeks, within three months (S3: the 3-month talk), after six to twelve months
    "talk-2-weeks": {"how": "talk", "opens": "day 10", "due": "day 14", "closes": "day 28", "required": True},
    "talk-3-months": {"how": "talk", "opens": "day 45", "due": "3 months", "required": True},
    "talk-6-12-months": {"how": "talk", "opens": "6 months", "due": "9 months", "closes": "12 months", "required": True},
    # S0: after parental or other leave
    "reintroduction-plan": {
        "how": "plan",
        "opens": "6 weeks before return",
        "due": "10 working days before return",
        "missed_after": "return",
        "required": True,
        "pauses": False,
    },
    "reintroduction-talk": {"how": "talk", "opens": "return", "due": "day 14", "missed_after": "day 28", "required": True},
    # S0: who changes jobs inside the municipality; the unit that is left hands over
    "hand-over": {
        "opens": "known",
        "due": "1 day before start",
        "missed_after": "5 working days after close",
        "at": "releasing",
        "hidden": True,
        "pauses": False,
    },
    # S2, R1: all new leaders the first six months
    "leader-mentor-6-months": {
        "how": "mentors",
        **FROM_NOW,
        "mentors": "leader",
        "role": "leaders-leader",
        "due": "start",
        "missed_after": "10 working days after close",
    },
    "leader-mentor-evaluation": {
        "role": "leaders-leader",
        "opens": "5 months",
        "due": "6 months",
        "missed_after": "20 working days after close",
    },
    "leader-onboarding": {"role": "leaders-leader", "opens": "start", "due": "3 months", "missed_after": "20 working days after close"},
    # No seed names a day: time enough to agree on something else, or to give notice within a trial
    "fixed-term-end": {"opens": "8 weeks before end", "due": "4 weeks before end", "missed_after": "2 weeks before end", "pauses": False},
    "trial-end": {"opens": "4 weeks before end", "due": "3 weeks before end", "missed_after": "2 weeks before end", "pauses": False},
}

OFF = {"on": False}
_ALL_YEAR = (
    *("plan-before-start", "mentors-named", "first-day", "first-week", "month-1", "safety-introduction", "amr-contacted", "tr-contacted"),
    *("talk-2-weeks", "talk-3-months", "talk-6-12-months"),
)
_FROM_DAY_ONE = {"plan-before-start": {"due": "start", "missed_after": "day 3"}}
_SHORT = dict.fromkeys(("mentors-named", "month-1", "amr-contacted", "tr-contacted"), OFF)


def _steps(*names: str) -> dict[str, Raw]:
    return {name: {} for name in names}


TEMPLATES: Mapping[str, Raw] = {
    "first-year": {"occasion": "hire", "steps": _steps(*_ALL_YEAR)},
    # S0: pupils, students and temps from day one; the talks of the year are owed to them as to all
    "short": {"occasion": "pupil-or-student", "extends": "first-year", "forms": ["pupil", "student"], "steps": {**_FROM_DAY_ONE, **_SHORT}},
    "temp": {"occasion": "temp", "extends": "short", "forms": ["temporary"]},
    "return": {"occasion": "return-from-leave", "steps": _steps("reintroduction-plan", "reintroduction-talk")},
    "move": {"occasion": "internal-move", "steps": _steps("plan-before-start", "safety-introduction", "talk-2-weeks", "hand-over")},
    "new-leader": {
        "occasion": "new-leader",
        "steps": _steps("leader-mentor-6-months", "leader-mentor-evaluation", "leader-onboarding"),
    },
    "term-ending": {"occasion": "term-ending", "steps": _steps("fixed-term-end")},
    "trial-ending": {"occasion": "trial-ending", "steps": _steps("trial-end")},
}
