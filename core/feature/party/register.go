package party

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// Register brings a party into being, with the officers and keys that first act for it. The
// supervisor of its home submits it; each new signing key signs it too.
type Register struct {
	LEI       identity.LEI         `cbor:"1,keyasint" json:"lei"`
	Name      string               `cbor:"2,keyasint" json:"name"`
	Home      identity.AuthorityID `cbor:"3,keyasint" json:"home"`
	Residency string               `cbor:"4,keyasint" json:"residency"`                 // ISO 3166 alpha-2
	Class     string               `cbor:"5,keyasint" json:"class"`                     // one of the classes
	Roles     []string             `cbor:"6,keyasint,omitempty" json:"roles,omitempty"` // market_maker, issuer, …
	Group     identity.LEI         `cbor:"7,keyasint,omitempty" json:"group,omitempty"` // ultimate parent
	BIC       string               `cbor:"8,keyasint,omitempty" json:"bic,omitempty"`   // ISO 9362
	Officers  []NewOfficer         `cbor:"9,keyasint" json:"officers"`
	Keys      []NewKey             `cbor:"10,keyasint" json:"keys"`
	Policy    identity.Policy      `cbor:"11,keyasint" json:"policy"`
}

var registerKind = txn.Kind{
	Name: "party.register", Version: 1,
	En:  "Register a legal entity under its home authority, with its first officers, keys and approval policy.",
	Zh:  "在所属监管机构下登记法人主体，并登记其首批经办人、密钥与审批策略。",
	New: func() txn.Payload { return new(Register) },
	Example: `{"lei":"5493001KJTIIGC8Y1R12","name":"Shanghai Import Co., Ltd.","home":"CN-SH","residency":"CN","class":"enterprise",
"officers":[{"id":"treasury.maker","roles":["maker","admin"]},{"id":"treasury.checker","roles":["checker","admin"]}],
"keys":[{"officer":"treasury.maker","algorithm":"ed25519","public":"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a","scope":{}},
{"officer":"treasury.checker","algorithm":"ed25519","public":"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c","scope":{}}],
"policy":{"tiers":[{"kinds":["payment.*"],"asset":"e-CNY","above":"100000000","approvals":1,"maker_checker":true}]}}`,
}

// Validate checks everything that needs no ledger.
func (p *Register) Validate() error {
	if err := txn.CheckLEI("lei", p.LEI); err != nil {
		return err
	}
	if err := txn.CheckID("home", string(p.Home), authorityIDMax); err != nil {
		return err
	}
	if err := checkProfile(p.Name, p.Residency, p.Class, p.Roles, p.Group, p.BIC); err != nil {
		return err
	}
	if err := checkOfficers(p.Officers); err != nil {
		return err
	}
	if err := checkNewKeys(p.Keys); err != nil {
		return err
	}
	signers := 0
	for i := range p.Keys {
		officer := p.officer(p.Keys[i].Officer)
		if officer == nil {
			return fault.OfficerNotFound.With("keys["+itoa(i)+"].officer", p.Keys[i].Officer, "an officer of this registration")
		}
		if p.Keys[i].Algorithm.Signs() && begins(officer.Roles) {
			signers++
		}
	}
	if signers == 0 {
		return fault.OfficerLast.With("keys", "no signing key of a maker or admin", "at least one")
	}
	if err := checkPolicy(&p.Policy); err != nil {
		return err
	}
	return txn.CheckPolicy(p.party())
}

func (p *Register) officer(id string) *NewOfficer {
	for i := range p.Officers {
		if p.Officers[i].ID == id {
			return &p.Officers[i]
		}
	}
	return nil
}

// party is the record that this registers.
func (p *Register) party() *identity.Party {
	record := &identity.Party{
		LEI: p.LEI, Name: p.Name, Home: p.Home, Residency: p.Residency, Class: p.Class, Roles: p.Roles, Group: p.Group, BIC: p.BIC, Policy: p.Policy,
	}
	for _, o := range p.Officers {
		record.Officers = append(record.Officers, o.officer())
	}
	return record
}

// NewKeys are those that must sign this registration.
func (p *Register) NewKeys() []identity.Key { return possessed(p.Keys) }

// Access is for the supervisor of the home.
func (p *Register) Access(c *txn.Context) (txn.Access, error) {
	return txn.Access{}, c.ActsFor(p.Home)
}

// Execute writes the party and its keys.
func (p *Register) Execute(c *txn.Context) error {
	if _, err := c.FindAuthority(p.Home); err != nil {
		return err
	}
	if known, err := c.FindParty(p.LEI); err == nil {
		return fault.PartyTaken.With("lei", string(known.LEI), "an LEI that is not registered")
	}
	c.SaveParty(*p.party())
	for i := range p.Keys {
		if err := addKey(c, p.LEI, &p.Keys[i]); err != nil {
			return err
		}
	}
	c.Emit("party.was_registered", Registered{LEI: p.LEI, Home: p.Home, Class: p.Class, Roles: p.Roles})
	return nil
}

// Registered says that a party exists.
type Registered struct {
	LEI   identity.LEI         `cbor:"1,keyasint" json:"lei"`
	Home  identity.AuthorityID `cbor:"2,keyasint" json:"home"`
	Class string               `cbor:"3,keyasint" json:"class"`
	Roles []string             `cbor:"4,keyasint,omitempty" json:"roles,omitempty"`
}
