package fx

import (
	"encoding/binary"
	"math/bits"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Quote is a firm offer: Maker gives Target for Source at Rate (minor units of target per
// minor unit of source), up to Left of the target, until Expires.
type Quote struct {
	ID       wire.Hash     `cbor:"1,keyasint" json:"id"`
	Maker    txn.AccountID `cbor:"2,keyasint" json:"maker"`
	Source   txn.AssetID   `cbor:"3,keyasint" json:"source"`
	Target   txn.AssetID   `cbor:"4,keyasint" json:"target"`
	Rate     money.Rate    `cbor:"5,keyasint" json:"rate"`
	Size     money.Amount  `cbor:"6,keyasint" json:"size"` // minor units of target, at the start
	Left     money.Amount  `cbor:"7,keyasint" json:"left"` // reserved on the maker's account
	Expires  int64         `cbor:"8,keyasint" json:"expires"`
	Sequence uint64        `cbor:"9,keyasint" json:"sequence"` // order of arrival on the network
}

var (
	quotes   = txn.NewTable[Quote]("x", "fx.quote")
	book     = txn.NewTable[wire.Hash]("xb", "fx.book")
	sequence = txn.NewTable[uint64]("xn", "fx.sequence")
)

// bookKey sorts quotes of one pair by rate, the best for the payer first, then by arrival.
// 192 bits of the ratio order any two ratios of 64-bit terms exactly, since those differ by
// more than 2^-128.
func bookKey(q *Quote) []byte {
	whole := q.Rate.Num / q.Rate.Den
	high, rest := bits.Div64(q.Rate.Num%q.Rate.Den, 0, q.Rate.Den)
	low, _ := bits.Div64(rest, 0, q.Rate.Den)
	key := pairKey(q.Source, q.Target)
	for _, word := range [...]uint64{whole, high, low} {
		key = binary.BigEndian.AppendUint64(key, ^word)
	}
	return binary.BigEndian.AppendUint64(key, q.Sequence)
}

func pairKey(source, target txn.AssetID) []byte {
	return []byte(string(source) + "\x00" + string(target) + "\x00")
}

// save writes a quote, or takes it out of the book where nothing is left.
func save(c *txn.Context, q Quote) {
	if q.Left.IsZero() {
		remove(c, q)
		return
	}
	quotes.Put(c, q.ID[:], q)
	book.Put(c, bookKey(&q), q.ID)
}

func remove(c *txn.Context, q Quote) {
	quotes.Delete(c, q.ID[:])
	book.Delete(c, bookKey(&q))
	c.ClearTimer(q.Expires, expiryTimer, q.ID[:])
}

// FindQuote reads a quote that still stands.
func FindQuote(r txn.Reader, id wire.Hash) (Quote, error) {
	q, ok := quotes.Get(r, id[:])
	if !ok {
		return q, fault.FxQuoteNotFound.With("quote", id.String(), "a standing quote")
	}
	return q, nil
}

// Best visits the standing quotes of a pair, best first.
func Best(r txn.Reader, source, target txn.AssetID, visit func(Quote) bool) {
	book.Scan(r, pairKey(source, target), nil, func(_ []byte, id wire.Hash) bool {
		q, ok := quotes.Get(r, id[:])
		return !ok || q.Source != source || q.Target != target || visit(q) // a name may run into the rest of the key
	})
}

var quoteView = txn.View{
	Noun: "quote", En: "firm FX quotes that stand", Zh: "有效的确定外汇报价",
	Get: func(r txn.Reader, id string) (any, bool) {
		h, err := wire.ParseHash(id)
		if err != nil {
			return nil, false
		}
		q, err := FindQuote(r, h)
		return q, err == nil
	},
	List: func(r txn.Reader, from string, visit func(string, any) bool) {
		start, _ := wire.ParseHash(from)
		quotes.Scan(r, nil, start[:], func(_ []byte, q Quote) bool { return visit(q.ID.String(), q) })
	},
}
