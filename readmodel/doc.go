// Package readmodel keeps what has happened on the ledger as SQL tables: parties, payments with
// their life, statements, holds, reserves, and what else people look for in lists.
//
// A reader pulls committed blocks by height and writes each in one SQL transaction with its own
// position, so that killing it or the database loses nothing; it reads from the node, and the
// node knows nothing of it. A table is a function of the blocks: a rebuild gives the same rows.
// SQLite and PostgreSQL have the same schema and give the same answers. Nothing here is private:
// traces of rules, and what a refusal found, are never copied.
package readmodel
