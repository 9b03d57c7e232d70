package approval

import (
	"strconv"
	"strings"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Propose puts a transaction up for approval although the policy might let its maker carry it
// out alone. Kind, version and payload are those of the transaction proposed.
type Propose struct {
	Kind    string   `cbor:"1,keyasint" json:"kind"`
	Version uint16   `cbor:"2,keyasint" json:"version"`
	Payload wire.Hex `cbor:"3,keyasint" json:"payload"` // canonical CBOR of that kind's payload; JSON: the payload as an object
}

var proposeKind = txn.Kind{
	Name: "approval.propose", Version: 1,
	En:      "Put a transaction up for another officer's approval, even where the policy asks for none.",
	Zh:      "将交易提交其他经办人审批，即使策略未作此要求。",
	New:     func() txn.Payload { return new(Propose) },
	Example: `{"kind":"account.close","version":1,"payload":{"id":"SH-IMPORT-CNY"}}`,
}

// payloadMax leaves room for the rest of the transaction that proposes.
const payloadMax = 256 << 10

// Validate checks the form; the catalogue is asked in Access. Answers to proposals are not
// proposed themselves.
func (p *Propose) Validate() error {
	if p.Kind == "" {
		return fault.TxFieldMissing.With("kind", "", "the kind proposed")
	}
	if strings.HasPrefix(p.Kind, "approval.") {
		return fault.ApprovalNotNeeded.With("kind", p.Kind, "a kind that is not about proposals")
	}
	if len(p.Payload) == 0 || len(p.Payload) > payloadMax {
		return fault.TxFieldInvalid.With("payload", strconv.Itoa(len(p.Payload))+" bytes", "1 to "+strconv.Itoa(payloadMax))
	}
	return nil
}

// Embedded is what is proposed.
func (p *Propose) Embedded() (kind string, version uint16, payload []byte) {
	return p.Kind, p.Version, p.Payload
}

// inner decodes what is proposed. New keys prove possession by signing the transaction that
// registers them, so a kind that registers keys is submitted itself; the policy proposes it.
func (p *Propose) inner(c *txn.Context) (access txn.Access, err error) {
	payload, err := c.PayloadOf(p.Kind, p.Version, p.Payload)
	if err != nil {
		return access, err
	}
	if _, registers := payload.(txn.RegistersKeys); registers {
		return access, fault.ApprovalNotNeeded.With("kind", p.Kind, "submitted by itself, signed by the new key too")
	}
	if err := payload.Validate(); err != nil {
		return access, err
	}
	if access, err = payload.Access(c); err != nil {
		return access, err
	}
	if access.Immediate {
		return access, fault.ApprovalNotNeeded.With("kind", p.Kind, "submitted by itself: it needs no approvals")
	}
	return access, nil
}

// Access is that of the kind proposed.
func (p *Propose) Access(c *txn.Context) (txn.Access, error) {
	access, err := p.inner(c)
	access.Kind, access.Immediate = p.Kind, true
	return access, err
}

// Execute opens the proposal. It takes at least one more officer than have signed here.
func (p *Propose) Execute(c *txn.Context) error {
	access, err := p.inner(c)
	if err != nil {
		return err
	}
	needed, fourEyes := c.Approvals(p.Kind, access)
	if !fourEyes {
		needed = max(needed, 2)
	}
	if c.Approved(c.Signers(), needed, fourEyes) {
		return fault.ApprovalNotNeeded.With("signatures", strconv.Itoa(len(c.Signers())), "submitted by itself: enough officers have signed")
	}
	var active []string
	for _, o := range c.Party().Officers {
		if o.Active {
			active = append(active, o.ID)
		}
	}
	if !c.Approved(active, needed, fourEyes) {
		return fault.PolicyInvalid.With("officers", strconv.Itoa(len(active))+" active", "another active officer who can approve")
	}
	return c.Propose(p.Kind, p.Version, p.Payload, needed, fourEyes, "")
}
