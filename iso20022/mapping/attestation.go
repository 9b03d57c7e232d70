package mapping

import (
	"time"

	"causeway/core/feature/issuance"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/iso20022/model"
)

// Attestation turns a custodian's statement (camt.053) into the attestation of an asset's
// reserves: the closing booked balance of each statement in the file, in the asset's currency.
// class and haircut (basis points) are what the asset's approval says of such reserves. salt
// keeps the hash of the file from being guessed.
func Attestation(file *model.StatementFile, raw []byte, asset txn.Asset, class string, haircutBps uint16, salt wire.Hash) (*issuance.Attest, error) {
	a := &issuance.Attest{Asset: asset.ID, StatementHash: wire.Sum(salt[:], raw), Currency: asset.Currency, Scale: asset.Scale}
	for i := range file.Statements {
		s := &file.Statements[i]
		path := "/Document/BkToCstmrStmt/Stmt[" + itoa(i+1) + "]/Bal"
		balance := closing(s)
		if balance == nil {
			return nil, fault.ReservesInvalid.With(path, "no CLBD", "a closing booked balance")
		}
		if balance.Amount.Currency != asset.Currency {
			return nil, fault.MappingCurrency.With(path+"/Amt/@Ccy", balance.Amount.Currency, asset.Currency)
		}
		if !balance.Credit {
			return nil, fault.ReservesInvalid.With(path+"/CdtDbtInd", "DBIT", "CRDT: an overdrawn account is no reserve")
		}
		amount, err := money.Parse(string(balance.Amount.Value.Canonical()), asset.Scale)
		if err != nil {
			return nil, fault.MappingAmount.With(path+"/Amt", string(balance.Amount.Value), err.Error())
		}
		at, err := instant(balance.Date)
		if err != nil {
			return nil, fault.ReservesInvalid.With(path+"/Dt", balance.Date, "a date or date and time")
		}
		if a.AsOf == 0 || at < a.AsOf {
			a.AsOf, a.StatementID = at, s.ID // the oldest of them dates the whole
		}
		if amount.IsZero() {
			continue
		}
		var ok bool
		if a.Total, ok = a.Total.Add(amount); !ok {
			return nil, fault.AmountOverflow.With(path+"/Amt", amount.Digits(), "a sum up to 2^127-1")
		}
		a.Composition = append(a.Composition, issuance.Holding{Class: class, Amount: amount, HaircutBps: haircutBps, Eligible: true})
	}
	if len(file.Statements) == 0 {
		return nil, fault.ReservesInvalid.With("/Document/BkToCstmrStmt/Stmt", "none", "at least one statement")
	}
	return a, a.Validate()
}

func closing(s *model.Statement) *model.Balance {
	for i := range s.Balances {
		if s.Balances[i].Type == "CLBD" {
			return &s.Balances[i]
		}
	}
	return nil
}

// instant reads an ISO date (its start in UTC, the cautious end for freshness) or dateTime.
func instant(text string) (int64, error) {
	for _, layout := range []string{"2006-01-02", time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UnixMilli(), nil
		}
	}
	return 0, fault.ReservesInvalid.With("date", text, "an ISO 8601 date")
}
