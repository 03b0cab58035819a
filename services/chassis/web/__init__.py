"""The pages of a service: who is asking, forms, texts, the look. Read this before you write a page.

A page is a coroutine on a Starlette route; GET never changes anything, POST goes to the same path as its page::

    async def talk(request: Request) -> Response:
        desk = await Desk.of(request)
        row = await store.talk(desk.runtime.pool, desk.viewer.units, request.path_params["fact"])
        if row is None:
            raise NotFound("talk-not-found")
        return desk.render("talk.html", talk=row, names=await desk.runtime.names([row.person]))

    class TalkHeld(Form):                                   # frozen, extra="forbid", carries form_id
        held_on: date = Field(title="talk-held-on")         # title: the message id of its label, shown with its error
        themes: tuple[TalkTheme, ...] = ()

    async def hold_talk(request: Request) -> Response:
        desk = await Desk.of(request)
        asked = await desk.form(TalkHeld)                   # CSRF, one-time form_id, pydantic; wrong: same page, 422
        await desk.runtime.ask(subject, asked.form_id, partial(domain.hold_talk, asked))    # Refused: same page, 409
        return desk.redirect("/onboarding", notice="talk-held")

    ROUTES = (Route("/onboarding/talks/{fact:uuid}", talk), Route("/onboarding/talks/{fact:uuid}", hold_talk, methods=["POST"]))

- `Invalid` and `Refused` after a POST show the page of the same path again (its GET route), with what was typed, a summary of
  errors on top and one at each field (`Refused("id", field="held_on")`: at that field).
  A POST whose path has no GET page names it: `await desk.form(TalkHeld, page=talk)`.
- Empty fields count as not given (defaults hold); a field that is a tuple takes several values of its name.
  A validator says `raise wrong("message-id", place=…)`. Field names are unique on a page.
- A page whose address asks for something (`?from=…`) reads it with `asked(request, Model)`, a `Query` instead of a `Form`;
  its form is a `<form method="get">` with the same fields, and what is wrong is told at each.
- `@public` on an endpoint lets people in who have not signed in; every other route asks for sign-in (under /api: 401).
- `desk.viewer.units`, `.roles`, `.leads(unit)`, `.is_hr`; `desk.snapshot` is the reference, `desk.today` the Danish day,
  `desk.text("message-id", place=…)` a text outside a template. What the viewer may not see is `raise NotFound("…")`.

Templates (Jinja2, `services/<name>/templates/`, names unique in the product, no script and no style attribute)::

    {% extends "base.html" %}
    {% from "forms.html" import post_form, text, area, date, number, select, radios, checkboxes, checkbox, hidden, submit %}
    {% from "parts.html" import icon, alert, badge, table, facts, back, link, buttons, button_link, one_button, nothing, card, more %}
    {% block title %}{{ _("talk-title") }}{% endblock %}    (shown as h1 too; `{% block heading %}` replaces the h1)
    {% block content %}…{% endblock %}                      (`{% block above %}`: a back link before the h1)

    {% call post_form() %}                                  (adds the CSRF token and the form_id; post_form("/other/path"))
      {{ date("held_on", _("talk-held-on"), hint=_("talk-held-on-hint"), value=talk.held_on, max=today) }}
      {{ radios("kind", _("talk-kind"), [("phone", _("talk-kind-phone")), …], value="phone") }}
      {{ checkboxes("themes", _("talk-themes"), [(value, text), …], value=("tasks",), required=false) }}
      {{ submit(_("talk-save")) }}
    {% endcall %}
    text/area/date/number/select(name, label, hint=none, value=none, required=true, …): `required=false` says "(frivilligt)"
    {% call(row) table(_("caption"), [_("home"), _("share")], numeric=[1]) %}
      {% for home in homes %}{{ row([link(home.path, home.name), home.share|percent]) }}{% endfor %}
    {% endcall %}                                           (or rows=[[…], …] made in Python)
    {{ facts([(label, value), …]) }}  {{ alert("info"|"success"|"warning"|"error", heading, text) }}
    {% call more(_("what-few-need"), open=false) %}…{% endcall %}
    {% call buttons() %}{{ button_link("/path", _("see")) }} {{ one_button("/path", _("take-back"), about=name) }}{% endcall %}
    {{ doubtful_badge() }} {{ doubtful_alert(text=none) }}  (where the subject is in `await desk.doubtful(ids)`)
    {{ badge(text, "info"|"success"|"warning"|"error"|none) }}  (one_button: a POST without fields)

Filters: `|day` fredag 14. marts (with the year when it is not this one), `|short_day` 14. mar., `|moment`, `|month`,
`|number(1)` 1.234,5, `|percent(0)` 84 %. In every template: `viewer`, `viewer_name`, `today`, `language`, `name_of(names, person)`.

Texts: `messages/da.toml` and `messages/en.toml`, flat `id = "text with {place}"`; ids unique in the product (chassis: `web-…`;
begin yours with a word of your service). With `count=1` the id `…-one` is taken where there is one.
`_("kind-" ~ kind)` is fine: all ids that begin so count as used. tests/house/test_messages.py holds all of it.
"""

from services.chassis.failures import NotFound, Refused
from services.chassis.web.catalogue import Catalogue
from services.chassis.web.desk import Desk
from services.chassis.web.forms import Form, Invalid, Query, asked, wrong
from services.chassis.web.hosting import mount
from services.chassis.web.identity import Identity, Known, public
from services.chassis.web.site import Site
from services.chassis.web.viewer import Viewer

__all__ = [
    "Catalogue",
    "Desk",
    "Form",
    "Identity",
    "Invalid",
    "Known",
    "NotFound",
    "Query",
    "Refused",
    "Site",
    "Viewer",
    "asked",
    "mount",
    "public",
    "wrong",
]
