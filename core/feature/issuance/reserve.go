package issuance

import (
	"strconv"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Attestation is the one in force of an asset.
type Attestation struct {
	Asset         txn.AssetID  `cbor:"1,keyasint" json:"asset"`
	Custodian     identity.LEI `cbor:"2,keyasint" json:"custodian"`
	StatementHash wire.Hash    `cbor:"3,keyasint" json:"statement_hash"`
	StatementID   string       `cbor:"4,keyasint" json:"statement_id"`
	AsOf          int64        `cbor:"5,keyasint" json:"as_of"`    // Unix ms of the balances
	Recorded      int64        `cbor:"6,keyasint" json:"recorded"` // Unix ms, block time
	Total         money.Amount `cbor:"7,keyasint" json:"total"`
	Eligible      money.Amount `cbor:"8,keyasint" json:"eligible"` // after haircuts, floored
	Composition   []Holding    `cbor:"9,keyasint,omitempty" json:"composition,omitempty"`
}

// Breach is a shortfall: supply that the attested reserves do not cover. It begins with the
// attestation that shows it and ends with one that covers, or when enough is burned.
type Breach struct {
	Asset    txn.AssetID  `cbor:"1,keyasint" json:"asset"`
	Since    int64        `cbor:"2,keyasint" json:"since"` // Unix ms
	Supply   money.Amount `cbor:"3,keyasint" json:"supply"`
	Eligible money.Amount `cbor:"4,keyasint" json:"eligible"`
}

var (
	attestations = txn.NewTable[Attestation]("ia", "issuance.attestation")
	breaches     = txn.NewTable[Breach]("ib", "issuance.breach")
)

// FindAttestation reads the attestation in force.
func FindAttestation(r txn.Reader, asset txn.AssetID) (Attestation, bool) {
	return attestations.Get(r, []byte(asset))
}

// FindBreach reads a shortfall that has not ended.
func FindBreach(r txn.Reader, asset txn.AssetID) (Breach, bool) {
	return breaches.Get(r, []byte(asset))
}

// eligible is what the holdings are worth as backing: the eligible ones, each less its
// haircut, floored one by one so that rounding never makes backing.
func eligible(composition []Holding) money.Amount {
	sum := money.Zero
	for i := range composition {
		h := &composition[i]
		if !h.Eligible {
			continue
		}
		worth, _ := h.Amount.MulDivFloor(wholeBps-uint64(h.HaircutBps), wholeBps) // at most Amount
		sum, _ = sum.Add(worth)                                                   // at most Total, which fits
	}
	return sum
}

// Eligible is how much of an asset its reserves back at this moment. It refuses where they
// count for nothing: none attested, attested by a former custodian, or too old.
func Eligible(r txn.Reader, a *txn.Asset, now int64) (money.Amount, error) {
	at, ok := FindAttestation(r, a.ID)
	if !ok {
		return money.Zero, fault.ReservesMissing.With("asset "+string(a.ID), "no attestation", "one by "+string(a.Custodian))
	}
	if at.Custodian != a.Custodian {
		return money.Zero, fault.ReservesMissing.With("asset "+string(a.ID), "attested by "+string(at.Custodian), "an attestation by "+string(a.Custodian))
	}
	if age := now - at.AsOf; age > a.MaxAgeMs {
		return money.Zero, fault.ReservesStale.With("attestation of "+string(a.ID), strconv.FormatInt(age, 10)+" ms old", "at most "+strconv.FormatInt(a.MaxAgeMs, 10)+" ms")
	}
	return at.Eligible, nil
}

// Headroom is how much more of an asset can be minted at this moment. It refuses as Eligible does.
func Headroom(r txn.Reader, a *txn.Asset, now int64) (money.Amount, error) {
	limit := a.Cap
	if a.Backing == txn.Reserved {
		var err error
		if limit, err = Eligible(r, a, now); err != nil {
			return money.Zero, err
		}
	}
	return limit.SaturatingSub(txn.SupplyOf(r, a.ID)), nil
}

// settleBreach begins, updates or ends the breach of an asset, after its reserves or its
// supply have changed.
func settleBreach(c *txn.Context, asset txn.AssetID) {
	at, _ := FindAttestation(c.Reader(), asset)
	supply := c.Supply(asset)
	b, open := FindBreach(c.Reader(), asset)
	switch {
	case at.Eligible.Less(supply):
		if !open {
			b = Breach{Asset: asset, Since: c.Now()}
		}
		b.Supply, b.Eligible = supply, at.Eligible
		breaches.Put(c, []byte(asset), b)
		c.Emit("reserve.was_breached", BreachEvent(b))
	case open:
		breaches.Delete(c, []byte(asset))
		b.Supply, b.Eligible = supply, at.Eligible
		c.Emit("reserve.breach_was_ended", BreachEvent(b))
	}
}

// BreachEvent states a shortfall, or that there is none any more.
type BreachEvent struct {
	Asset    txn.AssetID  `cbor:"1,keyasint" json:"asset"`
	Since    int64        `cbor:"2,keyasint" json:"since"` // Unix ms, when the shortfall began
	Supply   money.Amount `cbor:"3,keyasint" json:"supply"`
	Eligible money.Amount `cbor:"4,keyasint" json:"eligible"`
}
