package party

import (
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// AddKey registers a further key of an officer of the acting party. The new key signs too,
// unless it is for encryption.
type AddKey struct {
	Officer   string             `cbor:"1,keyasint" json:"officer"`
	Algorithm identity.Algorithm `cbor:"2,keyasint" json:"algorithm"`
	Public    wire.Hex           `cbor:"3,keyasint" json:"public"`
	Scope     identity.Scope     `cbor:"4,keyasint" json:"scope"`
	RPIDHash  *wire.Hash         `cbor:"5,keyasint,omitempty" json:"rp_id_hash,omitempty"`
}

var addKeyKind = txn.Kind{
	Name: "key.add", Version: 1,
	En:  "Register a further key of an officer of one's own party; the new key signs as well.",
	Zh:  "为本主体经办人登记新密钥；新密钥须同时签名。",
	New: func() txn.Payload { return new(AddKey) },
	Example: `{"officer":"erp.signer","algorithm":"ed25519","public":"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
"scope":{"kinds":["payment.send"],"accounts":["SH-IMPORT-CNY"],"limit":"50000000"}}`,
}

// Validate checks the key and its scope.
func (p *AddKey) Validate() error { return (*NewKey)(p).validate("") }

// NewKeys are those that must sign this.
func (p *AddKey) NewKeys() []identity.Key { return possessed([]NewKey{NewKey(*p)}) }

// Access is for an admin of the party.
func (p *AddKey) Access(*txn.Context) (txn.Access, error) { return asAdmin(), nil }

// Execute registers the key.
func (p *AddKey) Execute(c *txn.Context) error {
	if _, err := ownOfficer(c, p.Officer); err != nil {
		return err
	}
	return addKey(c, c.Party().LEI, (*NewKey)(p))
}
