package txn

import (
	"causeway/core/kernel/identity"
	"causeway/core/kernel/wire"
)

// Transactions are written and read by hand, as their tags say.

// AppendCBOR writes the transaction.
func (t Transaction) AppendCBOR(to []byte) []byte {
	var f wire.Fields
	to = f.Begin(to)
	to = wire.AppendBytes(f.Key(to, 1), t.Body)
	if len(t.Signatures) > 0 {
		to = wire.AppendArray(f.Key(to, 2), len(t.Signatures))
		for i := range t.Signatures {
			to = t.Signatures[i].AppendCBOR(to)
		}
	}
	return f.End(to)
}

// ReadCBOR reads a transaction.
func (t *Transaction) ReadCBOR(r *wire.Reader) {
	m := r.Map()
	t.Body = m.Key(1).Bytes()
	t.Signatures = nil
	if n := m.Array(2, identity.SignatureLeast); n > 0 {
		t.Signatures = make([]identity.Signature, n)
		for i := range t.Signatures {
			t.Signatures[i].ReadCBOR(r)
		}
	}
	m.End()
}

// AppendCBOR writes the body.
func (b Body) AppendCBOR(to []byte) []byte {
	var f wire.Fields
	to = f.Begin(to)
	to = wire.AppendText(f.Key(to, 1), b.Kind)
	to = wire.AppendUint(f.Key(to, 2), uint64(b.Version))
	to = wire.AppendText(f.Key(to, 3), b.Party)
	to = f.Text(to, 4, b.Reference)
	to = wire.AppendInt(f.Key(to, 5), b.Expires)
	to = wire.AppendRaw(f.Key(to, 6), b.Payload)
	if b.Signers != nil {
		to = wire.AppendHash(f.Key(to, 7), b.Signers)
	}
	return f.End(to)
}

// ReadCBOR reads a body.
func (b *Body) ReadCBOR(r *wire.Reader) {
	m := r.Map()
	b.Kind = m.Key(1).Text()
	b.Version = uint16(m.Key(2).Uint(16))
	b.Party = identity.LEI(m.Key(3).Text())
	b.Reference = m.Text(4)
	b.Expires = m.Key(5).Int()
	b.Payload = m.Raw(6)
	b.Signers = nil
	if m.Has(7) {
		signers := r.Hash()
		b.Signers = &signers
	}
	m.End()
}

// AppendDocument writes a reference to a document.
func AppendDocument(to []byte, d *Document) []byte {
	var f wire.Fields
	to = f.Begin(to)
	to = wire.AppendText(f.Key(to, 1), d.Kind)
	to = wire.AppendHash(f.Key(to, 2), &d.Hash)
	to = f.Text(to, 3, d.Ref)
	return f.End(to)
}

// DocumentLeast is the least that a reference to a document takes on the wire.
const DocumentLeast = 38

// ReadDocument reads a reference to a document.
func ReadDocument(r *wire.Reader) (d Document) {
	m := r.Map()
	d.Kind = m.Key(1).Text()
	d.Hash = m.Key(2).Hash()
	d.Ref = m.Text(3)
	m.End()
	return d
}
