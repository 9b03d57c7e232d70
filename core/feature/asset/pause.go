package asset

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// referenceMax is the length of a reference, as of a client reference.
const referenceMax = txn.ReferenceMax

// Stop is one pause in force. An asset is paused while it has any, so that nobody's pause
// ends with somebody else's.
type Stop struct {
	By        txn.AuthorityID `cbor:"1,keyasint,omitempty" json:"by,omitempty"` // empty: the issuer itself
	Party     identity.LEI    `cbor:"2,keyasint" json:"party"`
	Reference string          `cbor:"3,keyasint" json:"reference"`
	Since     int64           `cbor:"4,keyasint" json:"since"` // Unix ms
}

// stops holds the pauses in force, asset by asset: at most one of the issuer and one of each
// authority on the asset's path.
var stops = txn.NewTable[[]Stop]("sp", "asset.pause")

// Pause stops transfer, mint and burn of an asset alike; redemption clocks run on (DECISIONS 16).
type Pause struct {
	Asset     txn.AssetID     `cbor:"1,keyasint" json:"asset"`
	Authority txn.AuthorityID `cbor:"2,keyasint,omitempty" json:"authority,omitempty"` // who pauses; empty: the issuer
	Reference string          `cbor:"3,keyasint" json:"reference"`                     // of the incident or the order, at most 64 printable ASCII characters
}

var pauseKind = txn.Kind{
	Name: "asset.pause", Version: 1,
	En:      "stop transfer, mint and burn of an asset; redemption deadlines run on",
	Zh:      "暂停资产的转让、铸造和销毁；赎回期限继续计算",
	New:     func() txn.Payload { return &Pause{} },
	Example: `{"asset":"HKDX","authority":"HK","reference":"INCIDENT-2026-17"}`,
}

// Validate checks the shape.
func (p *Pause) Validate() error { return validStop(p.Asset, p.Reference) }

func validStop(id txn.AssetID, reference string) error {
	if id == "" {
		return fault.TxFieldMissing.With("asset", "", "the id of an asset")
	}
	if reference == "" || !ascii(reference, referenceMax) {
		return fault.TxFieldInvalid.With("reference", reference, "1 to 64 printable ASCII characters")
	}
	return nil
}

func ascii(text string, most int) bool {
	for i := 0; i < len(text); i++ {
		if text[i] < 0x20 || text[i] > 0x7e {
			return false
		}
	}
	return len(text) <= most
}

// Access: the issuer, or an authority that the asset stands under. An emergency needs one signature.
func (p *Pause) Access(c *txn.Context) (txn.Access, error) {
	return txn.Access{Immediate: true}, mayStop(c, p.Asset, p.Authority)
}

// mayStop: the issuer in its own name; an authority, exactly, over what lies below it.
func mayStop(c *txn.Context, id txn.AssetID, authority txn.AuthorityID) error {
	a, err := c.FindAsset(id)
	if err != nil {
		return err
	}
	if authority == "" {
		if c.Party().LEI != a.Issuer {
			return fault.PowerMissing.With("asset "+string(id), "party "+string(c.Party().LEI), "its issuer, or an authority named in the field authority")
		}
		return nil
	}
	if _, err := c.FindAuthority(authority); err != nil {
		return err
	}
	if !c.Is(authority) {
		return fault.PowerMissing.With("authority "+string(authority), "party "+string(c.Party().LEI), "its supervisor")
	}
	if !c.Within(a.Authority, authority) {
		return fault.SupervisionNotYours.With("asset "+string(id), "registered under "+string(a.Authority), "an asset registered under "+string(authority)+" or below")
	}
	return nil
}

// Execute adds this pause to those in force.
func (p *Pause) Execute(c *txn.Context) error {
	a, err := c.FindAsset(p.Asset)
	if err != nil {
		return err
	}
	before, _ := stops.Get(c.Reader(), []byte(p.Asset))
	var list []Stop
	for _, s := range before {
		if s.By == p.Authority {
			return fault.AssetState.With("asset "+string(p.Asset), "already paused by "+pauser(s), "an asset it has not paused")
		}
		list = append(list, s)
	}
	stops.Put(c, []byte(p.Asset), append(list, Stop{By: p.Authority, Party: c.Party().LEI, Reference: p.Reference, Since: c.Now()}))
	a.Paused = true
	if err := c.SaveAsset(a); err != nil {
		return err
	}
	c.Emit("asset.was_paused", PausedEvent{Asset: p.Asset, Authority: p.Authority, Reference: p.Reference})
	return nil
}

func pauser(s Stop) string {
	if s.By == "" {
		return "its issuer"
	}
	return string(s.By)
}

// PausedEvent says who has paused an asset.
type PausedEvent struct {
	Asset     txn.AssetID     `cbor:"1,keyasint" json:"asset"`
	Authority txn.AuthorityID `cbor:"2,keyasint,omitempty" json:"authority,omitempty"` // empty: the issuer
	Reference string          `cbor:"3,keyasint" json:"reference"`
}
