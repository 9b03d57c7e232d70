// Package archtest holds the rules of the house as tests: who may import whom, what is banned
// inside the pure core, how long a file may be, and that the table of refusals only grows.
//
// The tests read and parse the files of the repository in process. A test that asked the go
// command would be served a stale answer from the test cache, since the files it looked at are
// not among its inputs; files that a test opens are.
package archtest
