package readmodel

import (
	"context"
	"strconv"
	"strings"

	"causeway/core/feature/authority"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
)

// Authority is a supervisor in the tree.
type Authority struct {
	ID        guard.AuthorityID `db:"id" json:"id" doc:"id"`
	Name      string            `db:"name" json:"name" doc:"name"`
	Parent    guard.AuthorityID `db:"parent" json:"parent" doc:"authority above; empty: the charter"`
	Sovereign string            `db:"sovereign" json:"sovereign" doc:"ISO 3166 alpha-2; empty: the charter"`
	Party     identity.LEI      `db:"party" json:"party" doc:"LEI of the supervisor"`
	Calendar  string            `db:"calendar" json:"calendar" doc:"id of its calendar"`
	Version   int64             `db:"version" json:"version" doc:"rulebook in force; 0: none"`
	Seq       int64             `db:"seq" json:"seq,string" doc:"place of the last change"`
}

// Rulebook is a version of an authority's rules.
type Rulebook struct {
	Authority  guard.AuthorityID `db:"authority" json:"authority" doc:"whose rules"`
	Version    int64             `db:"version" json:"version" doc:"version, from 1"`
	Title      string            `db:"title" json:"title" doc:"title"`
	Status     string            `db:"status" json:"status" doc:"proposed, approved, in_force, replaced, withdrawn"`
	Hash       string            `db:"hash" json:"hash" doc:"hash of the content"`
	Rules      string            `db:"rules" json:"rules" doc:"JSON list of rules"`
	FromMs     int64             `db:"from_ms" json:"from_ms" doc:"in force from, Unix ms; 0: not decided"`
	ProposedMs int64             `db:"proposed_ms" json:"proposed_ms" doc:"block time, Unix ms"`
	Seq        int64             `db:"seq" json:"seq,string" doc:"place of the last change"`
}

var (
	authorities = newTable[Authority]("authorities", 1, "The tree of supervisors.")
	rulebooks   = newTable[Rulebook]("rulebooks", 2, "All versions of all rulebooks.")
)

var authorityModel = &model{
	name: "authority", version: 1, tables: layouts(authorities, rulebooks),
	seed: func(u *unit, s state.Reader, at seedAt) {
		seq := at.height << heightShift
		guard.ListAuthorities(s, func(a guard.Authority) bool {
			u.authority(&a, seq)
			for version := uint32(1); version <= a.Proposed; version++ {
				u.rulebook(s, a.ID, version, seq)
			}
			return true
		})
	},
	apply: applyAuthorities,
}

func applyAuthorities(u *unit, b *block) {
	b.events(func(a *act, n int, e *txn.Event) {
		seq := seqOf(b.height, a.index, n)
		book := func(id guard.AuthorityID, version uint32) {
			u.touch("rulebook", string(id)+"@"+strconv.FormatUint(uint64(version), 10), seq, b.timeMs, func(u *unit, s state.Reader, id string, t *touch) {
				authority, number, _ := strings.Cut(id, "@")
				version, _ := strconv.ParseUint(number, 10, 32) // written above
				u.rulebook(s, guard.AuthorityID(authority), uint32(version), t.lastSeq)
			})
		}
		changed := func(id guard.AuthorityID) {
			u.touch("authority", string(id), seq, b.timeMs, func(u *unit, s state.Reader, id string, t *touch) {
				if a, ok := guard.FindAuthority(s, guard.AuthorityID(id)); ok {
					u.authority(&a, t.lastSeq)
				}
			})
		}
		switch e.Name {
		case "authority.was_created":
			changed(decode[authority.Created](e).ID)
		case "rulebook.was_proposed":
			p := decode[authority.RulebookProposed](e)
			book(p.Authority, p.Version)
		case "rulebook.was_approved":
			p := decode[authority.RulebookApproved](e)
			book(p.Authority, p.Version)
		case "rulebook.was_scheduled":
			p := decode[authority.Scheduled](e)
			book(p.Authority, p.Version)
		case "rulebook.was_withdrawn":
			p := decode[authority.Withdrawn](e)
			book(p.Authority, p.Version)
		case "rulebook.was_activated":
			p := decode[authority.Activated](e)
			book(p.Authority, p.Version)
			if p.Replaced != 0 {
				book(p.Authority, p.Replaced)
			}
			changed(p.Authority)
		}
	})
}

func (u *unit) authority(a *guard.Authority, seq int64) {
	put(u, authorities, Authority{
		ID: a.ID, Name: a.Name, Parent: a.Parent, Sovereign: a.Sovereign, Party: a.Party, Calendar: a.Calendar, Version: int64(a.Version), Seq: seq,
	})
}

func (u *unit) rulebook(s state.Reader, id guard.AuthorityID, version uint32, seq int64) {
	e, ok := guard.FindEdition(s, id, version)
	if !ok {
		return
	}
	put(u, rulebooks, Rulebook{
		Authority: id, Version: int64(version), Title: e.Book.Title, Status: e.Status.String(), Hash: e.Book.Hash().String(),
		Rules: tableText(e.Book.Rules), FromMs: e.From, ProposedMs: e.Proposed, Seq: seq,
	})
}

// Authorities lists the tree by id.
func (s *Store) Authorities(ctx context.Context, p Page) ([]Authority, string, error) {
	return list(ctx, s, authorities, query{order: []string{"id"}}, p)
}

// Authority finds an authority by its id.
func (s *Store) Authority(ctx context.Context, id guard.AuthorityID) (Authority, bool, error) {
	return find(ctx, s, authorities, "id", string(id))
}

// Rulebooks lists versions by authority, the oldest first; of one authority, or of all.
func (s *Store) Rulebooks(ctx context.Context, id guard.AuthorityID, p Page) ([]Rulebook, string, error) {
	q := query{order: []string{"authority", "version"}}
	q.equal("authority", string(id))
	return list(ctx, s, rulebooks, q, p)
}
