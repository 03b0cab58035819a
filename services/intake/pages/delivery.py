"""One delivery: what was delivered by whom, what of it was refused and why, and what is to be decided; never a value of a row."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.chassis.failures import NotFound, Refused
from services.chassis.runtime import Runtime
from services.chassis.web import Desk
from services.chassis.web.forms import Form, uploaded
from services.intake import delivery_store, noting, refused_store
from services.intake.delivery_store import Bringer, Brought, Shown, State
from services.intake.mending import refused_file
from services.intake.pages.texts import LIST, Texts, desk_of_hr, places
from services.intake.reading.refused import DeliveryRefused
from services.intake.refused_store import RefusedFile
from services.intake.releasing import decide, put_right, refused_rows, take_released
from services.intake.vault import Unopened, Vault

MOST_ROWS = 500
MOST_DOWNLOADS = 20


class Fetch(Form):
    """Fetch the open rows of a file."""

    file_ref: str = Field(max_length=80)


class Corrected(Form):
    """Send a sheet that was put right."""

    file: str = Field(default="", title="intake-upload-file")


class Decision(Form):
    """Let a delivery go, or drop it."""

    decision: Annotated[Literal[State.RELEASED, State.DROPPED], Field(title="intake-hold-decision")]
    why: str = Field(min_length=3, max_length=200, title="intake-hold-why")


class Resume(Form):
    """Take the rest of a delivery that was let go."""


async def delivery(request: Request) -> Response:
    """One delivery: its numbers, what it said, its refused rows, and what can be done with it."""
    desk = await desk_of_hr(request)
    shown, texts = await _delivery(desk), Texts(desk)
    async with desk.runtime.pool.acquire() as conn:
        refused = await refused_store.shown(conn, shown.id, MOST_ROWS)
        reasons = await refused_store.reasons(conn, shown.id)
        files = await refused_store.files(conn, shown.id)
        said = await delivery_store.said(conn, shown.id)
        notes = await delivery_store.notes(conn, shown.id)
        corrections = await delivery_store.corrections(conn, shown.id)
        downloads = await refused_store.downloads(conn, shown.id, MOST_DOWNLOADS)
    named = await _named(desk, shown.id, files)
    return desk.render(
        "delivery.html",
        delivery=shown,
        texts=texts,
        brought=await texts.who(shown.brought),
        decided_by=await texts.who(shown.hold.by) if shown.hold else "",
        refused=refused,
        reasons=reasons,
        cut_off=sum(rows for _, rows, _ in reasons) > len(refused),
        most=MOST_ROWS,
        files=named,
        file_names=[(file.file_ref, name) for file, name in named],
        brought_in=await _brought_in(desk, shown.id),
        notes=sorted((texts.note(word), count) for word, count in notes.items()),
        said=sorted((texts.said(wire), count) for wire, count in said.items()),
        corrections=corrections,
        downloads=[(each, await texts.who(Brought(Bringer.HR, str(each.by_person)))) for each in downloads],
    )


async def fetch(request: Request) -> Response:
    """The open rows of a file as a sheet; who fetches is noted with it."""
    desk = await desk_of_hr(request)
    shown, texts = await _delivery(desk), Texts(desk)
    asked = await desk.form(Fetch, page=delivery)
    try:
        content = await refused_rows(
            _runtime(desk),
            shown,
            asked.file_ref,
            desk.viewer.person,
            lambda row: f"{texts.reason(row.reason)}. {texts.fix(row.reason)}".strip(),
        )
    except DeliveryRefused as why:
        raise _refused(why) from why
    headers = {"content-disposition": f'attachment; filename="{desk.text("intake-sheet-name")}"', "cache-control": "no-store"}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


async def correct(request: Request) -> Response:
    """Take rows that were put right."""
    desk = await desk_of_hr(request)
    shown = await _delivery(desk)
    content = await uploaded(request, "file")
    await desk.form(Corrected, page=delivery)
    if not content:
        raise Refused("intake-upload-none", field="file")
    try:
        outcome = await put_right(_runtime(desk), shown, content, _viewer(desk))
    except DeliveryRefused as why:
        raise _refused(why, field="file") from why
    notice = "intake-upload-held" if outcome.held else "intake-upload-again" if outcome.again else "intake-upload-done"
    return desk.redirect(f"{LIST}/{outcome.id}", notice=notice)


async def judge(request: Request) -> Response:
    """Let a delivery that waits go, or drop it."""
    desk = await desk_of_hr(request)
    shown = await _delivery(desk)
    asked = await desk.form(Decision, page=delivery)
    try:
        await decide(_runtime(desk), shown.id, asked.decision, _viewer(desk), asked.why)
    except DeliveryRefused as why:
        raise _refused(why) from why
    if asked.decision is State.DROPPED:
        return desk.redirect(f"{LIST}/{shown.id}", notice="intake-drop-done")
    return _taking(desk, shown)


async def resume(request: Request) -> Response:
    """Take the rest of a delivery that was let go and then stopped."""
    desk = await desk_of_hr(request)
    shown = await _delivery(desk)
    await desk.form(Resume, page=delivery)
    if shown.state is not State.RELEASED:
        raise Refused("intake-refusal-not-waiting")
    return _taking(desk, shown)


def _taking(desk: Desk, shown: Shown) -> Response:
    """Take it once this is answered: it may be long, and what stops it leaves it where it can be taken up again."""

    async def taken() -> None:
        with suppress(DeliveryRefused):  # stands on the page, or another process takes this feed just now
            await take_released(_runtime(desk), shown)

    answer = desk.redirect(f"{LIST}/{shown.id}", notice="intake-release-done")
    answer.background = BackgroundTask(taken)
    return answer


async def _delivery(desk: Desk) -> Shown:
    async with desk.runtime.pool.acquire() as conn:
        found = await delivery_store.one(conn, desk.viewer.municipality, desk.request.path_params["id"])
    if found is None:
        raise NotFound("intake-no-delivery")
    return found


async def _brought_in(desk: Desk, number: UUID) -> list[str]:
    """The names of the first files of a delivery; with the last of them how many more there are."""
    async with desk.runtime.pool.acquire() as conn:
        try:
            names, count = await noting.files(conn, Vault.of(_runtime(desk).settings), number)
        except Unopened:
            return [desk.text("intake-name-unopened")]
    if more := count - len(names):
        names[-1] += " " + desk.text("intake-names-more", count=more)
    return names


async def _named(desk: Desk, number: UUID, files: Sequence[RefusedFile]) -> list[tuple[RefusedFile, str]]:
    """Files with the names they came with, as far as these can be opened."""
    named = []
    for file in files:
        try:
            named.append((file, (await refused_file(_runtime(desk), number, file.file_ref)).name))
        except DeliveryRefused:
            named.append((file, file.file_ref))
    return named


def _runtime(desk: Desk) -> Runtime:
    runtime = desk.runtime
    assert isinstance(runtime, Runtime)
    return runtime


def _viewer(desk: Desk) -> Brought:
    return Brought(Bringer.HR, str(desk.viewer.person))


def _refused(why: DeliveryRefused, **more: str) -> Refused:
    return Refused(f"intake-refusal-{why.reason}", **{**places(why.fields), **more})


ROUTES = (
    Route(f"{LIST}/{{id:uuid}}", delivery),
    Route(f"{LIST}/{{id:uuid}}/rows", fetch, methods=["POST"]),
    Route(f"{LIST}/{{id:uuid}}/corrected", correct, methods=["POST"]),
    Route(f"{LIST}/{{id:uuid}}/decision", judge, methods=["POST"]),
    Route(f"{LIST}/{{id:uuid}}/rest", resume, methods=["POST"]),
)
