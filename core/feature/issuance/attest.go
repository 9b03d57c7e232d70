package issuance

import (
	"strconv"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Bounds of an attestation.
const (
	holdingsMax  = 64
	statementMax = 35     // ISO 20022 Max35Text, as camt.053 Stmt/Id
	classMax     = 32     // characters
	wholeBps     = 10_000 // basis points
)

// Attest states the reserves of an asset as of a moment, from a bank's or custodian's
// statement (camt.053): only the custodian of the asset can. It replaces the one before.
type Attest struct {
	Asset         txn.AssetID  `cbor:"1,keyasint" json:"asset"`
	StatementHash wire.Hash    `cbor:"2,keyasint" json:"statement_hash"`                  // SHA-256 under which the statement is kept beside the ledger
	StatementID   string       `cbor:"3,keyasint" json:"statement_id"`                    // camt.053 Stmt/Id, at most 35 characters
	AsOf          int64        `cbor:"4,keyasint" json:"as_of"`                           // Unix ms of the balances
	Currency      string       `cbor:"5,keyasint" json:"currency"`                        // the asset's
	Scale         uint8        `cbor:"6,keyasint" json:"scale"`                           // the asset's: all amounts are its minor units
	Total         money.Amount `cbor:"7,keyasint" json:"total" decimals:"scale"`          // sum of the composition
	Composition   []Holding    `cbor:"8,keyasint,omitempty" json:"composition,omitempty"` // at most 64; none if nothing is left
}

// Holding is one part of the reserves.
type Holding struct {
	Class      string       `cbor:"1,keyasint" json:"class"`                 // e.g. cash, treasury_bill: at most 32 of a-z 0-9 _
	Amount     money.Amount `cbor:"2,keyasint" json:"amount"`                // market value, minor units
	HaircutBps uint16       `cbor:"3,keyasint,omitempty" json:"haircut_bps"` // basis points taken off, at most 10000
	Eligible   bool         `cbor:"4,keyasint,omitempty" json:"eligible"`    // under the asset's approval
}

var attestKind = txn.Kind{
	Name: "reserve.attest", Version: 1,
	En:  "state the reserves of an asset, as its custodian",
	Zh:  "由托管人证明资产储备",
	New: func() txn.Payload { return &Attest{} },
	Example: `{"asset":"HKDX","statement_hash":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",` +
		`"statement_id":"STMT-2026-11-20","as_of":1795132800000,"currency":"HKD","scale":2,"total":"150000000000","composition":[` +
		`{"class":"cash","amount":"100000000000","haircut_bps":0,"eligible":true},` +
		`{"class":"treasury_bill","amount":"50000000000","haircut_bps":200,"eligible":true}]}`,
}

// Validate checks the shape, and that the parts make up the total.
func (p *Attest) Validate() error {
	switch {
	case p.Asset == "":
		return fault.TxFieldMissing.With("asset", "", "the id of an asset")
	case p.StatementHash.IsZero():
		return fault.TxFieldMissing.With("statement_hash", "", "the hash of the statement")
	case p.StatementID == "" || !ascii(p.StatementID, statementMax):
		return fault.TxFieldInvalid.With("statement_id", p.StatementID, "1 to 35 printable ASCII characters")
	case p.AsOf <= 0:
		return fault.TxFieldMissing.With("as_of", strconv.FormatInt(p.AsOf, 10), "the moment of the balances, Unix ms")
	case len(p.Composition) > holdingsMax:
		return fault.ReservesInvalid.With("composition", strconv.Itoa(len(p.Composition)), "at most 64 holdings")
	}
	sum := money.Zero
	for i := range p.Composition {
		h := &p.Composition[i]
		field := "composition[" + strconv.Itoa(i) + "]"
		if !validClass(h.Class) {
			return fault.ReservesInvalid.With(field+".class", h.Class, "1 to 32 of a-z, 0-9 and _")
		}
		if h.Amount.IsZero() {
			return fault.ReservesInvalid.With(field+".amount", "0", "above zero")
		}
		if h.HaircutBps > wholeBps {
			return fault.ReservesInvalid.With(field+".haircut_bps", strconv.Itoa(int(h.HaircutBps)), "at most 10000")
		}
		var ok bool
		if sum, ok = sum.Add(h.Amount); !ok {
			return fault.AmountOverflow.With("composition", h.Amount.Digits(), "a sum up to 2^127-1")
		}
	}
	if sum != p.Total {
		return fault.ReservesInvalid.With("total", p.Total.Digits(), "the sum of the composition, "+sum.Digits())
	}
	return nil
}

func validClass(class string) bool {
	for _, r := range []byte(class) {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' {
			return false
		}
	}
	return class != "" && len(class) <= classMax
}

func ascii(text string, most int) bool {
	for i := 0; i < len(text); i++ {
		if text[i] < 0x20 || text[i] > 0x7e {
			return false
		}
	}
	return len(text) <= most
}

// Access: the asset's custodian and nobody else, not even its supervisor.
func (p *Attest) Access(c *txn.Context) (txn.Access, error) {
	a, err := c.FindAsset(p.Asset)
	if err != nil {
		return txn.Access{}, err
	}
	if a.Custodian != c.Party().LEI {
		return txn.Access{}, fault.PowerMissing.With("asset "+string(a.ID), "party "+string(c.Party().LEI), "its custodian")
	}
	return txn.Access{Asset: a.ID, Amount: p.Total}, nil
}

// Execute replaces the attestation, and begins or ends a breach.
func (p *Attest) Execute(c *txn.Context) error {
	a, err := c.FindAsset(p.Asset)
	if err != nil {
		return err
	}
	before, had := attestations.Get(c.Reader(), []byte(p.Asset))
	switch {
	case a.Backing != txn.Reserved:
		return fault.ReservesInvalid.With("asset "+string(a.ID), string(a.Backing), "an asset backed by reserves")
	case a.Retired:
		return fault.AssetState.With("asset "+string(a.ID), "retired", "an asset in use")
	case p.Currency != a.Currency:
		return fault.ReservesInvalid.With("currency", p.Currency, a.Currency)
	case p.Scale != a.Scale:
		return fault.ReservesInvalid.With("scale", strconv.Itoa(int(p.Scale)), strconv.Itoa(int(a.Scale)))
	case p.AsOf > c.Now():
		return fault.ReservesInvalid.With("as_of", strconv.FormatInt(p.AsOf, 10), "not later than "+strconv.FormatInt(c.Now(), 10))
	case had && p.AsOf < before.AsOf:
		return fault.ReservesInvalid.With("as_of", strconv.FormatInt(p.AsOf, 10), "not before the attestation in force, "+strconv.FormatInt(before.AsOf, 10))
	}
	now := Attestation{
		Asset: p.Asset, Custodian: c.Party().LEI, StatementHash: p.StatementHash, StatementID: p.StatementID,
		AsOf: p.AsOf, Total: p.Total, Eligible: eligible(p.Composition), Composition: p.Composition, Recorded: c.Now(),
	}
	attestations.Put(c, []byte(p.Asset), now)
	c.Emit("reserve.was_attested", AttestedEvent{Asset: p.Asset, Custodian: now.Custodian, StatementHash: p.StatementHash, AsOf: p.AsOf, Total: p.Total, Eligible: now.Eligible})
	settleBreach(c, p.Asset)
	return nil
}

// AttestedEvent says what the reserves are.
type AttestedEvent struct {
	Asset         txn.AssetID  `cbor:"1,keyasint" json:"asset"`
	Custodian     identity.LEI `cbor:"2,keyasint" json:"custodian"`
	StatementHash wire.Hash    `cbor:"3,keyasint" json:"statement_hash"`
	AsOf          int64        `cbor:"4,keyasint" json:"as_of"` // Unix ms
	Total         money.Amount `cbor:"5,keyasint" json:"total"`
	Eligible      money.Amount `cbor:"6,keyasint" json:"eligible"` // after haircuts
}
