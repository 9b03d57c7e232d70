package receipt

import (
	"time"

	"github.com/cometbft/cometbft/types"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Verified is what a receipt proves. Amounts are in minor units of their assets.
type Verified struct {
	Chain     string           `json:"chain"`
	ID        wire.Hash        `json:"id"`
	Height    int64            `json:"height"`
	Time      time.Time        `json:"time"` // of the block: what expiry, dates and windows were judged by
	Party     identity.LEI     `json:"party"`
	Kind      string           `json:"kind"`
	Version   uint16           `json:"version"`
	Reference string           `json:"reference,omitempty"`
	Status    txn.Status       `json:"status"`
	Fault     string           `json:"fault,omitempty"` // why it was refused
	Number    uint16           `json:"fault_number,omitempty"`
	Postings  []ledger.Posting `json:"postings,omitempty"` // who paid whom
	Original  *wire.Hash       `json:"original,omitempty"` // the record it repeats, answers or approves
	Items     []Item           `json:"items,omitempty"`
	Signers   []Signer         `json:"signers"`
	Header    wire.Hash        `json:"header"` // hash of the signed header, of the height after

	Payload wire.Raw   `json:"-"` // canonical CBOR of the kind's payload
	Result  txn.Result `json:"-"`
}

// Item is something the transaction carried out under another id. Its postings are known if its
// own result stands in the file.
type Item struct {
	ID       wire.Hash        `json:"id"`
	Status   txn.Status       `json:"status"`
	Fault    string           `json:"fault,omitempty"`
	Number   uint16           `json:"fault_number,omitempty"`
	Detailed bool             `json:"detailed"`
	Postings []ledger.Posting `json:"postings,omitempty"`
}

// Signer is a key that signed the transaction.
type Signer struct {
	Algorithm identity.Algorithm `json:"algorithm"`
	Key       wire.Hex           `json:"key"`
}

// Verify checks a receipt against what the reader trusts and says what it proves.
func Verify(data []byte, trust Trust) (*Verified, error) {
	if len(data) > FileBytesMax {
		return nil, refuse("%d bytes are too many", len(data))
	}
	var f file
	if err := wire.Unmarshal(data, &f); err != nil {
		return nil, refuse("%v", err)
	}
	if f.Format != format {
		return nil, refuse("its format is %q, not %q", f.Format, format)
	}
	head, err := f.Anchor.verify(&trust)
	if err != nil {
		return nil, err
	}
	block, err := f.block(head)
	if err != nil {
		return nil, err
	}
	v, err := f.transaction(block.ChainID)
	if err != nil {
		return nil, err
	}
	if err := f.paths(v.ID, block, head); err != nil {
		return nil, err
	}
	v.Height, v.Time, v.Header = block.Height, block.Time, wire.Hash(head.Hash())
	f.result(v)
	return v, f.parts(v)
}

// block is header H, which header H+1 names by its hash.
func (f *file) block(head *types.Header) (*types.Header, error) {
	block, err := readHeader(f.Block, f.Anchor.Chain)
	if err != nil {
		return nil, err
	}
	if block.Height != head.Height-1 || !equal(wire.Hash(block.Hash()), head.LastBlockID.Hash) {
		return nil, refuse("header %d does not follow the block's header %d", head.Height, block.Height)
	}
	return block, nil
}

// transaction reads the signed bytes. What was carried out must have been signed validly, so a
// contradiction would mean that the ledger itself is broken.
func (f *file) transaction(chain string) (*Verified, error) {
	t, body, err := txn.Decode(f.Transaction)
	if err != nil {
		return nil, refuse("%v", err)
	}
	v := &Verified{
		Chain: chain, ID: txn.ID(chain, t.Body), Party: body.Party, Kind: body.Kind, Version: body.Version,
		Reference: body.Reference, Payload: body.Payload,
	}
	for i := range t.Signatures {
		s := &t.Signatures[i]
		var relyingParty [32]byte
		copy(relyingParty[:], s.Authenticator) // which one is registered only the ledger knows
		if err := identity.Verify(v.ID, s, relyingParty); err != nil && f.Result.Status != txn.Refused {
			return nil, refuse("signatures[%d]: %v", i, err)
		}
		v.Signers = append(v.Signers, Signer{Algorithm: s.Alg, Key: s.Key})
	}
	return v, nil
}

// paths proves that these bytes stood in the block, and that this was their result.
func (f *file) paths(id wire.Hash, block, head *types.Header) error {
	if len(f.InBlock) != len(f.InResults) {
		return refuse("its two paths have different lengths")
	}
	if err := checkSides(f.Sides, f.InBlock); err != nil {
		return err
	}
	if !equal(climb(types.Tx(f.Transaction).Hash(), f.Sides, f.InBlock), block.DataHash) {
		return refuse("the transaction did not stand in block %d", block.Height)
	}
	hash := f.Result.Hash(id)
	leaf, err := resultLeaf(Leaf{Code: uint32(f.Result.Fault), Data: hash[:]})
	if err != nil {
		return refuse("result: %v", err)
	}
	if !equal(climb(leaf, f.Sides, f.InResults), head.LastResultsHash) {
		return refuse("this is not the result of the transaction in block %d", block.Height)
	}
	return nil
}

func (f *file) result(v *Verified) {
	r := &f.Result
	v.Result, v.Status, v.Number, v.Fault, v.Postings = *r, r.Status, r.Fault, faultName(r.Fault), r.Postings
	if !r.Original.IsZero() {
		original := r.Original
		v.Original = &original
	}
	v.Items = items(r)
}

func items(r *txn.Result) (list []Item) {
	for _, i := range r.Items {
		list = append(list, Item{ID: i.ID, Status: i.Status, Number: i.Fault, Fault: faultName(i.Fault)})
	}
	return list
}

// parts proves each part by the hash that the result, or an earlier part, has of it.
func (f *file) parts(v *Verified) error {
	named := append([]txn.Item(nil), f.Result.Items...)
	known := make(map[wire.Hash]bool, len(f.Parts))
	for i := range f.Parts {
		p := &f.Parts[i]
		if known[p.ID] {
			return refuse("parts[%d] stands twice", i)
		}
		known[p.ID] = true
		at := -1
		for j := range named {
			if named[j].ID == p.ID && isHashOf(named[j].Hash, p, v.ID) {
				at = j
			}
		}
		if at < 0 {
			return refuse("parts[%d] is not what the transaction carried out", i)
		}
		v.Items[at].Detailed, v.Items[at].Postings = true, p.Result.Postings
		named = append(named, p.Result.Items...)
		v.Items = append(v.Items, items(&p.Result)...)
	}
	return nil
}

// isHashOf tries the log ids under which a part can be recorded: its own, that of its end, and
// that of a payment which another rule holds afresh.
func isHashOf(hash wire.Hash, p *Part, carrier wire.Hash) bool {
	for _, log := range []wire.Hash{p.ID, txn.FinalID(p.ID), txn.HeldAgainID(p.ID, carrier)} {
		if p.Result.Hash(log) == hash {
			return true
		}
	}
	return false
}

func faultName(number uint16) string {
	if number == 0 {
		return ""
	}
	if f := fault.Numbered(number); f != nil {
		return f.Name
	}
	return "unknown"
}
