// Package core is the machine: block in, outcome out, and nothing else.
//
// It is pure. There is no clock but block time, no randomness, no I/O (storage is an
// interface that the node implements), no goroutine, no float, and no map order that could
// reach state. Machine is the only way in: Check, Execute, Explain, Root. What it means is in
// kernel/ (mechanisms) and feature/ (what participants can do); pipeline.go is the order in
// which a transaction is checked.
package core
