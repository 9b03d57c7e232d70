package testkit

import (
	"encoding/json"

	"causeway/core"
	"causeway/core/feature/asset"
	"causeway/core/feature/issuance"
	"causeway/core/feature/party"
	"causeway/core/feature/payment"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Accounts of the fixture: those of a party are named after it.
var accounts = []struct{ id, owner, opener, authority string }{
	{"PBOC-TREASURY", "PBOC", "PBOC", "CN"},
	{"HARBOUR-TREASURY", "HARBOUR", "HKMA", "HK"},
	{"IMPORT-CNY", "IMPORT", "SHANGHAI", "CN-SH"},
	{"IMPORT-2", "IMPORT", "SHANGHAI", "CN-SH"},
	{"PARTS-CNY", "PARTS", "SHANGHAI", "CN-SH"},
	{"MILL-CNY", "MILL", "SHANGHAI", "CN-SH"},
	{"SUPPLY-HKD", "SUPPLY", "HKMA", "HK"},
	{"SUPPLY-2", "SUPPLY", "HKMA", "HK"},
	{"HUIHAI-FX", "HUIHAI", "HKMA", "HK"},
	{"NANYANG-FX", "NANYANG", "HKMA", "HK"},
}

// funds are what accounts have at the beginning, in whole units.
var funds = []struct {
	account string
	asset   txn.AssetID
	units   uint64
}{
	{"IMPORT-CNY", ECNY, 10_000_000},
	{"PARTS-CNY", ECNY, 1_000_000},
	{"MILL-CNY", ECNY, 1_000_000},
	{"HUIHAI-FX", ECNY, 5_000_000},
	{"HUIHAI-FX", HKDX, 20_000_000},
	{"NANYANG-FX", HKDX, 20_000_000},
	{"SUPPLY-HKD", HKDX, 1_000_000},
}

// Units are whole units of the fixture's assets as minor units.
func Units(n uint64) money.Amount { return money.FromUint64(n * 100) }

// year is how long approvals of the fixture's assets last.
const year = 366 * 24 * 3600_000

// fund opens accounts, registers the assets, attests reserves and brings money to everyone:
// minted by the issuers straight into the accounts.
func (l *Ledger) fund() {
	l.tb.Helper()
	for _, a := range accounts {
		kind := txn.ResidentAccount
		l.Must(a.opener, "account.open", &party.OpenAccount{ID: txn.AccountID(a.id), Owner: LEI(a.owner), Type: kind, Authority: txn.AuthorityID(a.authority)})
	}
	l.Must("PBOC", "asset.register", &asset.Register{
		ID: ECNY, Name: "Digital yuan", Kind: txn.CBDC, Scale: scale, Currency: "CNY", Authority: "CN", Issuer: LEI("PBOC"),
		Approval: "PBOC-2026-1", Expires: l.now + year, Cap: Units(100_000_000), RedeemIn: 1, Calendar: "CN",
	})
	l.Must("HKMA", "asset.register", &asset.Register{
		ID: HKDX, Name: "Harbour dollar", Kind: txn.Stablecoin, Scale: scale, Currency: "HKD", Authority: "HK", Issuer: LEI("HARBOUR"),
		Approval: "HKMA-FRS-2026-004", Expires: l.now + year, MaxAgeMs: 36 * 3600_000, RedeemIn: 1, Calendar: "HK", Custodian: LEI("KEEPER"),
	})
	l.Attest(50_000_000)
	l.Must("PBOC", "allowance.raise", &issuance.Raise{Asset: ECNY, Minter: LEI("PBOC"), Amount: Units(50_000_000)}, "admin")
	l.Must("HARBOUR", "allowance.raise", &issuance.Raise{Asset: HKDX, Minter: LEI("HARBOUR"), Amount: Units(60_000_000)}, "admin")
	for _, f := range funds {
		issuer := "PBOC"
		if f.asset == HKDX {
			issuer = "HARBOUR"
		}
		l.Must(issuer, "issuance.mint", &issuance.Mint{Asset: f.asset, To: txn.AccountID(f.account), Amount: Units(f.units)})
	}
}

// Attest states the reserves of HKDX in whole units, all in cash, as of now.
func (l *Ledger) Attest(units uint64) Result {
	l.tb.Helper()
	return l.Must("KEEPER", "reserve.attest", Attestation(l.now, units))
}

// Attestation is what the custodian of HKDX states.
func Attestation(asOf int64, units uint64) *issuance.Attest {
	a := &issuance.Attest{
		Asset: HKDX, StatementHash: wire.Sum([]byte("statement")), StatementID: "STMT-1", AsOf: asOf, Currency: "HKD", Scale: scale, Total: Units(units),
	}
	if units > 0 {
		a.Composition = []issuance.Holding{{Class: "cash", Amount: Units(units), Eligible: true}}
	}
	return a
}

// Pay is a payment for goods in whole units.
func Pay(from, to string, asset txn.AssetID, units uint64) *payment.Send {
	return &payment.Send{From: txn.AccountID(from), To: txn.AccountID(to), Asset: asset, Amount: Units(units), Purpose: "CGODDR"}
}

// BalanceOf reads a balance of the committed state.
func (l *Ledger) BalanceOf(account string, asset txn.AssetID) txn.Balance {
	return txn.Records{Reader: l.Store()}.Balance(txn.AccountID(account), asset)
}

// Payload is the payload of a kind in its JSON form.
func Payload(kind, text string) txn.Payload {
	k, ok := core.Kinds.Kind(kind)
	if !ok {
		panic("testkit: no kind " + kind)
	}
	p := k.New()
	if err := json.Unmarshal([]byte(text), p); err != nil {
		panic("testkit: " + kind + ": " + err.Error())
	}
	return p
}
