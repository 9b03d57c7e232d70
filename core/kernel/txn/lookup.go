package txn

import (
	"causeway/core/kernel/approval"
	"causeway/core/kernel/calendar"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/wire"
)

// What an account is and accepts, as features name it.
type (
	AccountType    = ledger.AccountType
	ReceiverPolicy = ledger.ReceiverPolicy
)

// The types of account.
const (
	ResidentAccount    = ledger.ResidentAccount
	NonResidentAccount = ledger.NonResidentAccount
)

// AccountTypes lists them all.
var AccountTypes = ledger.AccountTypes

// Records is read access to the kernel's records, for views: they look things up without
// being a transaction.
type Records struct{ Reader }

// Party reads a party.
func (r Records) Party(lei identity.LEI) (identity.Party, bool) {
	return identity.FindParty(r.Reader, lei)
}

// Parties visits parties in the order of their LEIs.
func (r Records) Parties(from identity.LEI, visit func(identity.Party) bool) {
	identity.ListParties(r.Reader, from, visit)
}

// Key reads a key.
func (r Records) Key(algorithm identity.Algorithm, public []byte) (identity.Key, bool) {
	return identity.FindKey(r.Reader, algorithm, public)
}

// Keys visits the keys of a party, or of one of its officers.
func (r Records) Keys(party identity.LEI, officer string, visit func(identity.Key) bool) {
	identity.ListKeys(r.Reader, party, officer, visit)
}

// Account reads an account.
func (r Records) Account(id AccountID) (Account, bool) { return ledger.FindAccount(r.Reader, id) }

// Accounts visits accounts in the order of their ids.
func (r Records) Accounts(from AccountID, visit func(Account) bool) {
	ledger.ListAccounts(r.Reader, from, visit)
}

// Balance reads a balance.
func (r Records) Balance(account AccountID, asset AssetID) Balance {
	return ledger.BalanceOf(r.Reader, account, asset)
}

// Balances visits the balances of an account.
func (r Records) Balances(account AccountID, visit func(AssetID, Balance) bool) {
	ledger.BalancesOf(r.Reader, account, visit)
}

// Authority reads an authority.
func (r Records) Authority(id AuthorityID) (Authority, bool) {
	return guard.FindAuthority(r.Reader, id)
}

// Authorities visits authorities in the order of their ids.
func (r Records) Authorities(visit func(Authority) bool) { guard.ListAuthorities(r.Reader, visit) }

// Edition reads a version of a rulebook.
func (r Records) Edition(id AuthorityID, version uint32) (Edition, bool) {
	return guard.FindEdition(r.Reader, id, version)
}

// Editions visits the versions of an authority's rulebook, oldest first.
func (r Records) Editions(id AuthorityID, visit func(Edition) bool) {
	guard.ListEditions(r.Reader, id, visit)
}

// Calendar reads a calendar.
func (r Records) Calendar(id string) (calendar.Calendar, bool) {
	return guard.FindCalendar(r.Reader, id)
}

// Calendars visits calendars in the order of their ids.
func (r Records) Calendars(visit func(calendar.Calendar) bool) { guard.ListCalendars(r.Reader, visit) }

// Purpose reads a purpose code.
func (r Records) Purpose(code string) (Purpose, bool) { return guard.FindPurpose(r.Reader, code) }

// Purposes visits the purpose codes in their order.
func (r Records) Purposes(visit func(Purpose) bool) { guard.ListPurposes(r.Reader, visit) }

// Rates reads a rate table.
func (r Records) Rates(id AuthorityID, unit string) (RateTable, bool) {
	return guard.FindRates(r.Reader, id, unit)
}

// AllRates visits the rate tables, authority by authority.
func (r Records) AllRates(visit func(RateTable) bool) { guard.ListRates(r.Reader, visit) }

// Proposal reads a proposal, open or not.
func (r Records) Proposal(id wire.Hash) (Proposal, bool) { return approval.Find(r.Reader, id) }

// OpenProposals visits open proposals, party by party, from a proposal on.
func (r Records) OpenProposals(party identity.LEI, from wire.Hash, visit func(Proposal) bool) {
	approval.ListOpenFrom(r.Reader, party, from, visit)
}

// State keys of records, for proofs.
var (
	PartyKey     = identity.PartyKey
	KeyKey       = identity.KeyState
	AccountKey   = ledger.AccountKey
	BalanceKey   = ledger.BalanceKey
	AuthorityKey = guard.AuthorityKey
	EditionKey   = guard.EditionKey
	CalendarKey  = guard.CalendarKey
	PurposeKey   = guard.PurposeKey
	RatesKey     = guard.RatesKey
	ProposalKey  = approval.StateKey
)

// External finds the account that others name so.
func (r Records) External(scheme, id, agent string) (Account, bool) {
	found, ok := ledger.FindExternal(r.Reader, scheme, id, agent)
	if !ok {
		return Account{}, false
	}
	return ledger.FindAccount(r.Reader, found)
}

// Externals visits external ids with their accounts, in the order of scheme, id and agent.
func (r Records) Externals(scheme, id, agent string, visit func(scheme, id, agent string, account Account) bool) {
	ledger.ListExternals(r.Reader, scheme, id, agent, func(scheme, id, agent string, account AccountID) bool {
		a, ok := ledger.FindAccount(r.Reader, account)
		return !ok || visit(scheme, id, agent, a)
	})
}
