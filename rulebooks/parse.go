package rulebooks

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"gopkg.in/yaml.v3"

	"causeway/core/kernel/guard"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
)

// document is a rulebook as people write it.
type document struct {
	Authority guard.AuthorityID `yaml:"authority"`
	Version   uint32            `yaml:"version"` // left out: the next one
	Title     string            `yaml:"title"`
	Decimals  map[string]uint8  `yaml:"decimals"` // of each asset or unit that an amount is in
	Rules     []ruleText        `yaml:"rules"`
}

// ruleText is one rule: an id, its source, and exactly one of the bodies.
type ruleText struct {
	ID     string       `yaml:"id"`
	Source string       `yaml:"source"` // the law or decision it rests on
	Binds  []guard.Role `yaml:"binds"`
	When   *whenText    `yaml:"when"`
	Quiet  bool         `yaml:"quiet"`

	Assets       *listText       `yaml:"assets"`
	Purposes     *listText       `yaml:"purposes"`
	Counterparts *listText       `yaml:"counterparts"`
	AccountTypes *listText       `yaml:"account_types"`
	Maximum      *limitText      `yaml:"maximum"`
	Quota        *quotaText      `yaml:"quota"`
	Cap          *limitText      `yaml:"cap"`
	Hours        []string        `yaml:"hours"` // "mon tue wed thu fri 09:00-17:00 business days"
	Evidence     []string        `yaml:"evidence"`
	Review       *reviewText     `yaml:"review"`
	Expression   *expressionText `yaml:"expression"`
}

type whenText struct {
	Kinds    []string         `yaml:"kinds"`
	Assets   []ledger.AssetID `yaml:"assets"`
	Purposes []string         `yaml:"purposes"`
	From     []string         `yaml:"from"`
	To       []string         `yaml:"to"`
	Classes  []string         `yaml:"classes"`
	Account  string           `yaml:"account"`
}

type listText struct {
	Allow []string `yaml:"allow"`
	Deny  []string `yaml:"deny"`
}

type limitText struct {
	In    string `yaml:"in"`
	Unit  string `yaml:"unit"` // instead of In: a unit of account
	Limit string `yaml:"limit"`
}

type quotaText struct {
	limitText `yaml:",inline"`
	Per       guard.Per `yaml:"per"`
	Window    string    `yaml:"window"`
	Direction string    `yaml:"direction"`
}

type reviewText struct {
	In     string `yaml:"in"`
	Unit   string `yaml:"unit"`
	Above  string `yaml:"above"`
	Within string `yaml:"within"`
}

type expressionText struct {
	CEL    string `yaml:"cel"`
	Then   string `yaml:"then"` // refuse or hold
	Within string `yaml:"within"`
}

// Parse reads a rulebook and checks it by itself. Version 0 stands for the next one.
func Parse(data []byte) (*guard.Rulebook, error) {
	var d document
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&d); err != nil {
		return nil, err
	}
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one document in a rulebook's file")
	}
	book := &guard.Rulebook{Authority: d.Authority, Version: d.Version, Title: d.Title}
	for i := range d.Rules {
		rule, err := d.rule(&d.Rules[i])
		if err != nil {
			return nil, fmt.Errorf("rule %d (%s): %w", i+1, d.Rules[i].ID, err)
		}
		book.Rules = append(book.Rules, rule)
	}
	return book, book.Validate()
}

func (d *document) rule(t *ruleText) (r guard.Rule, err error) {
	r = guard.Rule{ID: t.ID, Bind: t.Binds, Quiet: t.Quiet, Note: t.Source}
	if t.When != nil {
		when := guard.When(*t.When)
		r.When = &when
	}
	r.Assets, r.Purposes = t.Assets.list(), t.Purposes.list()
	r.Counterparts, r.AccountTypes = t.Counterparts.list(), t.AccountTypes.list()
	if len(t.Evidence) > 0 {
		r.Evidence = &guard.Evidence{Documents: t.Evidence}
	}
	if t.Maximum != nil {
		r.Maximum = &guard.Maximum{In: t.Maximum.measure()}
		if r.Maximum.Limit, err = d.amount(t.Maximum.In, t.Maximum.Unit, t.Maximum.Limit); err != nil {
			return r, err
		}
	}
	if t.Cap != nil {
		r.Cap = &guard.Cap{Asset: ledger.AssetID(t.Cap.In)}
		if r.Cap.Limit, err = d.amount(t.Cap.In, "", t.Cap.Limit); err != nil {
			return r, err
		}
	}
	if t.Quota != nil {
		if r.Quota, err = d.quota(t.Quota); err != nil {
			return r, err
		}
	}
	if t.Review != nil {
		r.Review = &guard.Review{In: measure(t.Review.In, t.Review.Unit)}
		if r.Review.Above, err = d.amount(t.Review.In, t.Review.Unit, t.Review.Above); err != nil {
			return r, err
		}
		if r.Review.DeadlineMs, err = span(t.Review.Within); err != nil {
			return r, err
		}
	}
	if len(t.Hours) > 0 {
		if r.Hours, err = hours(t.Hours); err != nil {
			return r, err
		}
	}
	if t.Expression != nil {
		r.Expression, err = t.Expression.expression()
	}
	return r, err
}

func (l *listText) list() *guard.List {
	if l == nil {
		return nil
	}
	return &guard.List{Allow: l.Allow, Deny: l.Deny}
}

func (l *limitText) measure() guard.Measure { return measure(l.In, l.Unit) }

func measure(asset, unit string) guard.Measure {
	return guard.Measure{Asset: ledger.AssetID(asset), Unit: unit}
}

// amount reads "20,000,000.00" in the decimals that the document gives the asset or unit.
func (d *document) amount(asset, unit, text string) (money.Amount, error) {
	of := asset + unit
	scale, known := d.Decimals[of]
	if !known {
		return money.Zero, fmt.Errorf("decimals: say how many %q has", of)
	}
	whole, _, _ := strings.Cut(text, ".")
	groups := strings.Split(whole, ",")
	for i, group := range groups {
		if i > 0 && len(group) != 3 || i == 0 && len(groups) > 1 && (group == "" || len(group) > 3) {
			return money.Zero, fmt.Errorf("amount %q: thousands stand in groups of three", text)
		}
	}
	return money.Parse(strings.ReplaceAll(whole, ",", "")+text[len(whole):], scale)
}

func (e *expressionText) expression() (x *guard.Expression, err error) {
	x = &guard.Expression{CEL: e.CEL}
	switch e.Then {
	case "refuse":
		return x, nil
	case "hold":
		x.Hold = true
		x.DeadlineMs, err = span(e.Within)
		return x, err
	}
	return nil, fmt.Errorf("expression.then is %q: refuse or hold", e.Then)
}
