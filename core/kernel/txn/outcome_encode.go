package txn

import (
	"bytes"

	"causeway/core/kernel/wire"
)

// The outcome of every payment is encoded once for the log and hashed in parts, so it is
// written by hand. What it writes is what wire.Marshal writes.

// AppendCBOR writes the canonical result.
func (r *Result) AppendCBOR(to []byte) []byte {
	f := wire.BeginFields(to)
	f.Set(wire.AppendUint(f.Key(1), uint64(r.Status)))
	f.Uint(2, uint64(r.Fault))
	if len(r.Postings) > 0 {
		to = wire.AppendArray(f.Key(3), len(r.Postings))
		for i := range r.Postings {
			to = r.Postings[i].AppendCBOR(to)
		}
		f.Set(to)
	}
	if len(r.Events) > 0 {
		to = wire.AppendArray(f.Key(4), len(r.Events))
		for i := range r.Events {
			to = append(wire.AppendText(append(wire.AppendMap(to, 2), 1), r.Events[i].Name), 2)
			if len(r.Events[i].Data) == 0 {
				to = append(to, 0xf6) // null
			}
			to = append(to, r.Events[i].Data...)
		}
		f.Set(to)
	}
	if len(r.Items) > 0 {
		to = wire.AppendArray(f.Key(5), len(r.Items))
		for i := range r.Items {
			to = r.Items[i].appendCBOR(to)
		}
		f.Set(to)
	}
	f.Set(wire.AppendHash(f.Key(6), &r.Original))
	f.Set(wire.AppendHash(f.Key(7), &r.Trace))
	if len(r.Bound) > 0 {
		f.Set(wire.AppendBytes(f.Key(8), r.Bound))
	}
	f.Text(9, string(r.Party))
	return f.End()
}

func (i *Item) appendCBOR(to []byte) []byte {
	f := wire.BeginFields(to)
	f.Set(wire.AppendHash(f.Key(1), &i.ID))
	f.Set(wire.AppendUint(f.Key(2), uint64(i.Status)))
	f.Uint(3, uint64(i.Fault))
	f.Set(wire.AppendHash(f.Key(4), &i.Hash))
	return f.End()
}

// AppendCBOR writes the private part, whose hash is in the result.
func (p *Private) AppendCBOR(to []byte) []byte {
	f := wire.BeginFields(to)
	if len(p.Steps) > 0 {
		to = wire.AppendArray(f.Key(1), len(p.Steps))
		for i := range p.Steps {
			to = p.Steps[i].AppendCBOR(to)
		}
		f.Set(to)
	}
	if len(p.Charges) > 0 {
		to = wire.AppendArray(f.Key(2), len(p.Charges))
		for i := range p.Charges {
			to = p.Charges[i].AppendCBOR(to)
		}
		f.Set(to)
	}
	f.Text(3, p.Field)
	f.Text(4, p.Found)
	f.Text(5, p.Want)
	return f.End()
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
	data = append(wire.AppendMap(buffer[:0], fields), 1)
	start := len(data)
	data = o.Result.AppendCBOR(data)
	hash = resultHash(&id, data[start:])
	data = o.Private.AppendCBOR(append(data, 2))
	if o.Tx != 0 {
		data = wire.AppendUint(append(data, 3), uint64(o.Tx))
	}
	return bytes.Clone(data), hash
}

func resultHash(id *wire.Hash, result []byte) wire.Hash {
	return wire.Sum([]byte("causeway/result/1"), id[:], result)
}
