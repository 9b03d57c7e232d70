package guard

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/ledger"
)

// named refuses an order in assets that are not registered: rules would measure nothing in it.
func (j *judgement) named() error {
	var ok bool
	if j.source, ok = ledger.LookAtAsset(j.r, j.order.SourceAsset); !ok {
		return fault.AssetNotFound.With("asset", string(j.order.SourceAsset), "a registered asset")
	}
	if j.order.TargetAsset == j.order.SourceAsset {
		return nil
	}
	if j.other, ok = ledger.LookAtAsset(j.r, j.order.TargetAsset); !ok {
		return fault.AssetNotFound.With("asset", string(j.order.TargetAsset), "a registered asset")
	}
	return nil
}

// postings judges what holds for each posting whatever the rulebooks say: the state of the
// asset, freezes, and what the receiving account accepts. Checks sit here, on postings, and
// not on transaction kinds, so that no new kind can forget them.
func (j *judgement) postings(list []ledger.Posting) error {
	for i := range list {
		p := &list[i]
		switch p.Asset {
		case j.order.SourceAsset:
			j.asset(j.source)
		case j.order.TargetAsset:
			j.asset(j.other)
		default:
			return fault.InternalBug.With("posting", string(p.Asset), "an asset that the order names, and so the rules have measured")
		}
		for _, id := range [...]ledger.AccountID{p.From, p.To} {
			if id == "" {
				continue
			}
			side, err := j.sideOf(id)
			if err != nil {
				return err
			}
			j.side(side)
			if id == p.To && (j.order.Nature != Return || j.order.Foreign) {
				j.receiver(side.Account, p)
			}
		}
	}
	return nil
}

// sideOf avoids a second look-up of the order's own two ends.
func (j *judgement) sideOf(id ledger.AccountID) (*Side, error) {
	for _, s := range [...]*Side{j.order.Payer, j.order.Payee} {
		if s != nil && s.Account.ID == id {
			return s, nil
		}
	}
	account, ok := ledger.LookAtAccount(j.r, id)
	if !ok {
		return nil, fault.AccountNotFound.With("account", string(id), "an open account")
	}
	return FindSide(j.r, account)
}

func (j *judgement) asset(a *ledger.Asset) {
	step := Step{Authority: a.Authority, Scope: string(a.ID)}
	object := func(rule string, f *fault.Fault, found, want string) {
		step.Rule = rule
		j.Decision.refuse(step, f.With("asset "+string(a.ID), found, want))
	}
	if a.Paused {
		object("asset.paused", fault.AssetPaused, "paused", "unpaused")
	}
	if a.Frozen != "" {
		object("asset.frozen", fault.AssetFrozen, "frozen by "+string(a.FrozenBy), "unfrozen")
	}
	if endsFlow := j.order.Nature == Redeem || j.order.Nature == Return; endsFlow {
		return // money must find its way home even where nothing new may begin
	}
	if a.Retired {
		object("asset.retired", fault.AssetRetired, "retired", "an asset in use")
	}
	if j.now >= a.Expires {
		object("asset.approval", fault.AssetExpired, "approval "+a.Approval+" expired", "an approval in force")
	}
}

func (j *judgement) side(s *Side) {
	step := Step{Authority: s.Account.FrozenBy, Scope: string(s.Account.ID)}
	if s.Account.Frozen != "" {
		step.Rule = "account.frozen"
		j.Decision.refuse(step, fault.AccountFrozen.With("account "+string(s.Account.ID), "frozen", "unfrozen"))
	}
	if s.Party.Frozen != "" {
		step.Rule, step.Authority, step.Scope = "party.frozen", s.Party.FrozenBy, string(s.Party.LEI)
		j.Decision.refuse(step, fault.PartyFrozen.With("party "+string(s.Party.LEI), "frozen", "unfrozen"))
	}
	if s.Account.Closed {
		step.Rule, step.Authority, step.Scope = "account.closed", "", string(s.Account.ID)
		j.Decision.refuse(step, fault.AccountClosed.With("account "+string(s.Account.ID), "closed", "an open account"))
	}
}

func (j *judgement) receiver(a *ledger.Account, p *ledger.Posting) {
	if a.Receiver == nil {
		return
	}
	step := Step{Rule: "account.receiver_policy", Scope: string(a.ID)}
	if accepts := a.Receiver.Assets; len(accepts) > 0 && !contains(accepts, p.Asset) {
		j.Decision.refuse(step, fault.RuleReceiver.With("account "+string(a.ID), string(p.Asset), join(accepts)))
	}
	finalPayee := j.order.Payee != nil && j.order.Payee.Account.ID == a.ID
	if accepts := a.Receiver.Purposes; len(accepts) > 0 && finalPayee && j.order.IsPayment() && !contains(accepts, j.order.Purpose.Code) {
		j.Decision.refuse(step, fault.RuleReceiver.With("account "+string(a.ID), j.order.Purpose.Code, join(accepts)))
	}
}
