"""Every question the chassis asks the database, a named function each, always in bulk; a file per noun."""

from services.chassis import clock
from services.chassis.tables import consumed, counts, heard, letters, outbox, references, sayings, sessions, subjects, wakes


class Tables:
    """The one seam between the chassis and its database. A twin in memory answers the same; a proof removes one mechanism."""

    moment = staticmethod(clock.moment)

    insert_missing = staticmethod(subjects.insert_missing)
    lock = staticmethod(subjects.lock)
    histories = staticmethod(subjects.histories)
    held = staticmethod(subjects.held)
    add_lines = staticmethod(subjects.add_lines)
    save_subjects = staticmethod(subjects.save_subjects)

    statements = staticmethod(sayings.statements)
    add_statements = staticmethod(sayings.add_statements)
    save_statements = staticmethod(sayings.save_statements)

    put_outbox = staticmethod(outbox.put)
    unsent = staticmethod(outbox.unsent)
    sent = staticmethod(outbox.sent)
    take_relay = staticmethod(outbox.take_relay)

    share_reference = staticmethod(references.share_reference)
    hold_reference = staticmethod(references.hold_reference)
    reference_rows = staticmethod(references.reference_rows)
    add_reference = staticmethod(references.add_reference)
    raise_version = staticmethod(references.raise_version)
    waiting_wakes = staticmethod(references.waiting_wakes)
    wakes_done = staticmethod(references.wakes_done)
    save_names = staticmethod(references.save_names)
    erase_names = staticmethod(references.erase_names)
    names = staticmethod(references.names)

    due = staticmethod(wakes.due)
    next_wake = staticmethod(wakes.next_wake)
    wake_readers = staticmethod(wakes.wake_readers)
    wake_underived = staticmethod(wakes.wake_underived)
    break_subject = staticmethod(wakes.break_subject)

    expect = staticmethod(consumed.expect)
    fence = staticmethod(consumed.fence)
    move_fence = staticmethod(consumed.move_fence)
    positions = staticmethod(consumed.positions)
    marks = staticmethod(consumed.marks)
    save_read_until = staticmethod(consumed.save_read_until)
    begin = staticmethod(consumed.begin)
    forget_partition = staticmethod(consumed.forget_partition)

    end_silent = staticmethod(sessions.end_silent)

    bury = staticmethod(letters.bury)
    any_open = staticmethod(letters.any_open)
    outrun = staticmethod(letters.outrun)
    outrun_by_reference = staticmethod(letters.outrun_by_reference)
    erase_letters = staticmethod(letters.erase_letters)

    note_heard = staticmethod(heard.note_heard)

    answers = staticmethod(counts.answers)
    counts = staticmethod(counts.counts)
