package authority

import "causeway/core/kernel/txn"

// ActivateRulebook says when an approved version comes into force.
type ActivateRulebook struct {
	Authority txn.AuthorityID `cbor:"1,keyasint" json:"authority"`
	Version   uint32          `cbor:"2,keyasint" json:"version"`
	From      int64           `cbor:"3,keyasint" json:"from"` // Unix ms, in the future
}

var activateKind = txn.Kind{
	Name: "rulebook.activate", Version: 1,
	En:      "Set the time at which an approved rulebook version comes into force.",
	Zh:      "设定已批准规则手册版本的生效时间。",
	New:     func() txn.Payload { return new(ActivateRulebook) },
	Example: `{"authority":"CN-SH","version":3,"from":1798732800000}`,
}

// Validate checks authority and version.
func (p *ActivateRulebook) Validate() error { return checkVersion(p.Authority, p.Version) }

// Access is for the authority's own supervisor.
func (p *ActivateRulebook) Access(c *txn.Context) (txn.Access, error) {
	return exactly(c, p.Authority)
}

// Execute sets the time, in place of one set before.
func (p *ActivateRulebook) Execute(c *txn.Context) error {
	e, err := inState(c, p.Authority, p.Version, txn.RulebookApproved)
	if err != nil {
		return err
	}
	if err := checkFrom(c, p.From); err != nil {
		return err
	}
	schedule(c, &e, p.From)
	c.SaveEdition(e)
	c.Emit("rulebook.was_scheduled", Scheduled(*p))
	return nil
}

// Scheduled says when an approved version comes into force.
type Scheduled struct {
	Authority txn.AuthorityID `cbor:"1,keyasint" json:"authority"`
	Version   uint32          `cbor:"2,keyasint" json:"version"`
	From      int64           `cbor:"3,keyasint" json:"from"` // Unix ms
}
