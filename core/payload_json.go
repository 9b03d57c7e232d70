package core

import (
	"bytes"
	"encoding/json"
	"fmt"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// FromJSON turns the JSON form of a kind's payload into its canonical bytes. Fields that the
// kind does not have are refused by name.
func (c *Catalog) FromJSON(kind string, data []byte) (wire.Raw, error) {
	k, ok := c.kinds[kind]
	if !ok {
		return nil, fault.TxKindUnknown.With("kind", kind, "a kind of the catalogue")
	}
	p := k.New()
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(p); err != nil {
		return nil, fault.TxFieldInvalid.With(kind, err.Error(), "the fields of "+kind)
	}
	if decoder.More() {
		return nil, fault.TxFieldInvalid.With(kind, "more than one JSON value", "one object")
	}
	if err := p.Validate(); err != nil {
		return nil, err
	}
	return wire.Marshal(p), nil
}

// ToJSON is the JSON form of a payload's canonical bytes.
func (c *Catalog) ToJSON(kind string, version uint16, data []byte) ([]byte, error) {
	p, err := c.Payload(kind, version, data)
	if err != nil {
		return nil, err
	}
	return json.Marshal(p)
}

// NewBody makes a body of a kind from its payload, ready to be signed.
func NewBody(p txn.Payload, kind txn.Kind, body txn.Body) (txn.Body, error) {
	if err := p.Validate(); err != nil {
		return body, fmt.Errorf("%s: %w", kind.Name, err)
	}
	body.Kind, body.Version, body.Payload = kind.Name, kind.Version, wire.Marshal(p)
	return body, nil
}
