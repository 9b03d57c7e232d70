package guard

import (
	"encoding/binary"

	"causeway/core/kernel/calendar"
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// RulesMax bounds a rulebook.
const RulesMax = 200

// Rulebook is one version of one authority's rules.
type Rulebook struct {
	Authority AuthorityID `cbor:"1,keyasint" json:"authority"`
	Version   uint32      `cbor:"2,keyasint" json:"version"`
	Title     string      `cbor:"3,keyasint,omitempty" json:"title,omitempty"`
	Rules     []Rule      `cbor:"4,keyasint" json:"rules"`
}

// Hash identifies the content.
func (b *Rulebook) Hash() wire.Hash { return wire.Sum([]byte("causeway/rulebook/1"), wire.Marshal(b)) }

// Status is where a rulebook version stands.
type Status uint8

// The life of a rulebook version.
const (
	Proposed  Status = iota + 1 // checked against its ancestors, waiting for approval
	Approved                    // waiting for its time
	InForce                     // the one that counts
	Replaced                    // by a later version
	Withdrawn                   // before it came into force
)

// Edition is a rulebook with its life, as stored.
type Edition struct {
	Book     Rulebook `cbor:"1,keyasint" json:"book"`
	Status   Status   `cbor:"2,keyasint" json:"status"`
	From     int64    `cbor:"3,keyasint" json:"from"` // in force from, Unix ms
	Proposed int64    `cbor:"4,keyasint" json:"proposed"`
}

// Role is the way in which a rulebook was reached.
type Role string

// The roles: a rulebook can lie on the path of the payer, the payee, an asset moved, or a
// market maker who fills.
const (
	AsPayer Role = "payer"
	AsPayee Role = "payee"
	AsAsset Role = "asset"
	AsMaker Role = "maker"
)

// Rule is one typed rule: an id, the roles it binds, when it applies, and exactly one body.
type Rule struct {
	ID    string `cbor:"1,keyasint" json:"id"`
	Bind  []Role `cbor:"2,keyasint,omitempty" json:"bind,omitempty"`  // empty = the body's natural roles
	When  *When  `cbor:"3,keyasint,omitempty" json:"when,omitempty"`  // nil = always
	Quiet bool   `cbor:"4,keyasint,omitempty" json:"quiet,omitempty"` // trace shows "held for review" only
	Note  string `cbor:"5,keyasint,omitempty" json:"note,omitempty"`  // the legal source

	Assets       *List       `cbor:"10,keyasint,omitempty" json:"assets,omitempty"`
	Purposes     *List       `cbor:"11,keyasint,omitempty" json:"purposes,omitempty"`
	Counterparts *List       `cbor:"12,keyasint,omitempty" json:"counterparts,omitempty"` // sovereigns
	AccountTypes *List       `cbor:"13,keyasint,omitempty" json:"account_types,omitempty"`
	Maximum      *Maximum    `cbor:"14,keyasint,omitempty" json:"maximum,omitempty"`
	Quota        *Quota      `cbor:"15,keyasint,omitempty" json:"quota,omitempty"`
	Cap          *Cap        `cbor:"16,keyasint,omitempty" json:"cap,omitempty"`
	Hours        *Hours      `cbor:"17,keyasint,omitempty" json:"hours,omitempty"`
	Evidence     *Evidence   `cbor:"18,keyasint,omitempty" json:"evidence,omitempty"`
	Review       *Review     `cbor:"19,keyasint,omitempty" json:"review,omitempty"`
	Expression   *Expression `cbor:"20,keyasint,omitempty" json:"expression,omitempty"`
}

// When narrows a rule; every non-empty list must contain the order's value.
type When struct {
	Kinds    []string         `cbor:"1,keyasint,omitempty" json:"kinds,omitempty"`
	Assets   []ledger.AssetID `cbor:"2,keyasint,omitempty" json:"assets,omitempty"` // source or target
	Purposes []string         `cbor:"3,keyasint,omitempty" json:"purposes,omitempty"`
	From     []string         `cbor:"4,keyasint,omitempty" json:"from,omitempty"` // sovereign of the payer's account
	To       []string         `cbor:"5,keyasint,omitempty" json:"to,omitempty"`
	Classes  []string         `cbor:"6,keyasint,omitempty" json:"classes,omitempty"` // of the party in the role
	Account  string           `cbor:"7,keyasint,omitempty" json:"account,omitempty"` // purposes of the current or capital account
}

// List allows only what Allow names (if it names anything) and nothing that Deny names.
type List struct {
	Allow []string `cbor:"1,keyasint,omitempty" json:"allow,omitempty"`
	Deny  []string `cbor:"2,keyasint,omitempty" json:"deny,omitempty"`
}

// Measure is what amounts are measured in: one asset, or a unit of account by the
// authority's own rate table. Exactly one is set.
type Measure struct {
	Asset ledger.AssetID `cbor:"1,keyasint,omitempty" json:"asset,omitempty"`
	Unit  string         `cbor:"2,keyasint,omitempty" json:"unit,omitempty"`
}

// Maximum bounds one payment.
type Maximum struct {
	In    Measure      `cbor:"1,keyasint" json:"in"`
	Limit money.Amount `cbor:"2,keyasint" json:"limit"`
}

// Quota bounds the flow of a scope over a window.
type Quota struct {
	In        Measure         `cbor:"1,keyasint" json:"in"`
	Limit     money.Amount    `cbor:"2,keyasint" json:"limit"`
	Per       Per             `cbor:"3,keyasint" json:"per"`
	Window    quota.Window    `cbor:"4,keyasint" json:"window"`
	Direction quota.Direction `cbor:"5,keyasint" json:"direction"`
}

// Per is the scope of a quota: who or what shares one counter.
type Per string

// The scopes.
const (
	PerParty     Per = "party"
	PerGroup     Per = "group"
	PerCorridor  Per = "corridor"
	PerPurpose   Per = "purpose"
	PerAsset     Per = "asset"
	PerAuthority Per = "authority"
)

// Cap bounds the balance of one account in one asset.
type Cap struct {
	Asset ledger.AssetID `cbor:"1,keyasint" json:"asset"`
	Limit money.Amount   `cbor:"2,keyasint" json:"limit"`
}

// Hours is when payments may be made, by the authority's calendar.
type Hours struct {
	Sessions []calendar.Hours `cbor:"1,keyasint" json:"sessions"`
}

// Evidence names the kinds of document a payment must refer to (narrow it by When.Purposes).
type Evidence struct {
	Documents []string `cbor:"1,keyasint" json:"documents"`
}

// Review holds a payment above an amount for the authority that made the rule.
type Review struct {
	In         Measure      `cbor:"1,keyasint" json:"in"`
	Above      money.Amount `cbor:"2,keyasint" json:"above"`
	DeadlineMs int64        `cbor:"3,keyasint" json:"deadline_ms"` // after which the payment expires
}

// Expression refuses or holds where a CEL expression is true.
type Expression struct {
	CEL        string `cbor:"1,keyasint" json:"cel"`
	Hold       bool   `cbor:"2,keyasint,omitempty" json:"hold,omitempty"` // else refuse
	DeadlineMs int64  `cbor:"3,keyasint,omitempty" json:"deadline_ms,omitempty"`
}

var editions = state.NewTable[Edition]("ub", "authority.rulebook")

func editionKey(authority AuthorityID, version uint32) []byte {
	key := append([]byte(authority), 0)
	return binary.BigEndian.AppendUint32(key, version)
}

// FindEdition reads one version of an authority's rulebook.
func FindEdition(r state.Reader, authority AuthorityID, version uint32) (Edition, bool) {
	return editions.Get(r, editionKey(authority, version))
}

// PutEdition writes one. Only package txn calls it.
func PutEdition(b *state.Block, e Edition) {
	editions.Put(b, editionKey(e.Book.Authority, e.Book.Version), e)
}

// ListEditions visits the versions of an authority's rulebook, oldest first.
func ListEditions(r state.Reader, authority AuthorityID, visit func(Edition) bool) {
	editions.Scan(r, append([]byte(authority), 0), nil, func(_ []byte, e Edition) bool { return visit(e) })
}
