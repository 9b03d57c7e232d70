package authority

import (
	"slices"
	"strconv"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// SetValidator gives a validator a voting power; zero removes it.
type SetValidator struct {
	PublicKey wire.Hex `cbor:"1,keyasint" json:"public_key"` // Ed25519 consensus key
	Power     int64    `cbor:"2,keyasint" json:"power"`
}

var setValidatorKind = txn.Kind{
	Name: "validator.set", Version: 1,
	En:      "Admit a validator, change its power or remove it; at most a third of all power changes per block.",
	Zh:      "接纳、调整或移除验证节点；每个区块变更的投票权不超过总量的三分之一。",
	New:     func() txn.Payload { return new(SetValidator) },
	Example: `{"public_key":"278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e","power":10}`,
}

// powerMax keeps the sum of all powers far below consensus' own limit of 2^60.
const (
	powerMax      = 1_000_000_000_000
	validatorsMax = 200
)

// change is what has changed in one block. Consensus halts on a validator that stands twice
// among a block's changes, and a light client loses the chain if a third changes at once.
type change struct {
	Height  int64      `cbor:"1,keyasint"`
	Total   int64      `cbor:"2,keyasint"` // power before the block
	Changed int64      `cbor:"3,keyasint"`
	Keys    []wire.Hex `cbor:"4,keyasint,omitempty"`
}

var changes = txn.NewTable[change]("wc", "validator.change")

// Validate checks key and power.
func (p *SetValidator) Validate() error {
	if err := identity.ValidatePublicKey(identity.Ed25519, p.PublicKey); err != nil {
		stated := *fault.In(err)
		stated.Field = "public_key"
		return &stated
	}
	if p.Power < 0 || p.Power > powerMax {
		return fault.ValidatorInvalid.With("power", strconv.FormatInt(p.Power, 10), "0 to "+strconv.Itoa(powerMax))
	}
	return nil
}

// Access is for the charter's supervisor.
func (p *SetValidator) Access(c *txn.Context) (txn.Access, error) { return exactly(c, c.Charter().ID) }

// Execute asks for the change within its bounds. On a ledger that knows of no validators the
// first ones are taken as they come: there is nothing yet to measure a third by.
func (p *SetValidator) Execute(c *txn.Context) error {
	before, known := txn.FindValidator(c.Reader(), p.PublicKey)
	if before.Power == p.Power {
		return fault.ValidatorInvalid.With("power", strconv.FormatInt(p.Power, 10), "another power than it has")
	}
	block := changeOf(c)
	if slices.ContainsFunc(block.Keys, func(k wire.Hex) bool { return string(k) == string(p.PublicKey) }) {
		return fault.ValidatorInvalid.With("public_key", p.PublicKey.String(), "a validator that has not changed in this block")
	}
	block.Changed += max(before.Power-p.Power, p.Power-before.Power)
	block.Keys = append(slices.Clone(block.Keys), p.PublicKey)
	if block.Total > 0 && 3*block.Changed > block.Total {
		return fault.ValidatorInvalid.With("power", strconv.FormatInt(block.Changed, 10)+" changed in this block", "at most a third of "+strconv.FormatInt(block.Total, 10))
	}
	count, total := power(c)
	if !known {
		count++
	}
	if total += p.Power - before.Power; total <= 0 || count > validatorsMax {
		return fault.ValidatorInvalid.With("power", strconv.FormatInt(total, 10)+" in all", "power above zero, of at most "+strconv.Itoa(validatorsMax)+" validators")
	}
	changes.Put(c, nil, block)
	c.ChangeValidator(txn.ValidatorChange{PublicKey: p.PublicKey, Power: p.Power})
	c.Emit("validator.was_set", ValidatorSet{PublicKey: p.PublicKey, Power: p.Power, Before: before.Power})
	return nil
}

// changeOf is what has changed in the block being carried out.
func changeOf(c *txn.Context) change {
	block, _ := changes.Get(c.Reader(), nil)
	if block.Height != c.Height() {
		_, total := power(c)
		block = change{Height: c.Height(), Total: total}
	}
	return block
}

func power(c *txn.Context) (count int, total int64) {
	txn.ListValidators(c.Reader(), func(v txn.ValidatorChange) bool {
		count++
		total += v.Power
		return true
	})
	return count, total
}

// ValidatorSet says what power a validator has, two heights later.
type ValidatorSet struct {
	PublicKey wire.Hex `cbor:"1,keyasint" json:"public_key"`
	Power     int64    `cbor:"2,keyasint" json:"power"`
	Before    int64    `cbor:"3,keyasint,omitempty" json:"before,omitempty"`
}
