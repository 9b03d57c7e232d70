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
	if _, ok := p.(txn.Embeds); ok {
		var err error
		if data, err = c.embed(data); err != nil {
			return nil, err
		}
	}
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
	if outer, ok := p.(txn.Embeds); ok {
		return c.extract(outer)
	}
	return json.Marshal(p)
}

// embed replaces the object in the field "payload" by the hexadecimal of its encoding. What
// stands there in hexadecimal already stays.
func (c *Catalog) embed(data []byte) ([]byte, error) {
	var form map[string]json.RawMessage
	var kind string
	if json.Unmarshal(data, &form) != nil || !bytes.HasPrefix(form["payload"], []byte("{")) {
		return data, nil // the decoder says what is wrong, if anything is
	}
	if json.Unmarshal(form["kind"], &kind) != nil {
		return data, nil
	}
	if k, ok := c.kinds[kind]; ok {
		if _, nested := k.New().(txn.Embeds); nested {
			return nil, fault.ApprovalNotNeeded.With("kind", kind, "a kind that embeds no other")
		}
	}
	inner, err := c.FromJSON(kind, form["payload"])
	if err != nil {
		return nil, err
	}
	if form["payload"], err = json.Marshal(wire.Hex(inner)); err != nil {
		return nil, err
	}
	return json.Marshal(form)
}

// extract is the reverse of embed; what cannot be read stays in hexadecimal.
func (c *Catalog) extract(outer txn.Embeds) ([]byte, error) {
	data, err := json.Marshal(outer)
	if err != nil {
		return nil, err
	}
	var form map[string]json.RawMessage
	if err := json.Unmarshal(data, &form); err != nil {
		return nil, err
	}
	inner, err := c.Payload(outer.Embedded())
	if err != nil {
		return data, nil
	}
	if form["payload"], err = json.Marshal(inner); err != nil {
		return nil, err
	}
	return json.Marshal(form)
}

// NewBody makes a body of a kind from its payload, ready to be signed.
func NewBody(p txn.Payload, kind txn.Kind, body txn.Body) (txn.Body, error) {
	if err := p.Validate(); err != nil {
		return body, fmt.Errorf("%s: %w", kind.Name, err)
	}
	body.Kind, body.Version, body.Payload = kind.Name, kind.Version, wire.Marshal(p)
	return body, nil
}
