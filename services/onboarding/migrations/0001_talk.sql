-- The follow-up talks the pages show; written anew whenever the person's history is derived.
create table talk (
    fact uuid primary key,
    municipality text not null,
    person_key uuid not null,
    employment_id uuid not null,
    unit_id uuid not null,
    kind text not null,
    state text not null,
    opens date not null,
    due date not null,
    closes date not null,
    missed_after date not null,
    state_on date,
    in_window boolean not null,
    on_leave boolean not null,
    first_day date not null,
    last_day date
);

create index talk_of_person on talk (person_key);
create index talk_of_unit on talk (unit_id, first_day);
