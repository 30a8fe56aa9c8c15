"""The nightly recount of the ledger, by other code than the figures' own.

Plain Python walks the entries of each lead and derives anew what triggers and services keep: where the lead stands,
its spans, its part of each tally, and some figures. It shares no code with `projects.services.ledger` nor with the
SQL functions of the figures; that is what makes it a proof.
"""
