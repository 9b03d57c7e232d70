package asset

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
)

// Unpause lifts pauses. The issuer lifts its own; an authority its own, those of authorities
// below it, and the issuer's. The asset moves again when none is left.
type Unpause struct {
	Asset     txn.AssetID     `cbor:"1,keyasint" json:"asset"`
	Authority txn.AuthorityID `cbor:"2,keyasint,omitempty" json:"authority,omitempty"` // who lifts; empty: the issuer
	Reference string          `cbor:"3,keyasint" json:"reference"`                     // of the decision, at most 64 printable ASCII characters
}

var unpauseKind = txn.Kind{
	Name: "asset.unpause", Version: 1,
	En:      "lift one's own pause of an asset, and those of whoever stands below",
	Zh:      "解除本方及下级对资产的暂停",
	New:     func() txn.Payload { return &Unpause{} },
	Example: `{"asset":"HKDX","authority":"HK","reference":"INCIDENT-2026-17-CLOSED"}`,
}

// Validate checks the shape.
func (p *Unpause) Validate() error { return validStop(p.Asset, p.Reference) }

// Access: as for the pause, but as many approvals as the policy asks for.
func (p *Unpause) Access(c *txn.Context) (txn.Access, error) {
	return txn.Access{}, mayStop(c, p.Asset, p.Authority)
}

func (p *Unpause) lifts(c *txn.Context, s Stop) bool {
	if p.Authority == "" || s.By == "" {
		return s.By == "" // whoever stands above may lift the issuer's
	}
	return c.Within(s.By, p.Authority)
}

// Execute takes the pauses away that the actor may lift.
func (p *Unpause) Execute(c *txn.Context) error {
	a, err := c.FindAsset(p.Asset)
	if err != nil {
		return err
	}
	before, _ := stops.Get(c.Reader(), []byte(p.Asset))
	var left []Stop
	for _, s := range before {
		if !p.lifts(c, s) {
			left = append(left, s)
		}
	}
	switch {
	case len(before) == 0:
		return fault.AssetState.With("asset "+string(p.Asset), "not paused", "a paused asset")
	case len(left) == len(before):
		return fault.PowerMissing.With("asset "+string(p.Asset), "paused by "+pauser(left[0]), "an unpause by it or by whoever stands above")
	case len(left) > 0:
		stops.Put(c, []byte(p.Asset), left)
	default:
		stops.Delete(c, []byte(p.Asset))
		a.Paused = false
		if err := c.SaveAsset(a); err != nil {
			return err
		}
	}
	c.Emit("asset.was_unpaused", UnpausedEvent{Asset: p.Asset, Authority: p.Authority, Reference: p.Reference, Paused: a.Paused})
	return nil
}

// UnpausedEvent says who has lifted what it may lift, and whether pauses of others are left.
type UnpausedEvent struct {
	Asset     txn.AssetID     `cbor:"1,keyasint" json:"asset"`
	Authority txn.AuthorityID `cbor:"2,keyasint,omitempty" json:"authority,omitempty"` // empty: the issuer
	Reference string          `cbor:"3,keyasint" json:"reference"`
	Paused    bool            `cbor:"4,keyasint,omitempty" json:"paused"` // still, by somebody above
}
