-- The vacancies the pages show, and the hires that may have filled one; written anew whenever a history is derived.
create table vacancy (
    vacancy_id uuid primary key,
    municipality text not null,
    unit_id uuid not null,
    occupation_group text not null,
    degree text not null,
    leader_post boolean not null,
    needed_from date not null,
    known_at timestamptz not null,
    status text not null,
    end_withdrawn boolean not null,
    review_state text,
    review_closes date,
    outcome text,
    more_hours_state text,
    more_hours_closes date,
    asked integer,
    accepted integer,
    hours_gained text,
    published_on date,
    filled_by uuid,
    filled_from date
);

create index vacancy_of_unit on vacancy (unit_id, known_at);

create table hire (
    hired_fact uuid primary key,
    municipality text not null,
    person_key uuid not null,
    employment_id uuid not null,
    unit_id uuid not null,
    occupation_group text not null,
    first_day date not null,
    known_at timestamptz not null,
    vacancy_id uuid
);

create index hire_of_person on hire (person_key);
create index hire_of_unit on hire (unit_id, occupation_group, known_at);
