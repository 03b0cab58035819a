"""The rule book of vacancies: pure functions on frozen values."""
