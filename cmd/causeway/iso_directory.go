package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"causeway/core/feature/party"
	"causeway/core/kernel/calendar"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/txn"
	"causeway/iso20022/mapping"
)

// directory finds accounts and assets through a network, each once per file.
type directory struct {
	ctx      context.Context
	net      *network
	now      time.Time
	accounts map[string]mapping.Account
	assets   map[txn.AssetID]txn.Asset
	days     map[txn.AccountID]string
}

func newDirectory(ctx context.Context, net *network) *directory {
	return &directory{ctx, net, time.Now(), map[string]mapping.Account{}, map[txn.AssetID]txn.Asset{}, map[txn.AccountID]string{}}
}

// remembered bounds what is kept of a file with very many creditors.
const remembered = 100_000

func (d *directory) External(scheme, id, agent string) (mapping.Account, error) {
	name := strings.TrimSuffix(scheme+"/"+id+"/"+agent, "/")
	if known, ok := d.accounts[name]; ok {
		return known, nil
	}
	var found party.ExternalRecord
	err := d.net.value(d.ctx, "external", name, &found)
	if codeOf(err) == exitNotFound {
		return mapping.Account{}, fault.AccountNotFound.With("account", scheme+" "+id, "a registered external id")
	}
	account := mapping.Account{ID: found.Account, Owner: found.Owner, Asset: txn.AssetID(found.Asset)}
	if err == nil && len(d.accounts) < remembered {
		d.accounts[name] = account
	}
	return account, err
}

func (d *directory) Asset(id txn.AssetID) (txn.Asset, error) {
	if known, ok := d.assets[id]; ok {
		return known, nil
	}
	var found txn.Asset
	err := d.net.value(d.ctx, "asset", string(id), &found)
	if codeOf(err) == exitNotFound {
		return found, fault.AssetNotFound.With("asset", string(id), "a registered asset")
	}
	if err == nil {
		d.assets[id] = found
	}
	return found, err
}

// Today is the date where the authority of an account is; in UTC if its calendar is not there.
func (d *directory) Today(id txn.AccountID) (string, error) {
	if known, ok := d.days[id]; ok {
		return known, nil
	}
	var account txn.Account
	var authority guard.Authority
	var found calendar.Calendar
	err := d.net.value(d.ctx, "account", string(id), &account)
	if err == nil {
		err = d.net.value(d.ctx, "authority", string(account.Authority), &authority)
	}
	if err == nil {
		err = d.net.value(d.ctx, "calendar", authority.Calendar, &found)
	}
	day := d.now.UTC().Format("2006-01-02")
	switch {
	case err == nil:
		local := found.Zone.Local(d.now.UnixMilli())
		day = fmt.Sprintf("%04d-%02d-%02d", local.Year, local.Month, local.Day)
	case codeOf(err) != exitNotFound:
		return "", err
	}
	d.days[id] = day
	return day, nil
}
