package txn

import (
	"bytes"

	"causeway/core/kernel/wire"
)

// The outcome of every payment is encoded once for the log and hashed in parts, so it is
// written by hand. What it writes is what wire.Marshal writes.

// AppendCBOR writes the canonical result.
func (r *Result) AppendCBOR(to []byte) []byte {
	var f wire.Fields
	to = f.Begin(to)
	to = wire.AppendUint(f.Key(to, 1), uint64(r.Status))
	to = f.Uint(to, 2, uint64(r.Fault))
	if len(r.Postings) > 0 {
		to = wire.AppendArray(f.Key(to, 3), len(r.Postings))
		for i := range r.Postings {
			to = r.Postings[i].AppendCBOR(to)
		}
	}
	if len(r.Events) > 0 {
		to = wire.AppendArray(f.Key(to, 4), len(r.Events))
		for i := range r.Events {
			to = append(wire.AppendText(append(wire.AppendMap(to, 2), 1), r.Events[i].Name), 2)
			if len(r.Events[i].Data) == 0 {
				to = append(to, 0xf6) // null
			}
			to = append(to, r.Events[i].Data...)
		}
	}
	if len(r.Items) > 0 {
		to = wire.AppendArray(f.Key(to, 5), len(r.Items))
		for i := range r.Items {
			to = r.Items[i].appendCBOR(to)
		}
	}
	to = wire.AppendHash(f.Key(to, 6), &r.Original)
	to = wire.AppendHash(f.Key(to, 7), &r.Trace)
	if len(r.Bound) > 0 {
		to = wire.AppendBytes(f.Key(to, 8), r.Bound)
	}
	to = f.Text(to, 9, string(r.Party))
	return f.End(to)
}

func (i *Item) appendCBOR(to []byte) []byte {
	var f wire.Fields
	to = f.Begin(to)
	to = wire.AppendHash(f.Key(to, 1), &i.ID)
	to = wire.AppendUint(f.Key(to, 2), uint64(i.Status))
	to = f.Uint(to, 3, uint64(i.Fault))
	to = wire.AppendHash(f.Key(to, 4), &i.Hash)
	return f.End(to)
}

// AppendCBOR writes the private part, whose hash is in the result.
func (p *Private) AppendCBOR(to []byte) []byte {
	var f wire.Fields
	to = f.Begin(to)
	if len(p.Steps) > 0 {
		to = wire.AppendArray(f.Key(to, 1), len(p.Steps))
		for i := range p.Steps {
			to = p.Steps[i].AppendCBOR(to)
		}
	}
	if len(p.Charges) > 0 {
		to = p.Charges.AppendCBOR(f.Key(to, 2))
	}
	to = f.Text(to, 3, p.Field)
	to = f.Text(to, 4, p.Found)
	to = f.Text(to, 5, p.Want)
	return f.End(to)
}

// hash is what a result says of its private part.
func (p *Private) hash() wire.Hash {
	var buffer [outcomeBytes]byte
	return wire.Sum(p.AppendCBOR(buffer[:0]))
}

// outcomeBytes is more than the outcome of a payment under a dozen rules has.
const outcomeBytes = 1536

// Encode gives the canonical bytes for the log, and the result's Hash under an id.
func (o *Outcome) Encode(id wire.Hash) (data []byte, hash wire.Hash) {
	fields := 2
	if o.Tx != 0 {
		fields = 3
	}
	var buffer [outcomeBytes]byte
	to := append(wire.AppendMap(buffer[:0], fields), 1)
	start := len(to)
	to = o.Result.AppendCBOR(to)
	hash = resultHash(&id, to[start:])
	to = o.Private.AppendCBOR(append(to, 2))
	if o.Tx != 0 {
		to = wire.AppendUint(append(to, 3), uint64(o.Tx))
	}
	return bytes.Clone(to), hash
}

func resultHash(id *wire.Hash, result []byte) wire.Hash {
	return wire.Sum([]byte("causeway/result/1"), id[:], result)
}
