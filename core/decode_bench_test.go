package core_test

import (
	"testing"

	"causeway/core"
	"causeway/core/feature/payment"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// measured is a payment as bench signs it, but for the signature.
func measured() []byte {
	remittance, document := wire.Sum([]byte("remittance")), wire.Sum([]byte("document"))
	uetr := payment.UETR(remittance[16:])
	uetr[6], uetr[8] = uetr[6]&0x0f|0x40, uetr[8]&0x3f|0x80
	send := payment.Send{From: "A000000012345", To: "A000000054321", Asset: "e-CNY", Amount: money.FromUint64(4711), Purpose: "CGODDR", UETR: &uetr,
		EndToEnd: "E2E-000000000042", Remittance: &remittance, Documents: []txn.Document{{Kind: "invoice", Hash: document, Ref: "INV-0000000042"}}}
	body := txn.Body{Kind: payment.SendKind.Name, Version: payment.SendKind.Version, Party: "8755000000000001NN01", Reference: "R00000000000042", Expires: 1_785_000_000_000, Payload: wire.Marshal(&send)}
	t := txn.Transaction{Body: wire.Marshal(&body), Signatures: []identity.Signature{{Alg: identity.Ed25519, Key: make([]byte, 32), Sig: make([]byte, 64)}}}
	return t.Encode()
}

// BenchmarkDecodePayment: transaction, body and payload of one payment.
func BenchmarkDecodePayment(b *testing.B) {
	raw := measured()
	b.ReportAllocs()
	for b.Loop() {
		_, body, err := txn.Decode(raw)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := core.Kinds.Payload(body.Kind, body.Version, body.Payload); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBound: what a client reference is, and what it binds to.
func BenchmarkBound(b *testing.B) {
	_, body, err := txn.Decode(measured())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		body.Bound()
		body.ReferenceKey()
	}
}
