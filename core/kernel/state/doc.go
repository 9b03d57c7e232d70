// Package state is the machine's memory: an ordered key space with one overlay per block,
// a sparse Merkle tree over it, and the log of what has happened.
//
// The root depends on the set of keys and values alone, never on their history. The tree has
// the form of ICS-23's SmtSpec (leaf = SHA-256(0x00 ‖ SHA-256(key) ‖ SHA-256(value)), inner =
// SHA-256(0x01 ‖ left ‖ right), empty = 32 zero bytes), so presence and absence can be proven
// to strangers. The package never touches a disk: what must become durable leaves Seal as a
// list of writes, and a block counts only once Adopt is called after they are.
package state
