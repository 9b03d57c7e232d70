package party

import (
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// SetPolicy replaces the approval policy of the acting party. The policy in force decides
// whether the new one comes into force.
type SetPolicy struct {
	Policy identity.Policy `cbor:"1,keyasint" json:"policy"`
}

var setPolicyKind = txn.Kind{
	Name: "party.set_policy", Version: 1,
	En:  "Replace the approval policy of one's own party, under the approvals that the old one asks for.",
	Zh:  "更换本主体的审批策略；须先满足原策略的审批要求。",
	New: func() txn.Payload { return new(SetPolicy) },
	Example: `{"policy":{"tiers":[{"kinds":["payment.*"],"asset":"e-CNY","above":"100000000","approvals":2,"maker_checker":true},
{"kinds":["party.set_policy","officer.*","key.add"],"above":"0","approvals":1,"maker_checker":true}]}}`,
}

// Validate checks the policy by itself.
func (p *SetPolicy) Validate() error { return checkPolicy(&p.Policy) }

// Access is for an admin of the party.
func (p *SetPolicy) Access(*txn.Context) (txn.Access, error) { return asAdmin(), nil }

// Execute replaces the policy, if the officers can fulfil it.
func (p *SetPolicy) Execute(c *txn.Context) error {
	party := *c.Party()
	party.Policy = p.Policy
	if err := txn.CheckPolicy(&party); err != nil {
		return err
	}
	c.SaveParty(party)
	c.Emit("party.policy_was_set", PolicySet{Party: party.LEI, Policy: party.Policy})
	return nil
}

// PolicySet says what a party's policy is from now on.
type PolicySet struct {
	Party  identity.LEI    `cbor:"1,keyasint" json:"party"`
	Policy identity.Policy `cbor:"2,keyasint" json:"policy"`
}
