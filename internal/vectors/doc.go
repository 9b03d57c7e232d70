// Package vectors holds the Go and the TypeScript client to the same bytes.
//
// Its tests write client-ts/testdata/vectors.json, which the tests of client-ts read: payloads
// of every kind, transactions of every algorithm, signatures good and bad, keys of the state,
// receipts and proofs of state from the real machine. They fail while the file is stale; after
// a change run go test ./internal/vectors -rewrite. The other way round they read
// client-ts/testdata/from-ts.json and verify what TypeScript has encoded and signed.
package vectors
