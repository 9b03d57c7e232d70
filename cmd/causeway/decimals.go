package main

import (
	"context"
	"errors"
	"fmt"

	"causeway/cmd/causeway/fields"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// decimals asks a network how amounts are to be read and written, once for each asset.
type decimals struct {
	ctx    context.Context
	net    *network
	known  map[string]uint8
	silent map[string]bool // assets that nobody told the decimals of
	err    error           // of the network or the ledger, not of what somebody wrote
}

var _ fields.Ledger = (*decimals)(nil)

// Decimals are those of an asset.
func (d *decimals) Decimals(asset string) (uint8, error) {
	if scale, ok := d.known[asset]; ok {
		return scale, nil
	}
	if asset == "" {
		return 0, errors.New("an amount of which asset?")
	}
	if d.net == nil {
		return 0, errors.New("there is no network to ask")
	}
	var found txn.Asset
	if err := d.net.value(d.ctx, "asset", asset, &found); err != nil {
		if codeOf(err) == exitNotFound {
			err = fault.AssetNotFound.With("asset", asset, "a registered asset")
		}
		d.err = err
		return 0, err
	}
	if d.known == nil {
		d.known = map[string]uint8{}
	}
	d.known[asset] = found.Scale
	return found.Scale, nil
}

// Received is the asset that a payment brought its payee: that of its last posting.
func (d *decimals) Received(payment string) (string, error) {
	id, err := wire.ParseHash(payment)
	if err != nil {
		return "", fmt.Errorf("payment %q: %w", payment, err)
	}
	o, err := d.net.find(d.ctx, id)
	if err != nil {
		d.err = err
		return "", err
	}
	if len(o.Postings) == 0 {
		d.err = fault.PaymentNotReturnable.With("payment", o.Status.String(), "a settled payment")
		return "", d.err
	}
	return string(o.Postings[len(o.Postings)-1].Asset), nil
}
