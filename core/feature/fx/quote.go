package fx

import (
	"strconv"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// quoteLifeMax is how long a quote may stand: one day.
const quoteLifeMax = 24 * 3600_000

// Post offers Target for Source, firmly: the size is reserved on the maker's account.
type Post struct {
	Account txn.AccountID `cbor:"1,keyasint" json:"account"` // the maker's, gives target, receives source
	Source  txn.AssetID   `cbor:"2,keyasint" json:"source"`
	Target  txn.AssetID   `cbor:"3,keyasint" json:"target"`
	Rate    money.Rate    `cbor:"4,keyasint" json:"rate"`               // minor units of target per minor unit of source
	Size    money.Amount  `cbor:"5,keyasint" json:"size" unit:"target"` // minor units of target
	Expires int64         `cbor:"6,keyasint" json:"expires"`
}

var quoteKind = txn.Kind{
	Name: "fx.quote", Version: 1,
	En:      "post a firm quote; its size is reserved until it is taken, cancelled or expires",
	Zh:      "发布确定报价；其规模在成交、撤销或到期前被预留",
	New:     func() txn.Payload { return &Post{} },
	Example: `{"account":"HUIHAI-FX","source":"e-CNY","target":"HKDX","rate":{"num":"109","den":"100"},"size":"5000000000","expires":1790000000000}`,
}

// Validate checks the shape.
func (p *Post) Validate() error {
	switch {
	case p.Account == "":
		return fault.TxFieldMissing.With("account", "", "the maker's account")
	case p.Source == "" || p.Target == "" || p.Source == p.Target:
		return fault.FxQuoteInvalid.With("source, target", string(p.Source)+", "+string(p.Target), "two assets")
	case !p.Rate.Valid():
		return fault.FxQuoteInvalid.With("rate", strconv.FormatUint(p.Rate.Num, 10)+"/"+strconv.FormatUint(p.Rate.Den, 10), "both terms above zero")
	case p.Size.IsZero():
		return fault.AmountZero.With("size", "0", "above zero")
	}
	return nil
}

// Access: a market maker, with an account of its own.
func (p *Post) Access(c *txn.Context) (txn.Access, error) {
	if !c.Party().HasRole(identity.RoleMarketMaker) {
		return txn.Access{}, fault.FxNotMarketMaker.With("party", string(c.Party().LEI), "the role market_maker")
	}
	_, err := c.OwnAccount(p.Account)
	return txn.Access{Account: p.Account, Asset: p.Target, Amount: p.Size}, err
}

// Execute reserves the size and puts the quote into the book.
func (p *Post) Execute(c *txn.Context) error {
	for _, asset := range [...]txn.AssetID{p.Source, p.Target} {
		a, err := c.FindAsset(asset)
		if err != nil {
			return err
		}
		if a.Paused || a.Frozen != "" || a.Retired || c.Now() >= a.Expires {
			return fault.AssetPaused.With("asset "+string(asset), "not in use now", "an asset that can move")
		}
	}
	if min := c.Params().QuoteMin; p.Size.Less(min) {
		return fault.FxQuoteTooSmall.With("size", p.Size.Digits(), "at least "+min.Digits())
	}
	if p.Expires <= c.Now() || p.Expires > c.Now()+quoteLifeMax {
		return fault.FxQuoteInvalid.With("expires", strconv.FormatInt(p.Expires, 10), "within 24 hours after block time "+strconv.FormatInt(c.Now(), 10))
	}
	side, err := c.Side(p.Account)
	if err != nil {
		return err
	}
	if side.Account.Frozen != "" || side.Party.Frozen != "" || side.Account.Closed {
		return fault.AccountFrozen.With("account "+string(p.Account), "frozen or closed", "an account that can move")
	}
	if err := c.Reserve(p.Account, p.Target, p.Size); err != nil {
		return err
	}
	last, _ := sequence.Get(c.Reader(), []byte("n"))
	sequence.Put(c, []byte("n"), last+1)
	q := Quote{ID: c.ID(), Maker: p.Account, Source: p.Source, Target: p.Target, Rate: p.Rate, Size: p.Size, Left: p.Size, Expires: p.Expires, Sequence: last + 1}
	save(c, q)
	c.SetTimer(q.Expires, expiryTimer, q.ID[:])
	c.Emit("fx.was_quoted", q)
	return nil
}

const expiryTimer = "fx.expiry"

// expire gives back what an expired quote still reserves.
func expire(c *txn.Context, id []byte) error {
	q, err := FindQuote(c.Reader(), wire.Hash(id))
	if err != nil {
		return err
	}
	return withdraw(c, q, "fx.quote_expired")
}

func withdraw(c *txn.Context, q Quote, event string) error {
	if err := c.Unreserve(q.Maker, q.Target, q.Left); err != nil {
		return err
	}
	remove(c, q)
	c.Emit(event, Withdrawn{Quote: q.ID, Left: q.Left})
	return nil
}

// Withdrawn is the event of a quote that left the book untaken.
type Withdrawn struct {
	Quote wire.Hash    `cbor:"1,keyasint" json:"quote"`
	Left  money.Amount `cbor:"2,keyasint" json:"left"`
}
