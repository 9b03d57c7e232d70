package issuance

import (
	"causeway/core/feature/supervision"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Status is where a redemption stands.
type Status uint8

// The life of a redemption.
const (
	Requested Status = iota + 1 // reserved on the holder's account, the clock runs
	Paid                        // the issuer has stated the payout; the units are still there
	Burned
	Cancelled
)

func (s Status) String() string {
	return [...]string{"", "requested", "paid", "burned", "cancelled"}[s]
}

// MarshalText writes the name.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Redemption is units on their way back to the issuer.
type Redemption struct {
	ID        wire.Hash     `cbor:"1,keyasint" json:"id"` // of the transaction that asked
	Asset     txn.AssetID   `cbor:"2,keyasint" json:"asset"`
	Holder    identity.LEI  `cbor:"3,keyasint" json:"holder"`
	From      txn.AccountID `cbor:"4,keyasint" json:"from"`
	Amount    money.Amount  `cbor:"5,keyasint" json:"amount"` // minor units
	PayTo     wire.Hash     `cbor:"6,keyasint" json:"pay_to"` // salted hash of the bank details
	Requested int64         `cbor:"7,keyasint" json:"requested"`
	Deadline  int64         `cbor:"8,keyasint" json:"deadline"` // Unix ms, the first moment that is too late; moved by a freeze of the holder
	Status    Status        `cbor:"9,keyasint" json:"status"`
	Breached  int64         `cbor:"10,keyasint,omitempty" json:"breached,omitempty"` // Unix ms, when the deadline was found missed
	Reference string        `cbor:"11,keyasint,omitempty" json:"bank_reference,omitempty"`
	Paid      int64         `cbor:"12,keyasint,omitempty" json:"paid,omitempty"`   // Unix ms
	Closed    int64         `cbor:"13,keyasint,omitempty" json:"closed,omitempty"` // Unix ms, burned or cancelled
	Check     int64         `cbor:"14,keyasint" json:"-"`                          // when the timer is set for
	// Frozen are the times that party and account had been frozen when it was asked for.
	FrozenParty   int64 `cbor:"15,keyasint,omitempty" json:"-"`
	FrozenAccount int64 `cbor:"16,keyasint,omitempty" json:"-"`
	Due           int64 `cbor:"17,keyasint" json:"-"` // the deadline without any freeze
}

var (
	redemptions = txn.NewTable[Redemption]("ir", "issuance.redemption")
	byAsset     = txn.NewTable[bool]("is", "issuance.redemption.by_asset")
	byHolder    = txn.NewTable[bool]("ip", "issuance.redemption.by_party")
)

func indexKey(owner string, id wire.Hash) []byte {
	return append(append([]byte(owner), 0), id[:]...)
}

// FindRedemption reads a redemption, open or ended.
func FindRedemption(r txn.Reader, id wire.Hash) (Redemption, bool) { return redemptions.Get(r, id[:]) }

func (r *Redemption) put(c *txn.Context) { redemptions.Put(c, r.ID[:], *r) }

// find refuses unless the redemption stands where it must.
func find(c *txn.Context, id wire.Hash, want Status) (Redemption, error) {
	r, ok := FindRedemption(c.Reader(), id)
	if !ok {
		return r, fault.RedemptionNotFound.With("redemption", id.String(), "the id of a redemption")
	}
	if r.Status != want {
		return r, fault.RedemptionState.With("redemption", r.Status.String(), want.String())
	}
	return r, nil
}

// issuerOfRedemption: only the issuer of its asset pays and burns.
func issuerOfRedemption(c *txn.Context, id wire.Hash) (txn.Access, error) {
	r, ok := FindRedemption(c.Reader(), id)
	if !ok {
		return txn.Access{}, fault.RedemptionNotFound.With("redemption", id.String(), "the id of a redemption")
	}
	_, err := issuerOf(c, r.Asset)
	return txn.Access{Asset: r.Asset, Amount: r.Amount}, err
}

// redemptionTimer looks whether a deadline is missed.
const redemptionTimer = "redemption.deadline"

// checkFrozenMs is how often the clock of a frozen holder is looked at: a breach is then found
// at most this much late.
const checkFrozenMs = 3_600_000

func (r *Redemption) arm(c *txn.Context, at int64) {
	r.Check = at
	c.SetTimer(at, redemptionTimer, r.ID[:])
}

func (r *Redemption) disarm(c *txn.Context) {
	if r.Check != 0 {
		c.ClearTimer(r.Check, redemptionTimer, r.ID[:])
		r.Check = 0
	}
}

// stopped is how long the clock has stood still: as long as the holder or its account was
// frozen since the request (DECISIONS 16). Where both were, the longer counts, since orders
// against both are mostly the same freeze.
func (r *Redemption) stopped(c *txn.Context) int64 {
	party, account := supervision.FrozenMs(c.Reader(), c.Now(), r.Holder, r.From)
	return max(party-r.FrozenParty, account-r.FrozenAccount)
}

// checkDeadline is redemptionTimer: the deadline, later by what a freeze has taken, is missed
// if it has passed. The redemption stays open; the breach stays on record.
func checkDeadline(c *txn.Context, id []byte) error {
	r, ok := FindRedemption(c.Reader(), wire.Hash(id))
	if !ok || r.Status != Requested {
		return fault.InternalBug.With("redemption", r.Status.String(), "one whose clock runs")
	}
	r.Check = 0
	r.Deadline = r.Due + r.stopped(c)
	switch frozen, err := r.frozen(c); {
	case err != nil:
		return err
	case frozen:
		r.arm(c, max(r.Deadline, c.Now()+checkFrozenMs))
	case c.Now() < r.Deadline:
		r.arm(c, r.Deadline)
	default:
		r.Breached = c.Now()
		c.Emit("redemption.was_breached", RedemptionBreachedEvent{Redemption: r.ID, Asset: r.Asset, Holder: r.Holder, Amount: r.Amount, Deadline: r.Deadline})
	}
	r.put(c)
	return nil
}

func (r *Redemption) frozen(c *txn.Context) (bool, error) {
	side, err := c.Side(r.From)
	if err != nil {
		return false, err
	}
	return side.Party.Frozen != "" || side.Account.Frozen != "", nil
}

// RedemptionBreachedEvent says that an issuer has missed a deadline.
type RedemptionBreachedEvent struct {
	Redemption wire.Hash    `cbor:"1,keyasint" json:"redemption"`
	Asset      txn.AssetID  `cbor:"2,keyasint" json:"asset"`
	Holder     identity.LEI `cbor:"3,keyasint" json:"holder"`
	Amount     money.Amount `cbor:"4,keyasint" json:"amount"`
	Deadline   int64        `cbor:"5,keyasint" json:"deadline"` // Unix ms
}
