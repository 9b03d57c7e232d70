package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"time"

	"causeway/cmd/causeway/show"
	"causeway/core"
	"causeway/core/feature/issuance"
	"causeway/core/kernel/txn"
	"causeway/iso20022"
	"causeway/iso20022/mapping"
)

// reserveOptions are what no statement says about the reserves that it shows.
type reserveOptions struct {
	asset, class string
	haircut      uint16
}

// statementBytesMax bounds a statement: it is read as a whole.
const statementBytesMax = 64 << 20

// attestReserves turns a custodian's statement into reserve.attest.
func (a *app) attestReserves(ctx context.Context, net *network, s *signing, path string, o fileOptions, dry bool) error {
	if o.reserves.asset == "" {
		return usage("%s is a statement (camt.053): say by --asset whose reserves it shows", path)
	}
	asset, err := newDirectory(ctx, net).Asset(txn.AssetID(o.reserves.asset))
	if err != nil {
		return err
	}
	attest, err := attestation(path, asset, o)
	if err != nil {
		return err
	}
	kind, _ := core.Kinds.Kind("reserve.attest")
	chain, err := net.id(ctx)
	if err != nil {
		return err
	}
	asked := request{kind: kind, payload: attest, expires: time.Hour}
	asked.reference = referenceTo("causeway/iso-attest/1", string(s.party), string(attest.Asset), attest.StatementHash.String())
	if dry {
		a.tellAttest(attest, asset)
		return a.explain(ctx, net, s, chain, asked)
	}
	raw, id, err := s.sign(chain, asked)
	if err != nil {
		return err
	}
	waiting, stop := context.WithTimeout(ctx, o.timeout)
	defer stop()
	result, err := net.transact(waiting, raw, id)
	if err != nil {
		return a.unknown(id, err)
	}
	if result, err = first(ctx, net, result); err != nil {
		return err
	}
	a.tellAttest(attest, asset)
	if err := a.printMoney(&decimals{ctx: ctx, net: net}, result); err != nil {
		return err
	}
	a.sayOutcome(result)
	return said(codeOfStatus(result.Status, result.Refusal))
}

func attestation(path string, asset txn.Asset, o fileOptions) (*issuance.Attest, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fileError(err)
	}
	if info.Size() > statementBytesMax {
		return nil, usage("%s has %d bytes; a statement may have %d", path, info.Size(), statementBytesMax)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fileError(err)
	}
	file, err := iso20022.ReadStatement(bytes.NewReader(raw), iso20022.Options{})
	if err != nil {
		return nil, &exit{exitUsage, fmt.Errorf("%s: %w; see: causeway iso check", path, err)}
	}
	attest, err := mapping.Attestation(file, raw, asset, o.reserves.class, o.reserves.haircut, o.salt.of(raw))
	if err != nil {
		return nil, &exit{exitUsage, fmt.Errorf("%s: %w", path, err)}
	}
	return attest, nil
}

// tellAttest says what is attested, to who reads and not to programs.
func (a *app) tellAttest(p *issuance.Attest, asset txn.Asset) {
	if a.format != show.Table {
		return
	}
	a.say("statement %s: %s %s of reserves for %s as of %s", "对账单 %s：%s %s，为 %s 的储备，截至 %s",
		p.StatementID, p.Total.Grouped(asset.Scale), asset.Currency, asset.ID, a.clock(p.AsOf))
}
