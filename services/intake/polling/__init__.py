"""Payroll services that are asked over HTTP: which, what in which window, and how an answer becomes a delivery."""
