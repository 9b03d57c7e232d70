package model

import "math/big"

// Redemption is units on their way home.
type Redemption struct {
	Account, Asset string
	Amount         *big.Int
	Paid           bool
}

// Issuer is the party that mints an asset.
func Issuer(asset string) string {
	if asset == Yuan {
		return "PBOC"
	}
	return "HARBOUR"
}

// Mint issues.
func (m *Model) Mint(asset, to string, n *big.Int) Status {
	supply := new(big.Int).Add(of(m.Supply, asset), n)
	limit := big.NewInt(m.Limits.SupplyCap[asset])
	if asset == Dollar {
		if limit = m.Backed; m.Now-m.AsOf > m.Limits.MaxAgeMs {
			return Refused
		}
	}
	if supply.Cmp(limit) > 0 || of(m.Allowance, asset).Cmp(n) < 0 || m.Paused[asset] || m.still(to) || m.Parties[Issuer(asset)].Frozen {
		return Refused
	}
	if m.overCap(to, asset, n) {
		return Refused
	}
	m.Supply[asset] = supply
	sub(m.Allowance, asset, n)
	add(m.Total, Place{to, asset}, n)
	return Settled
}

// Attest states the reserves of the dollar.
func (m *Model) Attest(n *big.Int) Status {
	m.Backed, m.AsOf = n, m.Now
	return Done
}

// Redeem asks for money back.
func (m *Model) Redeem(id, account, asset string, n *big.Int) Status {
	place := Place{account, asset}
	if m.still(account) || m.available(place).Cmp(n) < 0 {
		return Refused // a pause is no reason to refuse
	}
	add(m.Reserved, place, n)
	m.Redemptions[id] = &Redemption{Account: account, Asset: asset, Amount: n}
	return Done
}

// Pay is the issuer's word that it has paid.
func (m *Model) Pay(id string) Status {
	r := m.Redemptions[id]
	if r == nil || r.Paid {
		return Refused
	}
	r.Paid = true
	return Done
}

// Burn ends a redemption that was paid.
func (m *Model) Burn(id string) Status {
	r := m.Redemptions[id]
	if r == nil || !r.Paid || m.Paused[r.Asset] || m.still(r.Account) {
		return Refused
	}
	m.release(r.Account, r.Asset, r.Amount)
	sub(m.Total, Place{r.Account, r.Asset}, r.Amount)
	sub(m.Supply, r.Asset, r.Amount)
	delete(m.Redemptions, id)
	return Settled
}

// CancelRedemption takes a request back.
func (m *Model) CancelRedemption(id string) Status {
	r := m.Redemptions[id]
	if r == nil || r.Paid {
		return Refused
	}
	m.release(r.Account, r.Asset, r.Amount)
	delete(m.Redemptions, id)
	return Done
}

// Freeze and its like turn a switch that must not already stand so.
func Freeze(now *bool, to bool) Status {
	if *now == to {
		return Refused
	}
	*now = to
	return Done
}
