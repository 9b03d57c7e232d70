// Package ledger keeps accounts, assets, balances and reservations, and is the only
// writer of balances.
//
// Value moves in postings: one amount of one asset from one account to another, so that
// every journal balances by construction; a posting without a payer issues, one without a
// payee burns, and the asset's supply follows. The ledger judges nothing: package txn, its
// only caller, asks the guard first.
package ledger

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
)

// Posting moves Amount of Asset. An empty From issues, an empty To burns.
type Posting struct {
	From   AccountID    `cbor:"1,keyasint,omitempty" json:"from,omitempty"`
	To     AccountID    `cbor:"2,keyasint,omitempty" json:"to,omitempty"`
	Asset  AssetID      `cbor:"3,keyasint" json:"asset"`
	Amount money.Amount `cbor:"4,keyasint" json:"amount"`
}

// Balance is what an account has of one asset; Reserved is the part of Total that holds,
// quotes and redemptions keep from being spent.
type Balance struct {
	Total    money.Amount `json:"total"`
	Reserved money.Amount `json:"reserved"`
}

// Available is what can be spent.
func (b Balance) Available() money.Amount { return b.Total.SaturatingSub(b.Reserved) }

var balances = state.NewTable[Balance]("b", "balance")

func balanceKey(account AccountID, asset AssetID) []byte {
	key := make([]byte, 0, len(account)+1+len(asset))
	key = append(key, account...)
	key = append(key, 0)
	return append(key, asset...)
}

// BalanceOf reads a balance; what was never moved is zero.
func BalanceOf(r state.Reader, account AccountID, asset AssetID) Balance {
	balance, _ := balances.Get(r, balanceKey(account, asset))
	return balance
}

// BalancesOf visits the balances of one account, asset by asset.
func BalancesOf(r state.Reader, account AccountID, visit func(AssetID, Balance) bool) {
	prefix := append([]byte(account), 0)
	balances.Scan(r, prefix, nil, func(key []byte, b Balance) bool { return visit(AssetID(key[len(prefix):]), b) })
}

// BalanceKey is the state key of a balance, for proofs.
func BalanceKey(account AccountID, asset AssetID) []byte {
	return balances.Key(balanceKey(account, asset))
}

func putBalance(b *state.Block, account AccountID, asset AssetID, balance Balance) {
	key := balanceKey(account, asset)
	if balance.Total.IsZero() {
		balances.Delete(b, key)
		return
	}
	balances.Put(b, key, balance)
}

// Post applies postings in order. On an error the caller rolls back.
func Post(b *state.Block, postings []Posting) error {
	for i := range postings {
		if err := post(b, &postings[i]); err != nil {
			return err
		}
	}
	return nil
}

func post(b *state.Block, p *Posting) error {
	if p.Amount.IsZero() {
		return fault.AmountZero.Err()
	}
	if p.From == p.To {
		return fault.PaymentSameAccount.With("account", string(p.From), "two accounts")
	}
	if p.From == "" || p.To == "" {
		if err := changeSupply(b, p); err != nil {
			return err
		}
	}
	if p.From != "" {
		from := BalanceOf(b, p.From, p.Asset)
		if from.Available().Less(p.Amount) {
			return fault.FundsInsufficient.With(string(p.From), from.Available().Digits(), p.Amount.Digits())
		}
		from.Total, _ = from.Total.Sub(p.Amount)
		putBalance(b, p.From, p.Asset, from)
	}
	if p.To != "" {
		to := BalanceOf(b, p.To, p.Asset)
		var ok bool
		if to.Total, ok = to.Total.Add(p.Amount); !ok {
			return fault.AmountOverflow.With(string(p.To), p.Amount.Digits(), "a balance up to 2^127-1")
		}
		putBalance(b, p.To, p.Asset, to)
	}
	return nil
}

func changeSupply(b *state.Block, p *Posting) error {
	supply, ok := Supply(b, p.Asset), false
	if p.From == "" {
		supply, ok = supply.Add(p.Amount)
	} else {
		supply, ok = supply.Sub(p.Amount)
	}
	if !ok {
		return fault.AmountOverflow.With("supply of "+string(p.Asset), p.Amount.Digits(), "a supply up to 2^127-1")
	}
	supplies.Put(b, []byte(p.Asset), supply)
	return nil
}

// Reserve keeps amount from being spent until Unreserve. It is part of its account, not a posting.
func Reserve(b *state.Block, account AccountID, asset AssetID, amount money.Amount) error {
	balance := BalanceOf(b, account, asset)
	if balance.Available().Less(amount) {
		return fault.FundsInsufficient.With(string(account), balance.Available().Digits(), amount.Digits())
	}
	balance.Reserved, _ = balance.Reserved.Add(amount) // cannot exceed Total
	putBalance(b, account, asset, balance)
	return nil
}

// Unreserve undoes (part of) a reservation. Undoing more than is reserved is a defect of
// the caller: ok is false and nothing changes.
func Unreserve(b *state.Block, account AccountID, asset AssetID, amount money.Amount) (ok bool) {
	balance := BalanceOf(b, account, asset)
	if balance.Reserved, ok = balance.Reserved.Sub(amount); ok {
		putBalance(b, account, asset, balance)
	}
	return ok
}
