"""The steps of every duty, pinned: first how it becomes known, then how it becomes due, then its ends."""

PLANNED, DUE, MISSED = "planned", "due", "missed"
STEPS = {
    "intake.feed": ("fell-silent", "heard-again"),
    "intake.delivery": ("held-back", "settled"),
    "recruitment.vacancy": ("review-planned", "review-due", "reviewed", "review-missed"),
    "recruitment.more-hours": (PLANNED, DUE, "offered", MISSED),
    "recruitment.hiring-step": (PLANNED, DUE, "done", MISSED),
    "recruitment.staff-step": (PLANNED, DUE, "done", MISSED),
    "recruitment.applicant-step": (PLANNED, DUE, "done", MISSED),
    "recruitment.prospect-step": (PLANNED, DUE, "done", MISSED),
    "recruitment.early-interest-activity": (PLANNED, DUE, "held", MISSED),
    "recruitment.partner-follow-up": (PLANNED, DUE, "held", MISSED),
    "onboarding.intro-milestone": (PLANNED, DUE, "done", MISSED),
    "onboarding.course": (PLANNED, DUE, "done", MISSED),
    "onboarding.observation": (PLANNED, DUE, "done", MISSED),
    "retention.retention-talk": (PLANNED, DUE, "held", MISSED),
    "retention.exit-interview": (PLANNED, DUE, "offered", "accepted", "declined", "done", MISSED),
    "retention.development-talk": (PLANNED, DUE, "held", "declined", MISSED),
    "retention.absence-contact": (PLANNED, DUE, "done", MISSED),
    "retention.absence-talk": (PLANNED, DUE, "held", MISSED),
    "retention.retention-plan": (PLANNED, DUE, "done", MISSED),
    "retention.wellbeing-case": (PLANNED, DUE, "done", MISSED),
    "retention.alumni-contact": (PLANNED, DUE, "done", MISSED),
    "retention.programme-enrolment": (PLANNED, DUE, "done", MISSED),
    "retention.case-hand-over": (PLANNED, DUE, "done", MISSED),
    "retention.pulse-answer": (PLANNED, DUE, "done", MISSED),
    "retention.flow-threshold": ("crossed", "settled"),
    "retention.silence": ("noticed", "done"),
    "reporting.follow-up": (PLANNED, DUE, "recorded", MISSED),
    "reporting.strategy-step": (PLANNED, DUE, "done", MISSED),
    "reporting.area": ("submission-planned", "submission-due", "submitted", "submission-missed"),
    "reporting.agenda-pack": (PLANNED, DUE, "made", MISSED),
}
DUTIES = tuple(tuple(f"{stem}-{step}.v1" for step in steps) for stem, steps in STEPS.items())
"""The wire names of each duty, in the order of its life."""
