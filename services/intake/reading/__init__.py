"""Files into rows into drafts of records: what a mapping file says, read strictly; nothing here knows the database."""
