package txn

import (
	"bytes"
	"strconv"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/wire"
)

// Limits of a transaction.
const (
	SignaturesMax  = 16
	ReferenceMax   = 64            // characters of a client reference
	ExpiryAheadMax = 24 * 3600_000 // ms
)

// Transaction is what is submitted: a body and, outside it, signatures over its id.
type Transaction struct {
	Body       []byte               `cbor:"1,keyasint"`
	Signatures []identity.Signature `cbor:"2,keyasint,omitempty"`
}

// Body is what is signed: which party wants what, under which reference, until when.
type Body struct {
	Kind      string       `cbor:"1,keyasint" json:"kind"`
	Version   uint16       `cbor:"2,keyasint" json:"version"`
	Party     identity.LEI `cbor:"3,keyasint" json:"party"`
	Reference string       `cbor:"4,keyasint,omitempty" json:"reference,omitempty"` // the client's; binds on effect
	Expires   int64        `cbor:"5,keyasint" json:"expires"`                       // Unix ms, at most 24 h ahead
	Payload   wire.Raw     `cbor:"6,keyasint" json:"-"`
	// Signers binds who signs, in which order, where it is more than one key: signatures stand
	// outside the id, and nobody on the way may take one off. See SignerSet.
	Signers *wire.Hash `cbor:"7,keyasint,omitempty" json:"signers,omitempty"`
}

// PublicKey is a key as SignerSet names it.
type PublicKey struct {
	Algorithm identity.Algorithm
	Public    []byte
}

// SignerSet names the keys that sign a transaction, in their order.
func SignerSet(keys []PublicKey) wire.Hash {
	list := []byte("causeway/signers/1")
	for _, k := range keys {
		list = append(append(list, byte(k.Algorithm), byte(len(k.Public))), k.Public...)
	}
	return wire.Sum(list)
}

// CheckSigners refuses a transaction that is not signed by just the keys that its body binds:
// whoever took a signature off must not be able to spend the id of what was signed.
func (t *Transaction) CheckSigners(body *Body) error {
	if body.Signers == nil && len(t.Signatures) == 1 {
		return nil
	}
	keys := make([]PublicKey, len(t.Signatures))
	for i := range t.Signatures {
		keys[i] = PublicKey{Algorithm: t.Signatures[i].Alg, Public: t.Signatures[i].Key}
	}
	if body.Signers == nil || *body.Signers != SignerSet(keys) {
		return fault.TxSignersDiffer.With("signers", strconv.Itoa(len(keys))+" signatures", "the keys that the body names, all of them and in their order")
	}
	return nil
}

// ID is what every algorithm signs: SHA-256("causeway/tx/1" ‖ chain id ‖ body).
func ID(chain string, body []byte) wire.Hash {
	return wire.Sum([]byte("causeway/tx/1"), []byte(chain), body)
}

// ExplainID is what is signed to ask for an explanation: of another domain than ID, so that
// the request can never be submitted as the transaction it asks about.
func ExplainID(chain string, body []byte) wire.Hash {
	return wire.Sum([]byte("causeway/explain/1"), []byte(chain), body)
}

// Encode gives the bytes to submit.
func (t *Transaction) Encode() []byte { return wire.Marshal(t) }

// Decode reads a transaction and its body; both must be canonical.
func Decode(data []byte) (t Transaction, body Body, err error) {
	r := wire.NewReaderKept(bytes.Clone(data)) // one copy, of which the parts are slices
	t.ReadCBOR(&r)
	if err := r.Done(); err != nil {
		return t, body, fault.TxMalformed.With("transaction", "", "canonical CBOR {1: body, 2: signatures}").Because(err)
	}
	r = wire.NewReaderKept(t.Body)
	body.ReadCBOR(&r)
	if err := r.Done(); err != nil {
		return t, body, fault.TxMalformed.With("body", "", "canonical CBOR of a body").Because(err)
	}
	if len(body.Reference) > ReferenceMax || !printable(body.Reference) {
		return t, body, fault.TxFieldInvalid.With("reference", body.Reference, "at most 64 printable ASCII characters")
	}
	return t, body, nil
}

// Bound is what a client reference binds to: the body without expiry, signers and signatures.
func (b *Body) Bound() [16]byte {
	c := *b
	c.Expires, c.Signers = 0, nil
	var buffer [768]byte // a payment fits, and then nothing is allocated
	return boundTo(c.AppendCBOR(buffer[:0]))
}

func boundTo(content []byte) (h [16]byte) {
	full := wire.Sum([]byte("causeway/bound/1"), content)
	copy(h[:], full[:])
	return h
}

// ReferenceKey is the replay memory's key of a client reference; zero for none.
func (b *Body) ReferenceKey() wire.Hash { return referenceOf(b.Party, b.Reference) }

func referenceOf(party identity.LEI, reference string) wire.Hash {
	if reference == "" {
		return wire.Hash{}
	}
	var buffer [128]byte
	text := append(append(buffer[:0], "causeway/ref/1"...), party...)
	return wire.Sum(append(append(text, 0), reference...))
}

func printable(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] < 0x20 || text[i] > 0x7e {
			return false
		}
	}
	return true
}
