package guard

import (
	"maps"
	"slices"
	"strings"

	"causeway/core/kernel/calendar"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard/expr"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// book is a rulebook made ready: bodies chosen, expressions compiled, calendar at hand.
type book struct {
	authority AuthorityID
	version   uint32
	rules     []compiled
	measures  int // of them record what they measured
}

// body is what the eleven kinds of rule have in common.
type body interface {
	validate(rule *Rule) error
	natural() roleSet               // the roles it binds unless the rule says otherwise
	possible() roleSet              // the roles in which it can act at all
	check(j *judgement, s *scope)   // adds steps, perhaps a refusal or a hold
	tighterThan(ancestor body) bool // equal or tighter, in this kind's order
}

// compiled is a rule with its body and, of an expression, the program.
type compiled struct {
	*Rule
	body
	bind    roleSet
	program *expr.Program
}

// bodyOf returns the one body a rule has; nil if it has none or several.
func (r *Rule) bodyOf() body {
	var found body
	count := 0
	take := func(present bool, b body) {
		if present {
			found = b
			count++
		}
	}
	take(r.Assets != nil, &listRule{r.Assets, assetList})
	take(r.Purposes != nil, &listRule{r.Purposes, purposeList})
	take(r.Counterparts != nil, &listRule{r.Counterparts, counterpartList})
	take(r.AccountTypes != nil, &listRule{r.AccountTypes, accountTypeList})
	take(r.Maximum != nil, r.Maximum)
	take(r.Quota != nil, r.Quota)
	take(r.Cap != nil, r.Cap)
	take(r.Hours != nil, r.Hours)
	take(r.Evidence != nil, r.Evidence)
	take(r.Review != nil, r.Review)
	take(r.Expression != nil, r.Expression)
	if count != 1 {
		return nil
	}
	return found
}

// Validate checks a rulebook by itself: shape, ids, bounds, expressions.
func (b *Rulebook) Validate() error {
	if len(b.Rules) > RulesMax {
		return fault.RulebookInvalid.With("rules", itoa(len(b.Rules)), "at most "+itoa(RulesMax))
	}
	seen := map[string]bool{}
	for i := range b.Rules {
		r := &b.Rules[i]
		path := "rules[" + itoa(i) + "]"
		if !validRuleID(r.ID) || seen[r.ID] {
			return fault.RulebookInvalid.With(path+".id", r.ID, "a unique id of a-z, 0-9, '.', '-', '_', at most 48 long")
		}
		seen[r.ID] = true
		if _, err := compile(r); err != nil {
			stated := *fault.In(err)
			stated.Field = strings.TrimSuffix(path+"("+r.ID+")."+stated.Field, ".")
			return &stated
		}
	}
	return nil
}

func compile(r *Rule) (compiled, error) {
	c := compiled{Rule: r, body: r.bodyOf()}
	if c.body == nil {
		return c, fault.RulebookInvalid.With("", "no body or several", "exactly one of assets, purposes, counterparts, account_types, maximum, quota, cap, hours, evidence, review, expression")
	}
	if len(r.Note) > 500 {
		return c, fault.RulebookInvalid.With("note", itoa(len(r.Note))+" bytes", "at most 500")
	}
	for _, role := range r.Bind {
		if bit(role) == 0 {
			return c, fault.RulebookInvalid.With("bind", string(role), "payer, payee, asset, maker")
		}
		c.bind |= bit(role)
	}
	if c.bind == 0 {
		c.bind = c.natural()
	}
	if c.bind&^c.possible() != 0 {
		return c, fault.RulebookInvalid.With("bind", join(r.Bind), "roles in which such a rule can act: else it would limit nothing")
	}
	if err := c.validate(r); err != nil {
		return c, err
	}
	if r.Expression != nil {
		program, err := expr.Compile(r.Expression.CEL)
		if err != nil {
			return c, err
		}
		c.program = program
	}
	return c, nil
}

// standing tells a rule about what an account may hold, whatever flow brings it there.
func (c *compiled) standing() bool {
	switch b := c.body.(type) {
	case *Cap:
		return true
	case *listRule:
		return b.of == assetList || b.of == accountTypeList
	}
	return false
}

func validRuleID(id string) bool {
	return id != "" && len(id) <= 48 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == ""
}

// book compiles a rulebook in force, once per content.
func (g *Guard) book(r state.Reader, a *Authority) (*book, error) {
	if b := (*g.books.Load())[a.Hash]; b != nil {
		return b, nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	edition, ok := FindEdition(r, a.ID, a.Version)
	if !ok {
		return nil, fault.RulebookNotFound.With("authority "+string(a.ID), itoa(int(a.Version)), "the version in force")
	}
	b := &book{authority: a.ID, version: a.Version, rules: make([]compiled, len(edition.Book.Rules))}
	for i := range edition.Book.Rules {
		c, err := compile(&edition.Book.Rules[i])
		if err != nil {
			return nil, err
		}
		b.rules[i] = c
		if c.Quota != nil || c.Maximum != nil || c.Cap != nil {
			b.measures++
		}
	}
	books := maps.Clone(*g.books.Load()) // nobody waits to look at it
	books[a.Hash] = b
	g.books.Store(&books)
	return b, nil
}

// applies is the rule's When, in the roles it was reached in.
func (c *compiled) applies(j *judgement, roles roleSet) bool {
	w := c.When
	if w == nil {
		return true
	}
	o := &j.order
	switch {
	case len(w.Kinds) > 0 && !identity.MatchesKind(w.Kinds, o.Kind),
		len(w.Assets) > 0 && !contains(w.Assets, o.SourceAsset) && !contains(w.Assets, o.TargetAsset),
		len(w.Purposes) > 0 && !contains(w.Purposes, o.Purpose.Code),
		w.Account != "" && w.Account != o.Purpose.Account,
		len(w.From) > 0 && (o.Payer == nil || !contains(w.From, o.Payer.Sovereign)),
		len(w.To) > 0 && (o.Payee == nil || !contains(w.To, o.Payee.Sovereign)):
		return false
	}
	if len(w.Classes) == 0 {
		return true
	}
	is := func(s *Side) bool { return s != nil && contains(w.Classes, s.Party.Class) }
	return roles&(payerBit|assetBit) != 0 && is(o.Payer) || roles&(payeeBit|assetBit) != 0 && is(o.Payee) || roles&makerBit != 0 && is(j.maker)
}

// CheckAgainstAncestors refuses a rulebook in which a rule with the id of an ancestor's
// rule in force is looser than that or not comparable with it.
func CheckAgainstAncestors(r state.Reader, b *Rulebook) error {
	own, ok := FindAuthority(r, b.Authority)
	if !ok {
		return fault.AuthorityNotFound.With("authority", string(b.Authority), "a registered authority")
	}
	for _, id := range Path(r, own.Parent) {
		above, _ := FindAuthority(r, id)
		edition, ok := FindEdition(r, id, above.Version)
		if !ok {
			continue
		}
		for i := range b.Rules {
			child := &b.Rules[i]
			k := slices.IndexFunc(edition.Book.Rules, func(p Rule) bool { return p.ID == child.ID })
			if k < 0 {
				continue
			}
			if !child.tighterThan(&edition.Book.Rules[k]) {
				return fault.RulebookLooser.With("rule "+child.ID, "looser than or not comparable with "+string(id)+" version "+itoa(int(above.Version)),
					"equal or tighter with the same scope, or another id (then both apply)")
			}
		}
	}
	return nil
}

func (r *Rule) tighterThan(ancestor *Rule) bool {
	child, parent := r.bodyOf(), ancestor.bodyOf()
	if child == nil || parent == nil {
		return false
	}
	bindOf := func(r *Rule, b body) (set roleSet) {
		for _, role := range r.Bind {
			set |= bit(role)
		}
		if set == 0 {
			set = b.natural()
		}
		return set
	}
	childBind, parentBind := bindOf(r, child), bindOf(ancestor, parent)
	sameWhen := string(wire.Marshal(r.When)) == string(wire.Marshal(ancestor.When))
	return sameWhen && childBind&parentBind == parentBind && child.tighterThan(parent)
}

// ZoneOf is the calendar of an authority; an authority without one uses UTC and every day.
func ZoneOf(r state.Reader, a *Authority) calendar.Calendar { return *zoneOf(r, a) }

var everyDay = &calendar.Calendar{ID: "UTC", Zone: calendar.Zone{ID: "UTC"}}

func zoneOf(r state.Reader, a *Authority) *calendar.Calendar {
	if c, ok := calendars.Get(r, []byte(a.Calendar)); ok {
		return c
	}
	return everyDay
}
