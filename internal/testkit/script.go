package testkit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"causeway/client/keyring"
	"causeway/core"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Script carries out the commands of a file that a banker can read, on a Ledger:
//
//	world      the rules and approval policies to begin with, as YAML; the first command, or absent
//	send       pays: from, to, amount=(1,250.00 e-CNY), gets=(… HKDX) or into=HKDX, worst=1.07,
//	           purpose, ref, evidence=(invoice,…); ask = only explain what would happen
//	quote      offers: by, gives=(… HKDX), for=e-CNY, rate, life=1h
//	do         any kind: do KIND as=PARTY.officer+officer, with its fields as YAML
//	review     an authority answers a held payment: review LABEL yes|no by=PARTY authority=ID
//	approve    officers approve a proposal: approve LABEL as=PARTY.officer
//	freeze, unfreeze   party|account|asset NAME by=PARTY authority=ID
//	begin      what follows is collected into one block, until block
//	block      a block, of what was collected or of nothing; n=3 for several
//	advance    time passes: advance 2h; until (2026-11-24 00:00)
//	balances   of accounts or parties
//	show       how something ended: show LABEL, show LABEL/0 for the first payment of a batch
//
// id=LABEL names a transaction; in YAML, $LABEL stands for its id, @PARTY for a LEI, key(LABEL)
// for a public key, "2026-11-24 09:00" for an instant at +08:00, "1,250.00 e-CNY" for minor units.
type Script struct {
	ledger  *Ledger
	labels  map[string]wire.Hash
	pending []pending
	open    bool
}

type pending struct {
	raw   []byte
	label string
}

// RunScript runs one file.
func RunScript(t *testing.T, path string) *Ledger {
	s := &Script{labels: map[string]wire.Hash{}}
	datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
		if s.ledger != nil {
			s.ledger.tb = t
		}
		out, err := s.command(t, d)
		if err != nil {
			t.Fatalf("%s: %s: %v", d.Pos, d.Cmd, err)
		}
		return out
	})
	return s.ledger
}

func (s *Script) command(t *testing.T, d *datadriven.TestData) (string, error) {
	if d.Cmd == "world" {
		w, err := readWorld(d.Input)
		if err != nil {
			return "", err
		}
		s.ledger = New(t, w)
		return "", nil
	}
	if s.ledger == nil {
		s.ledger = New(t, NewWorld())
	}
	a := arguments(d)
	switch d.Cmd {
	case "send":
		return s.send(a)
	case "quote":
		return s.quote(a)
	case "do":
		return s.do(a, d.Input)
	case "review":
		return s.review(a)
	case "approve":
		return s.submitYAML("approval.approve", a, "proposal: $"+a.word(0))
	case "freeze", "unfreeze":
		text := fmt.Sprintf("authority: %s\nid: %q\nreference: ORDER-1\nreason_code: court_order", a.one("authority"), entityOr(a.word(0), a.word(1)))
		return s.submitYAML(d.Cmd+"."+a.word(0), a, text)
	case "begin":
		s.open = true
		return "", nil
	case "block":
		return s.block(a)
	case "advance", "until":
		return s.pass(a, d.Cmd)
	case "balances":
		return s.balances(a.words), nil
	case "show":
		return s.show(a.word(0))
	}
	return "", fmt.Errorf("no such command")
}

// entityOr turns the name of a party into its LEI where a party is meant.
func entityOr(noun, name string) string {
	if noun == "party" {
		return string(LEI(name))
	}
	return name
}

// args are the words and the named values of a command.
type args struct {
	words []string
	named map[string]string
}

func arguments(d *datadriven.TestData) args {
	a := args{named: map[string]string{}}
	for _, arg := range d.CmdArgs {
		if len(arg.Vals) == 0 {
			a.words = append(a.words, arg.Key)
			continue
		}
		a.named[arg.Key] = strings.Join(arg.Vals, ",")
	}
	return a
}

func (a args) word(i int) string {
	if i < len(a.words) {
		return a.words[i]
	}
	return ""
}

func (a args) one(name string) string { return a.named[name] }

func (a args) has(word string) bool { return slices.Contains(a.words, word) }

// signers reads as=PARTY.officer+officer, or keys=(LABEL,LABEL) besides by=PARTY.
func (a args) signers(party string) (name string, keys []keyring.Signer) {
	name = party
	officers := []string{"maker"}
	for _, key := range []string{"by", "as"} {
		if who, list, _ := strings.Cut(a.one(key), "."); who != "" {
			name = who
			if list != "" {
				officers = strings.Split(list, "+")
			}
		}
	}
	for _, o := range officers {
		keys = append(keys, Key(name+"."+o))
	}
	if labels := a.one("keys"); labels != "" {
		keys = nil
		for _, label := range strings.Split(labels, ",") {
			keys = append(keys, Key(label))
		}
	}
	return name, keys
}

func (s *Script) do(a args, input string) (string, error) { return s.submitYAML(a.word(0), a, input) }

// submitYAML signs and submits (or collects) one transaction.
func (s *Script) submitYAML(kind string, a args, fields string) (string, error) {
	k, ok := core.Kinds.Kind(kind)
	if !ok {
		return "", fmt.Errorf("no kind %q", kind)
	}
	data, err := s.json(fields)
	if err != nil {
		return "", err
	}
	payload, err := core.Kinds.FromJSON(kind, data)
	if err != nil {
		return "invalid " + err.Error() + "\n", nil
	}
	party, keys := a.signers("")
	if party == "" {
		return "", fmt.Errorf("who? as=PARTY or as=PARTY.officer")
	}
	body := s.ledger.Draft(party, kind, k.New())
	body.Payload, body.Reference = payload, a.one("ref")
	if a.has("ask") {
		return s.ask(&body, a)
	}
	return s.submit(body, keys, a.one("id"))
}

func (s *Script) submit(body txn.Body, keys []keyring.Signer, label string) (string, error) {
	raw, id, err := keyring.SignTransaction(Chain, body, keys...)
	if err != nil {
		return "", err
	}
	p := pending{raw: raw, label: label}
	if label != "" {
		s.labels[label] = id
	}
	s.pending = append(s.pending, p)
	if s.open {
		return "", nil
	}
	return s.carryOut(), nil
}

func (s *Script) carryOut() string {
	list := s.pending
	s.pending, s.open = nil, false
	var raws [][]byte
	for _, p := range list {
		raws = append(raws, p.raw)
	}
	var out strings.Builder
	for i, r := range s.ledger.Block(raws...) {
		label := list[i].label
		if len(list) == 1 {
			label = ""
		}
		out.WriteString(s.statement(label, r.Outcome))
	}
	s.besides(&out)
	return out.String()
}

// besides prints what timers have done in the last block.
func (s *Script) besides(out *strings.Builder) {
	for _, e := range s.ledger.Log(s.ledger.Machine().Height()) {
		for _, event := range e.Outcome.Result.Events {
			if e.Outcome.Tx == 0 && e.Outcome.Result.Party == "" {
				fmt.Fprintf(out, "timer: %s\n", event.Name)
			}
		}
	}
}

func (s *Script) block(a args) (string, error) {
	n := 1
	if text := a.one("n"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			return "", err
		}
	}
	var out string
	for range n {
		out += s.carryOut()
	}
	return out, nil
}

// pass lets time pass and carries out a block, so that what has become due happens.
func (s *Script) pass(a args, how string) (string, error) {
	if how == "until" {
		at, err := instant(strings.Join(a.words, " "))
		if err != nil {
			return "", err
		}
		s.ledger.Advance(at - 1000 - s.ledger.now)
		return s.carryOut(), nil
	}
	d, err := time.ParseDuration(a.word(0))
	if err != nil {
		return "", err
	}
	s.ledger.Advance(d.Milliseconds() - 1000)
	return s.carryOut(), nil
}

func (s *Script) review(a args) (string, error) {
	kind, more := "hold.approve", ""
	if a.word(1) != "yes" {
		kind, more = "hold.refuse", "\nreason_code: evidence_insufficient"
	}
	return s.submitYAML(kind, a, "hold: $"+a.word(0)+"\nauthority: "+a.one("authority")+more)
}

func (s *Script) quote(a args) (string, error) {
	size, asset, err := amount(a.one("gives"))
	if err != nil {
		return "", err
	}
	num, den, err := ratio(a.one("rate"))
	if err != nil {
		return "", err
	}
	life := 10 * time.Hour
	if text := a.one("life"); text != "" {
		if life, err = time.ParseDuration(text); err != nil {
			return "", err
		}
	}
	party, _ := a.signers("")
	text := fmt.Sprintf("account: %s-FX\nsource: %s\ntarget: %s\nrate: {num: \"%d\", den: \"%d\"}\nsize: \"%s\"\nexpires: %d",
		party, a.one("for"), asset, num, den, size.Digits(), s.ledger.now+life.Milliseconds())
	return s.submitYAML("fx.quote", a, text)
}

func (s *Script) send(a args) (string, error) {
	given, asset, err := amount(a.one("amount"))
	target, fixTarget := a.one("into"), false
	if gets := a.one("gets"); gets != "" && err != nil {
		given, target, err = amount(gets)
		asset, fixTarget = a.one("with"), true
	}
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("from: %s\nto: %s\nasset: %s\namount: \"%s\"\npurpose: %q\n", a.one("from"), a.one("to"), asset, given.Digits(), a.one("purpose"))
	if target != "" {
		num, den, err := ratio(a.one("worst"))
		if err != nil {
			return "", err
		}
		text += fmt.Sprintf("target_asset: %s\nworst_rate: {num: \"%d\", den: \"%d\"}\nfix_target: %t\n", target, num, den, fixTarget)
	}
	if list := a.one("evidence"); list != "" {
		text += "documents:\n"
		for i, kind := range strings.Split(list, ",") {
			text += fmt.Sprintf("- {kind: %s, ref: D-%d, hash: %q}\n", kind, i+1, wire.Sum([]byte(kind)).String())
		}
	}
	if a.one("as") == "" {
		owner, _, _ := strings.Cut(a.one("from"), "-")
		a.named["as"] = owner
	}
	return s.submitYAML("payment.send", a, text)
}
