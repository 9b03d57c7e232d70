// Package client is the Go SDK: it builds and signs transactions, sends them to a node's public
// interface, reads, follows outcomes and verifies proofs.
//
// Keys stay with the caller (package keyring): a node never holds one. A refusal is an *Error
// that names a fault of the ledger's table. A connection that breaks after a transaction was
// sent leaves its outcome unknown (ErrOutcomeUnknown): sending the same bytes again is safe,
// since an id is spent once.
package client

import (
	"encoding/json"
	"fmt"
	"time"

	"causeway/client/keyring"
	"causeway/core"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Build makes the body of a transaction. The payload is the kind's own type, or JSON: bytes, a
// json.RawMessage, or anything that encoding/json writes as the kind's fields. It is validated
// as the ledger will. Expires may be at most 24 hours ahead.
func Build(kind string, payload any, party identity.LEI, reference string, expires time.Time) (txn.Body, error) {
	k, ok := core.Kinds.Kind(kind)
	if !ok {
		return txn.Body{}, fault.TxKindUnknown.With("kind", kind, "a kind of the catalogue")
	}
	body := txn.Body{Kind: k.Name, Version: k.Version, Party: party, Reference: reference, Expires: expires.UnixMilli()}
	if typed, ok := payload.(txn.Payload); ok {
		return core.NewBody(typed, k, body)
	}
	var data []byte
	switch v := payload.(type) {
	case json.RawMessage:
		data = v
	case []byte:
		data = v
	default:
		var err error
		if data, err = json.Marshal(v); err != nil {
			return body, fmt.Errorf("client: payload of %s: %w", kind, err)
		}
	}
	raw, err := core.Kinds.FromJSON(kind, data)
	body.Payload = raw
	return body, err
}

// ID is the id that a body has on a chain: what is signed.
func ID(chain string, body *txn.Body) wire.Hash { return txn.ID(chain, wire.Marshal(body)) }

// Sign signs a body; the first signer is the maker. The result is what Submit takes.
func Sign(chain string, body txn.Body, signers ...keyring.Signer) ([]byte, error) {
	raw, _, err := keyring.SignTransaction(chain, body, signers...)
	return raw, err
}

// SignExplain signs a question: what would happen to this body now? It is signed over another
// domain, so the answerer can never submit it. Its time is stamped in place of the expiry.
func SignExplain(chain string, body txn.Body, now time.Time, signers ...keyring.Signer) ([]byte, error) {
	body.Expires = now.UnixMilli()
	return keyring.SignExplain(chain, body, signers...)
}
