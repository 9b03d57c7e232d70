// Package model is the ledger told naively: what a careful clerk with a pencil would write.
//
// It knows balances, reservations, supply, quotes, held payments, redemptions and the rules of
// one small world, and keeps them in maps of big integers. It shares no code with core, keeps
// everything for ever and optimises nothing, so that where the two disagree one of them is
// wrong. The simulator compares them over random work.
package model

import (
	"maps"
	"math/big"
	"slices"
)

// Status is how an operation ended, in the words of the ledger.
type Status string

// The statuses an operation can end with.
const (
	Settled   Status = "settled"
	Held      Status = "held"
	Refused   Status = "refused"
	Done      Status = "done"
	Returned  Status = "returned"
	Cancelled Status = "cancelled"
	Partial   Status = "partial"
)

// Place is one asset of one account.
type Place struct{ Account, Asset string }

// Account belongs to a party; the jurisdictions it lives under are its authority's path.
type Account struct {
	Owner     string
	Sovereign string
	Shanghai  bool // under CN-SH, not only CN
	Frozen    bool
}

// Party is an owner.
type Party struct {
	Group  string
	Frozen bool
}

// Model is the whole ledger.
type Model struct {
	Now         int64
	Accounts    map[string]*Account
	Parties     map[string]*Party
	Paused      map[string]bool
	Total       map[Place]*big.Int
	Reserved    map[Place]*big.Int
	Supply      map[string]*big.Int
	Quotes      []*Quote // in the order of arrival
	Holds       map[string]*Hold
	Payments    map[string]*Settlement
	Redemptions map[string]*Redemption
	Counters    map[string]map[int64]*Flow // by rule and scope, then by the beginning of a bucket
	Limits      Limits
	Backed      *big.Int // eligible reserves of the stablecoin
	AsOf        int64
	Allowance   map[string]*big.Int
	Why         string // the rule that refused the last payment, for people
}

// Limits are the numbers of the rules.
type Limits struct {
	Maximum, Review, Daily, Rolling, Net, Cap, Maker int64
	MaxAgeMs, ReviewMs                               int64
	SupplyCap                                        map[string]int64 // of a liability
}

// The two assets.
const (
	Yuan   = "e-CNY"
	Dollar = "HKDX"
)

// New is an empty ledger.
func New(limits Limits) *Model {
	return &Model{
		Accounts: map[string]*Account{}, Parties: map[string]*Party{}, Paused: map[string]bool{},
		Total: map[Place]*big.Int{}, Reserved: map[Place]*big.Int{}, Supply: map[string]*big.Int{},
		Holds: map[string]*Hold{}, Payments: map[string]*Settlement{}, Redemptions: map[string]*Redemption{},
		Counters: map[string]map[int64]*Flow{}, Limits: limits, Backed: new(big.Int), Allowance: map[string]*big.Int{},
	}
}

func of[K comparable](m map[K]*big.Int, k K) *big.Int {
	if v := m[k]; v != nil {
		return v
	}
	return new(big.Int)
}

func add[K comparable](m map[K]*big.Int, k K, n *big.Int) { m[k] = new(big.Int).Add(of(m, k), n) }

func sub[K comparable](m map[K]*big.Int, k K, n *big.Int) { m[k] = new(big.Int).Sub(of(m, k), n) }

func (m *Model) available(p Place) *big.Int {
	return new(big.Int).Sub(of(m.Total, p), of(m.Reserved, p))
}

// Has reports whether an account has anything of an asset.
func (m *Model) Has(account, asset string) bool { return of(m.Total, Place{account, asset}).Sign() > 0 }

func (m *Model) move(from, to, asset string, n *big.Int) {
	sub(m.Total, Place{from, asset}, n)
	add(m.Total, Place{to, asset}, n)
}

// still reports whether an account can neither give nor take.
func (m *Model) still(account string) bool {
	a := m.Accounts[account]
	return a.Frozen || m.Parties[a.Owner].Frozen
}

// copy is the ledger as it stands, to go back to.
func (m *Model) copy() *Model {
	c := *m
	c.Total, c.Reserved, c.Supply = maps.Clone(m.Total), maps.Clone(m.Reserved), maps.Clone(m.Supply) // big integers are replaced, never changed
	c.Holds, c.Payments = maps.Clone(m.Holds), maps.Clone(m.Payments)
	c.Quotes = nil
	for _, q := range m.Quotes {
		twin := *q
		c.Quotes = append(c.Quotes, &twin)
	}
	c.Counters = map[string]map[int64]*Flow{}
	for key, buckets := range m.Counters {
		c.Counters[key] = map[int64]*Flow{}
		for start, f := range buckets {
			c.Counters[key][start] = &Flow{Out: f.Out, In: f.In}
		}
	}
	return &c
}

// Pass lets time pass to now, and ends what has become due, the oldest first.
func (m *Model) Pass(now int64) {
	m.Now = now
	m.Quotes = slices.DeleteFunc(m.Quotes, func(q *Quote) bool {
		if q.Expires <= now {
			m.release(q.Maker, q.Target, q.Left)
			return true
		}
		return false
	})
	for id, h := range m.Holds {
		if h.Deadline <= now {
			m.endHold(id, h)
		}
	}
	for key, buckets := range m.Counters {
		for start := range buckets {
			if start < now-40*dayMs {
				delete(m.Counters[key], start)
			}
		}
	}
}

func (m *Model) release(account, asset string, n *big.Int) { sub(m.Reserved, Place{account, asset}, n) }
