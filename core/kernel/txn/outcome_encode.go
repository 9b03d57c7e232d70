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

// seal says in the result what the private part is, of which it keeps the encoding in buffer:
// nothing of it changes any more.
func (o *Outcome) seal(buffer []byte) {
	o.private = o.Private.AppendCBOR(buffer[:0])
	o.Result.Trace = wire.Sum(o.private)
}

// outcomeBytes is more than the outcome of a payment under a dozen rules has.
const outcomeBytes = 1536

// Encode gives the canonical bytes for the log, and the result's Hash under an id.
func (o *Outcome) Encode(id wire.Hash) (data []byte, hash wire.Hash) {
	var buffer [outcomeBytes]byte
	to := o.Result.AppendCBOR(beginHash(buffer[:0], &id))
	hash = wire.Sum(to)
	// What the hash of the result begins with makes way for what the outcome begins with.
	fields := 2
	if o.Tx != 0 {
		fields = 3
	}
	begins := len(resultDomain) + len(id) - 2
	_ = append(wire.AppendMap(to[begins:begins], fields), 1)
	if to = append(to, 2); o.private != nil {
		to = append(to, o.private...)
	} else {
		to = o.Private.AppendCBOR(to)
	}
	if o.Tx != 0 {
		to = wire.AppendUint(append(to, 3), uint64(o.Tx))
	}
	return bytes.Clone(to[begins:]), hash
}

// resultDomain keeps hashes of results apart from others.
const resultDomain = "causeway/result/1"

// beginHash writes what is hashed before a result.
func beginHash(to []byte, id *wire.Hash) []byte { return append(append(to, resultDomain...), id[:]...) }
