"""The outbox: a mail is a row of the transaction that causes it; the worker sends it later."""
