package txn

import (
	"causeway/core/kernel/calendar"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// Names of kernel types that features use. They can be read; only the context writes them.
type (
	AccountID   = ledger.AccountID
	AssetID     = ledger.AssetID
	Account     = ledger.Account
	ExternalID  = ledger.ExternalID
	Asset       = ledger.Asset
	Balance     = ledger.Balance
	Posting     = ledger.Posting
	AuthorityID = guard.AuthorityID
	Authority   = guard.Authority
	Rulebook    = guard.Rulebook
	Edition     = guard.Edition
	RateTable   = guard.RateTable
	Purpose     = guard.Purpose
	Document    = guard.Document
	Order       = guard.Order
	Side        = guard.Side
	Decision    = guard.Decision
	Waiting     = guard.Waiting
	Charges     = guard.Charges
	Step        = guard.Step
	Reader      = state.Reader
)

// Natures of an order.
const (
	Transfer = guard.Transfer
	Mint     = guard.Mint
	Redeem   = guard.Redeem
	Return   = guard.Return
)

// Params are the network's limits, fixed at genesis.
type Params struct {
	ReferenceDays    uint16       `cbor:"1,keyasint" json:"reference_days"`     // client references stay bound this long
	BatchPaymentsMax uint16       `cbor:"2,keyasint" json:"batch_payments_max"` // payments in one batch
	TxBytesMax       uint32       `cbor:"3,keyasint" json:"tx_bytes_max"`
	ProposalHours    uint16       `cbor:"4,keyasint" json:"proposal_hours"` // a proposal expires after
	FillsMax         uint8        `cbor:"5,keyasint" json:"fills_max"`      // FX fills per payment
	QuoteMin         money.Amount `cbor:"6,keyasint" json:"quote_min"`      // smallest quote, minor units of the target asset
	TimersPerBlock   uint16       `cbor:"7,keyasint" json:"timers_per_block"`
}

// DefaultParams are used where genesis says nothing.
func DefaultParams() Params {
	return Params{ReferenceDays: 400, BatchPaymentsMax: 1000, TxBytesMax: 512 << 10, ProposalHours: 72, FillsMax: 16, QuoteMin: money.FromUint64(1), TimersPerBlock: 1000}
}

// Context is one transaction (or one due timer) while it is carried out.
type Context struct {
	env    *Env
	block  *state.Block
	id     wire.Hash
	kind   string
	party  *identity.Party
	signed []string // officers, the maker first
	now    int64
	prior  guard.Prior
	depth  int // how deep it runs inside others: an approval, an answered hold

	keeps      bool // a refusal that nevertheless changed something: see Keeps
	result     Result
	private    Private
	validators []ValidatorChange
	bound      [16]byte // of the result

	found found
	desk  *desk
}

// Env is what all contexts of a block share.
type Env struct {
	Chain   string
	Guard   *guard.Guard
	Params  Params
	Payload func(kind string, version uint16, data []byte) (Payload, error) // the catalogue
	Height  int64
	Urgent  map[string]bool // timers that go before others, by name

	changes uint64  // of parties and accounts, and what may have taken one back
	spare   []*desk // of contexts that are closed
}

// NewContext starts a transaction of a party, which is as the block has it now; nobody changes
// it any more.
func NewContext(env *Env, block *state.Block, now int64, id wire.Hash, kind string, party *identity.Party, signed []string) *Context {
	d := env.takeDesk()
	c := &d.context
	*c = Context{env: env, block: block, id: id, kind: kind, party: party, signed: signed, now: now, desk: d}
	c.found.partyAt = env.changes
	return c
}

// Now is block time, Unix ms: the only clock there is.
func (c *Context) Now() int64 { return c.now }

// Height is the height of the block being carried out.
func (c *Context) Height() int64 { return c.env.Height }

// ID is the transaction's id.
func (c *Context) ID() wire.Hash { return c.id }

// Party is the acting party, as it was when the transaction began.
func (c *Context) Party() *identity.Party { return c.party }

// Maker is the officer who signed first.
func (c *Context) Maker() string {
	if len(c.signed) == 0 {
		return ""
	}
	return c.signed[0]
}

// Signers are the officers who signed, the maker first.
func (c *Context) Signers() []string { return c.signed }

// Nested reports that this runs inside another transaction: an approval, an answered hold.
func (c *Context) Nested() bool { return c.depth > 0 }

// Params are the network's limits.
func (c *Context) Params() Params { return c.env.Params }

// Reader gives features' own tables read access.
func (c *Context) Reader() Reader { return c.block }

// FindParty refuses with party.not_found.
func (c *Context) FindParty(lei identity.LEI) (identity.Party, error) {
	p, ok := identity.FindParty(c.block, lei)
	if !ok {
		return p, fault.PartyNotFound.With("party", string(lei), "a registered party")
	}
	return p, nil
}

// FindKey reads a registered key.
func (c *Context) FindKey(algorithm identity.Algorithm, public []byte) (identity.Key, bool) {
	return identity.FindKey(c.block, algorithm, public)
}

// FindAccount refuses with account.not_found.
func (c *Context) FindAccount(id AccountID) (Account, error) {
	a, err := c.lookAtAccount(id)
	if err != nil {
		return Account{}, err
	}
	return *a, nil
}

// OwnAccount is FindAccount for an account that the acting party must own.
func (c *Context) OwnAccount(id AccountID) (Account, error) {
	a, err := c.FindAccount(id)
	if err == nil {
		err = c.Owns(id)
	}
	return a, err
}

// Owns refuses an account that is not there or not the acting party's.
func (c *Context) Owns(id AccountID) error {
	a, err := c.lookAtAccount(id)
	if err == nil && a.Owner != c.party.LEI {
		err = fault.AccountNotOwned.With("account", string(id), "an account of "+string(c.party.LEI))
	}
	return err
}

// FindExternal finds an account by an external id.
func (c *Context) FindExternal(scheme, id, agent string) (AccountID, bool) {
	return ledger.FindExternal(c.block, scheme, id, agent)
}

// FindAsset refuses with asset.not_found.
func (c *Context) FindAsset(id AssetID) (Asset, error) {
	a, ok := ledger.FindAsset(c.block, id)
	if !ok {
		return a, fault.AssetNotFound.With("asset", string(id), "a registered asset")
	}
	return a, nil
}

// FindAuthority refuses with authority.not_found.
func (c *Context) FindAuthority(id AuthorityID) (Authority, error) {
	a, ok := guard.FindAuthority(c.block, id)
	if !ok {
		return a, fault.AuthorityNotFound.With("authority", string(id), "a registered authority")
	}
	return a, nil
}

// ActsFor refuses with power.missing unless the acting party is the supervisor of the
// authority or of one above it. Answers that only the very authority may give ask Is.
func (c *Context) ActsFor(id AuthorityID) error {
	for _, up := range guard.Path(c.block, id) {
		if a, ok := guard.FindAuthority(c.block, up); ok && a.Party == c.party.LEI {
			return nil
		}
	}
	return fault.PowerMissing.With("authority "+string(id), "party "+string(c.party.LEI), "its supervisor or one above")
}

// Is reports whether the acting party is the supervisor of that very authority.
func (c *Context) Is(id AuthorityID) bool {
	a, ok := guard.FindAuthority(c.block, id)
	return ok && a.Party == c.party.LEI
}

// Within reports whether id is ancestor or below it.
func (c *Context) Within(id, ancestor AuthorityID) bool { return guard.Within(c.block, id, ancestor) }

// FindCalendar refuses with calendar.not_found.
func (c *Context) FindCalendar(id string) (calendar.Calendar, error) {
	cal, ok := guard.FindCalendar(c.block, id)
	if !ok {
		return cal, fault.CalendarNotFound.With("calendar", id, "a calendar on the ledger")
	}
	return cal, nil
}

// FindPurpose refuses with payment.purpose_unknown.
func (c *Context) FindPurpose(code string) (Purpose, error) {
	p, ok := guard.FindPurpose(c.block, code)
	if !ok {
		return p, fault.PaymentPurposeUnknown.With("purpose", code, "a registered purpose code")
	}
	return p, nil
}

// FindEdition reads a rulebook version.
func (c *Context) FindEdition(id AuthorityID, version uint32) (Edition, error) {
	e, ok := guard.FindEdition(c.block, id, version)
	if !ok {
		return e, fault.RulebookNotFound.With("rulebook of "+string(id), "no such version", "a proposed version")
	}
	return e, nil
}

// BalanceOf reads a balance.
func (c *Context) BalanceOf(account AccountID, asset AssetID) Balance {
	return ledger.BalanceOf(c.block, account, asset)
}

// Supply is the sum of all balances of an asset.
func (c *Context) Supply(asset AssetID) money.Amount { return ledger.Supply(c.block, asset) }

// Side resolves an account with its owner and jurisdiction, for an Order.
func (c *Context) Side(id AccountID) (*Side, error) {
	a, err := c.lookAtAccount(id)
	if err != nil {
		return nil, err
	}
	s := c.desk.side(&c.found.sides)
	owner := c.ownerOf(a)
	if owner == nil {
		if s.owner, err = c.FindParty(a.Owner); err != nil {
			return nil, err
		}
		owner = &s.owner
	}
	s.Make(c.block, a, owner)
	return &s.Side, nil
}

// Emit records an event; data is the kind's own struct.
func (c *Context) Emit(name string, data any) {
	c.result.Events = append(c.result.Events, Event{Name: name, Data: wire.Marshal(data)})
}

// SetStatus states how the transaction ended, where Move and Hold have not said it.
func (c *Context) SetStatus(s Status) { c.result.Status = s }

// Status is how the transaction stands so far.
func (c *Context) Status() Status { return c.result.Status }

// SetOriginal names the earlier record this transaction is about.
func (c *Context) SetOriginal(id wire.Hash) { c.result.Original = id }
