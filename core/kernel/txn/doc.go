// Package txn is what a feature receives and must provide.
//
// A feature provides kinds: a payload that can validate itself, say who may do it, and
// execute. It receives a Context: the time, the actor, read access to the ledger, and the few
// ways to change it. Value moves through Context.Move alone, which asks the guard and then
// posts, in one call; no feature can write a balance. The context writes no block and keeps
// nothing between transactions.
package txn
