package party

import (
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// Update states anew what a party is. What is left out is taken away.
type Update struct {
	LEI       identity.LEI `cbor:"1,keyasint" json:"lei"`
	Name      string       `cbor:"2,keyasint" json:"name"`
	Residency string       `cbor:"3,keyasint" json:"residency"` // ISO 3166 alpha-2
	Class     string       `cbor:"4,keyasint" json:"class"`
	Roles     []string     `cbor:"5,keyasint,omitempty" json:"roles,omitempty"`
	Group     identity.LEI `cbor:"6,keyasint,omitempty" json:"group,omitempty"`
	BIC       string       `cbor:"7,keyasint,omitempty" json:"bic,omitempty"`
}

var updateKind = txn.Kind{
	Name: "party.update", Version: 1,
	En:      "State anew a party's name, residency, class, roles, group and BIC, as the supervisor of its home.",
	Zh:      "由所属监管机构更新主体的名称、居民属性、类别、角色、集团与BIC。",
	New:     func() txn.Payload { return new(Update) },
	Example: `{"lei":"5493001KJTIIGC8Y1R12","name":"Shanghai Import Co., Ltd.","residency":"CN","class":"bank","roles":["market_maker"],"bic":"SHIMCNSH"}`,
}

// Validate checks the description.
func (p *Update) Validate() error {
	if err := txn.CheckLEI("lei", p.LEI); err != nil {
		return err
	}
	return checkProfile(p.Name, p.Residency, p.Class, p.Roles, p.Group, p.BIC)
}

// Access is for the supervisor of the party's home.
func (p *Update) Access(c *txn.Context) (txn.Access, error) {
	party, err := c.FindParty(p.LEI)
	if err != nil {
		return txn.Access{}, err
	}
	return txn.Access{}, c.ActsFor(party.Home)
}

// Execute writes the description; officers, keys, policy and freezes stay.
func (p *Update) Execute(c *txn.Context) error {
	party, err := c.FindParty(p.LEI)
	if err != nil {
		return err
	}
	party.Name, party.Residency, party.Class, party.Roles, party.Group, party.BIC = p.Name, p.Residency, p.Class, p.Roles, p.Group, p.BIC
	c.SaveParty(party)
	c.Emit("party.was_updated", Updated{LEI: p.LEI, Residency: p.Residency, Class: p.Class, Roles: p.Roles, Group: p.Group})
	return nil
}

// Updated says what rulebooks see of a party from now on.
type Updated struct {
	LEI       identity.LEI `cbor:"1,keyasint" json:"lei"`
	Residency string       `cbor:"2,keyasint" json:"residency"`
	Class     string       `cbor:"3,keyasint" json:"class"`
	Roles     []string     `cbor:"4,keyasint,omitempty" json:"roles,omitempty"`
	Group     identity.LEI `cbor:"5,keyasint,omitempty" json:"group,omitempty"`
}
