package authority

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// ProposeRulebook puts a new version of an authority's rulebook on the ledger, whole: rules it
// does not name are gone when it comes into force.
type ProposeRulebook struct {
	Authority txn.AuthorityID `cbor:"1,keyasint" json:"authority"`
	Title     string          `cbor:"2,keyasint" json:"title"`
	Rules     []txn.Rule      `cbor:"3,keyasint" json:"rules"`
	From      int64           `cbor:"4,keyasint,omitempty" json:"from,omitempty"` // Unix ms; 0 = rulebook.activate says when
}

var proposeKind = txn.Kind{
	Name: "rulebook.propose", Version: 1,
	En:  "Propose a new version of an authority's rulebook; it is checked against those above it.",
	Zh:  "提出监管机构规则手册的新版本；系统将与上级规则手册核对。",
	New: func() txn.Payload { return new(ProposeRulebook) },
	Example: `{"authority":"CN-SH","title":"Pilot rules 2027","from":1798732800000,"rules":[
{"id":"assets.allowed","assets":{"allow":["e-CNY","e-HKD"]}},
{"id":"payment.maximum","note":"circular 12/2026 art. 4","maximum":{"in":{"asset":"e-CNY"},"limit":"500000000"}},
{"id":"goods.evidence","when":{"purposes":["CGODDR"]},"evidence":{"documents":["invoice","customs_declaration"]}}]}`,
}

const titleMax = 120

// Validate checks the rulebook by itself.
func (p *ProposeRulebook) Validate() error {
	if err := checkAuthority("authority", p.Authority); err != nil {
		return err
	}
	if err := txn.CheckName("title", p.Title, titleMax); err != nil {
		return err
	}
	return p.book(0).Validate()
}

func (p *ProposeRulebook) book(version uint32) *txn.Rulebook {
	return &txn.Rulebook{Authority: p.Authority, Version: version, Title: p.Title, Rules: p.Rules}
}

// Access is for the authority's own supervisor.
func (p *ProposeRulebook) Access(c *txn.Context) (txn.Access, error) {
	return exactly(c, p.Authority)
}

// Execute gives the version its number and checks it against the rulebooks above.
func (p *ProposeRulebook) Execute(c *txn.Context) error {
	if p.From != 0 {
		if err := checkFrom(c, p.From); err != nil {
			return err
		}
	}
	a, err := c.FindAuthority(p.Authority)
	if err != nil {
		return err
	}
	a.Proposed++
	if a.Proposed == 0 {
		return fault.RulebookInvalid.With("version", "the last one there is", "a version below 2^32")
	}
	book := p.book(a.Proposed)
	if err := c.CheckRulebook(book); err != nil {
		return err
	}
	c.SaveAuthority(a)
	c.SaveEdition(txn.Edition{Book: *book, Status: txn.RulebookProposed, From: p.From, Proposed: c.Now()})
	drafts.Put(c, versionKey(p.Authority, a.Proposed), draft{Party: c.Party().LEI, Officers: c.Signers()})
	c.Emit("rulebook.was_proposed", RulebookProposed{Authority: p.Authority, Version: a.Proposed, From: p.From, Hash: book.Hash()})
	return nil
}

// RulebookProposed says that a version waits for approval.
type RulebookProposed struct {
	Authority txn.AuthorityID `cbor:"1,keyasint" json:"authority"`
	Version   uint32          `cbor:"2,keyasint" json:"version"`
	From      int64           `cbor:"3,keyasint,omitempty" json:"from,omitempty"` // Unix ms
	Hash      wire.Hash       `cbor:"4,keyasint" json:"hash"`
}
