"""The displacement ledger: what became of each patient in one run, and in another."""

from results.displacement.ledgers import Ledger, ledger

__all__ = ["Ledger", "ledger"]
