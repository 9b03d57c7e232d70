package readmodel

import (
	"context"
	"encoding/hex"

	"causeway/core/feature/party"
	"causeway/core/feature/supervision"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
)

// Party is a legal entity.
type Party struct {
	LEI       identity.LEI      `db:"lei" json:"lei" doc:"LEI (ISO 17442)"`
	Name      string            `db:"name" json:"name" doc:"name"`
	Home      guard.AuthorityID `db:"home" json:"home" doc:"home authority"`
	Residency string            `db:"residency" json:"residency" doc:"ISO 3166 alpha-2"`
	Class     string            `db:"class" json:"class" doc:"enterprise, bank, issuer, supervisor, …"`
	Roles     string            `db:"roles" json:"roles" doc:"JSON list: market_maker, custodian, …"`
	Parent    identity.LEI      `db:"parent" json:"parent" doc:"LEI of the ultimate parent: parties of one parent are a group"`
	BIC       string            `db:"bic" json:"bic" doc:"ISO 9362, of a bank"`
	Policy    string            `db:"policy" json:"policy" doc:"who must approve what, JSON"`
	Frozen    string            `db:"frozen" json:"frozen" doc:"reference of the freeze in force"`
	FrozenBy  guard.AuthorityID `db:"frozen_by" json:"frozen_by" doc:"whose freeze it is"`
	SinceMs   int64             `db:"since_ms" json:"since_ms" doc:"registered, Unix ms; 0: when the history begins"`
	Seq       int64             `db:"seq" json:"seq,string" doc:"place of the last change"`
}

// Officer acts for a party: a handle, never a person's name.
type Officer struct {
	Party  identity.LEI `db:"party" json:"party" doc:"LEI"`
	ID     string       `db:"id" json:"id" doc:"handle, such as treasury.maker"`
	Roles  string       `db:"roles" json:"roles" doc:"JSON list: maker, checker, admin"`
	Active bool         `db:"active" json:"active" doc:"1: can act"`
}

// Key is a public key of an officer.
type Key struct {
	ID        string       `db:"id" json:"id" doc:"ALGORITHM:HEX"`
	Party     identity.LEI `db:"party" json:"party" doc:"LEI"`
	Officer   string       `db:"officer" json:"officer" doc:"handle of the officer"`
	Scope     string       `db:"scope" json:"scope" doc:"what it may sign, JSON"`
	AddedMs   int64        `db:"added_ms" json:"added_ms" doc:"block time, Unix ms"`
	RevokedMs int64        `db:"revoked_ms" json:"revoked_ms" doc:"block time, Unix ms; 0: in use"`
	Seq       int64        `db:"seq" json:"seq,string" doc:"place of the last change"`
}

var (
	parties  = newTable[Party]("parties", 1, "Legal entities.")
	officers = newTable[Officer]("officers", 2, "Officers of parties.")
	keys     = newTable[Key]("keys", 1, "Public keys of officers, revoked ones too.")
)

var partyModel = &model{
	name: "party", version: 1, tables: layouts(parties, officers, keys),
	seed: func(u *unit, s state.Reader, at seedAt) {
		seq := at.height << heightShift
		identity.ListParties(s, "", func(p identity.Party) bool {
			u.party(&p, &touch{lastSeq: seq})
			identity.ListKeys(s, p.LEI, "", func(k identity.Key) bool {
				u.key(&k, seq)
				return true
			})
			return true
		})
	},
	apply: applyParties,
}

func applyParties(u *unit, b *block) {
	b.events(func(a *act, n int, e *txn.Event) {
		seq := seqOf(b.height, a.index, n)
		if lei := partyOf(e); lei != "" {
			u.touch("party", string(lei), seq, b.timeMs, func(u *unit, s state.Reader, id string, t *touch) {
				if p, ok := identity.FindParty(s, identity.LEI(id)); ok {
					u.party(&p, t)
				}
			})
		}
		switch e.Name {
		case "key.was_added":
			k := decode[party.KeyAdded](e)
			u.touchKey(k.Algorithm, k.Public, seq, b.timeMs)
		case "key.was_revoked":
			k := decode[party.KeyRevoked](e)
			u.touchKey(k.Algorithm, k.Public, seq, b.timeMs)
		}
	})
}

// partyOf is the party whose record an event is about.
func partyOf(e *txn.Event) identity.LEI {
	switch e.Name {
	case "party.was_registered":
		return decode[party.Registered](e).LEI
	case "party.was_updated":
		return decode[party.Updated](e).LEI
	case "party.policy_was_set":
		return decode[party.PolicySet](e).Party
	case "party.was_recovered":
		return decode[party.Recovered](e).Party
	case "officer.was_added", "officer.was_set":
		return decode[party.OfficerChanged](e).Party
	case "party.was_frozen":
		return identity.LEI(decode[supervision.FrozenEvent](e).ID)
	case "party.was_unfrozen":
		return identity.LEI(decode[supervision.UnfrozenEvent](e).ID)
	}
	return ""
}

func (u *unit) party(p *identity.Party, t *touch) {
	row := Party{
		LEI: p.LEI, Name: p.Name, Home: p.Home, Residency: p.Residency, Class: p.Class, Roles: tableText(p.Roles), Parent: p.Group, BIC: p.BIC,
		Policy: tableText(p.Policy), Frozen: p.Frozen, FrozenBy: p.FrozenBy, SinceMs: t.firstMs, Seq: t.lastSeq,
	}
	if before, known := get(u, parties, string(p.LEI)); known {
		row.SinceMs = before.SinceMs
	}
	put(u, parties, row)
	for _, o := range p.Officers { // they never leave the list
		put(u, officers, Officer{Party: p.LEI, ID: o.ID, Roles: tableText(o.Roles), Active: o.Active})
	}
}

func (u *unit) touchKey(algorithm identity.Algorithm, public []byte, seq, timeMs int64) {
	u.touch("key", string(append([]byte{byte(algorithm)}, public...)), seq, timeMs, func(u *unit, s state.Reader, id string, t *touch) {
		if k, ok := identity.FindKey(s, identity.Algorithm(id[0]), []byte(id[1:])); ok {
			u.key(&k, t.lastSeq)
		}
	})
}

func (u *unit) key(k *identity.Key, seq int64) {
	put(u, keys, Key{
		ID: k.Algorithm.String() + ":" + hex.EncodeToString(k.Public), Party: k.Party, Officer: k.Officer, Scope: tableText(k.Scope),
		AddedMs: k.Added, RevokedMs: k.Revoked, Seq: seq,
	})
}

// PartyFilter narrows a list of parties; at most one of its fields is set.
type PartyFilter struct {
	Home   guard.AuthorityID
	Class  string
	Parent identity.LEI
}

// Parties lists parties by LEI.
func (s *Store) Parties(ctx context.Context, f PartyFilter, p Page) ([]Party, string, error) {
	q := query{order: []string{"lei"}}
	q.equal("home", string(f.Home))
	q.equal("class", f.Class)
	q.equal("parent", string(f.Parent))
	return list(ctx, s, parties, q, p)
}

// Party finds a party by its LEI.
func (s *Store) Party(ctx context.Context, lei identity.LEI) (Party, bool, error) {
	return find(ctx, s, parties, "lei", string(lei))
}

// Officers lists the officers of a party by handle.
func (s *Store) Officers(ctx context.Context, lei identity.LEI, p Page) ([]Officer, string, error) {
	q := query{order: []string{"id"}}
	q.where, q.values = []string{"party = ?"}, []any{string(lei)}
	return list(ctx, s, officers, q, p)
}

// Keys lists the keys of a party, or of all, by id.
func (s *Store) Keys(ctx context.Context, lei identity.LEI, p Page) ([]Key, string, error) {
	q := query{order: []string{"id"}}
	q.equal("party", string(lei))
	return list(ctx, s, keys, q, p)
}
