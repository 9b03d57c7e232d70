package zzsmoke

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"testing"

	"causeway/client/keyring"
	"causeway/core"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

func lei(prefix string) identity.LEI {
	p := (prefix + "000000000000000000")[:18]
	d, _ := identity.LEICheckDigits(p)
	return identity.LEI(p + d)
}

func key(t *testing.T, label string) *keyring.Key {
	k, err := keyring.FromSeed([]byte("smoke"), label)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

type world struct {
	back *state.Memory
	t    *testing.T
	m    *core.Machine
	h    int64
	now  int64
}

var charter, cn, corp = lei("CHARTER"), lei("CNPBOC"), lei("CORP")

func start(t *testing.T) *world {
	officer := func(id string, roles ...string) identity.Officer {
		return identity.Officer{ID: id, Roles: roles, Active: true}
	}
	g := core.Genesis{Chain: "smoke-1", TimeMs: 1_800_000_000_000, Params: txn.DefaultParams()}
	g.Authorities = []txn.Authority{{ID: "charter", Name: "Charter", Party: charter}, {ID: "CN", Name: "China", Parent: "charter", Sovereign: "CN", Party: cn}}
	g.Parties = []identity.Party{
		{LEI: charter, Name: "c", Home: "charter", Residency: "XX", Class: "supervisor", Officers: []identity.Officer{officer("a", "maker", "admin"), officer("b", "checker")}},
		{LEI: cn, Name: "cn", Home: "CN", Residency: "CN", Class: "supervisor", Officers: []identity.Officer{officer("a", "maker", "admin"), officer("b", "maker", "checker")}},
	}
	for _, p := range g.Parties {
		for _, o := range p.Officers {
			g.Keys = append(g.Keys, identity.Key{Public: key(t, string(p.LEI)+o.ID).Public(), Algorithm: identity.Ed25519, Party: p.LEI, Officer: o.ID})
		}
	}
	data, _ := json.Marshal(g)
	back := state.NewMemory()
	m, err := core.Open(data, back)
	if err != nil {
		t.Fatal(err)
	}
	_, writes := m.Genesis()
	back.Apply(writes)
	m.Commit()
	return &world{back: back, t: t, m: m, now: g.TimeMs}
}

// do runs one tx in one block; signers are key labels.
func (w *world) do(want string, party identity.LEI, kind, payload string, signers ...string) (wire.Hash, txn.Result) {
	w.t.Helper()
	raw, err := core.Kinds.FromJSON(kind, []byte(payload))
	if err != nil {
		if f := fault.Of(err); f != nil && f.Name == want {
			return wire.Hash{}, txn.Result{}
		}
		w.t.Fatalf("%s: %v", kind, err)
	}
	w.h++
	w.now += 1000
	body := wire.Marshal(&txn.Body{Kind: kind, Version: 1, Party: party, Expires: w.now + 60_000, Payload: raw, Reference: fmt.Sprint("r", w.h)})
	id := txn.ID("smoke-1", body)
	tx := txn.Transaction{Body: body}
	for _, s := range signers {
		sig, err := key(w.t, s).Sign(id)
		if err != nil {
			w.t.Fatal(err)
		}
		tx.Signatures = append(tx.Signatures, sig)
	}
	out, err := w.m.Execute(core.Block{Height: w.h, TimeMs: w.now, Txs: [][]byte{tx.Encode()}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.back.Apply(out.Writes)
	w.m.Commit()
	o, _ := txn.FindOutcome(w.m.Store(), id)
	got := o.Result.Status.String()
	if code := out.Results[0].Code; code != 0 {
		got = fault.Numbered(uint16(code)).Name
	}
	if got != want || len(out.Bugs) > 0 {
		w.t.Fatalf("%s %s: got %s (%s: %s, want %s), expected %s; bugs %v", kind, payload, got, o.Private.Field, o.Private.Found, o.Private.Want, want, out.Bugs)
	}
	return id, o.Result
}

func (w *world) idle(ms int64) {
	w.h++
	w.now += ms
	out, err := w.m.Execute(core.Block{Height: w.h, TimeMs: w.now})
	if err != nil || len(out.Bugs) > 0 {
		w.t.Fatal(err, out.Bugs)
	}
	w.back.Apply(out.Writes)
	w.m.Commit()
}

func (w *world) get(noun, id string) string {
	v, _ := core.Kinds.View(noun)
	got, ok := v.Get(w.m.Store(), id)
	if !ok {
		return "none"
	}
	data, err := json.Marshal(got)
	if err != nil {
		w.t.Fatal(err)
	}
	if v.Key != nil {
		if _, ok := w.m.Store().Get(v.Key(id)); !ok && noun != "rulebook" {
			w.t.Errorf("no state under the key of %s %s", noun, id)
		}
	}
	return string(data)
}

func (w *world) list(noun, from string) (ids []string) {
	v, _ := core.Kinds.View(noun)
	v.List(w.m.Store(), from, func(id string, _ any) bool { ids = append(ids, id); return true })
	for _, id := range ids {
		if w.get(noun, id) == "none" {
			w.t.Errorf("%s %s is listed but not found", noun, id)
		}
	}
	return ids
}

func pub(t *testing.T, label string) string { return hex.EncodeToString(key(t, label).Public()) }

func TestSmoke(t *testing.T) {
	for _, k := range core.Kinds.All() {
		raw, err := core.Kinds.FromJSON(k.Name, []byte(k.Example))
		if err != nil {
			t.Errorf("%s: %v", k.Name, err)
			continue
		}
		if _, err := core.Kinds.Payload(k.Name, 1, raw); err != nil {
			t.Errorf("%s: %v", k.Name, err)
		}
		js, err := core.Kinds.ToJSON(k.Name, 1, raw)
		if err != nil {
			t.Errorf("%s: %v", k.Name, err)
		}
		again, err := core.Kinds.FromJSON(k.Name, js)
		if err != nil || string(again) != string(raw) {
			t.Errorf("%s: %v", k.Name, err)
		}
	}
	w := start(t)
	reg := func(keys string) string {
		return fmt.Sprintf(`{"lei":%q,"name":"进口 Co","home":"CN","residency":"CN","class":"enterprise","officers":[{"id":"m","roles":["maker","admin"]},{"id":"k","roles":["checker","admin"]}],"keys":[%s],
"policy":{"tiers":[{"kinds":["party.set_policy","officer.*","key.add","account.close"],"above":"0","approvals":1,"maker_checker":true}]}}`, corp, keys)
	}
	k1 := fmt.Sprintf(`{"officer":"m","algorithm":"ed25519","public":%q,"scope":{}}`, pub(t, "m1"))
	k2 := fmt.Sprintf(`{"officer":"k","algorithm":"ed25519","public":%q,"scope":{}}`, pub(t, "k1"))
	w.do("key.possession_not_proven", cn, "party.register", reg(k1+","+k2), string(cn)+"a", "m1")
	w.do("done", cn, "party.register", reg(k1+","+k2), string(cn)+"a", "m1", "k1")
	w.do("party.taken", cn, "party.register", reg(k1+","+k2), string(cn)+"a", "m1", "k1")
	w.do("done", corp, "account.open", fmt.Sprintf(`{"id":"A1","owner":%q,"type":"resident"}`, corp), "m1")
	w.do("power.missing", corp, "account.open", fmt.Sprintf(`{"id":"A2","owner":%q,"type":"zone"}`, corp), "m1")
	w.do("done", cn, "account.open", fmt.Sprintf(`{"id":"A2","owner":%q,"type":"zone","external":[{"scheme":"IBAN","id":"GB82WEST12345698765432"}]}`, corp), string(cn)+"a")
	w.do("account.taken", cn, "account.open", fmt.Sprintf(`{"id":"A3","owner":%q,"type":"zone","external":[{"scheme":"IBAN","id":"GB82WEST12345698765432","agent":"ICBKCNBJ"}]}`, corp), string(cn)+"a")
	w.do("account.invalid", cn, "account.open", fmt.Sprintf(`{"id":"A3","owner":%q,"type":"zone","external":[{"scheme":"IBAN","id":"GB83WEST12345698765432"}]}`, corp), string(cn)+"a")
	w.do("done", corp, "account.update", `{"id":"A1","receiver":{"assets":["e-CNY"]}}`, "m1")
	w.do("power.missing", corp, "account.update", `{"id":"A1","external":[]}`, "m1")
	// close needs approval
	p, _ := w.do("proposed", corp, "account.close", `{"id":"A1"}`, "m1")
	if len(w.list("proposal", "")) != 1 || len(w.list("proposal", string(corp))) != 1 {
		t.Error("proposals", w.list("proposal", ""))
	}
	w.do("officer.role_missing", corp, "approval.approve", fmt.Sprintf(`{"proposal":%q}`, p), "m1")
	w.do("approval.not_maker", corp, "approval.recall", fmt.Sprintf(`{"proposal":%q}`, p), "k1")
	w.do("done", corp, "approval.approve", fmt.Sprintf(`{"proposal":%q}`, p), "k1")
	w.do("approval.closed", corp, "approval.approve", fmt.Sprintf(`{"proposal":%q}`, p), "k1")
	// key.add by proposal with possession
	add := fmt.Sprintf(`{"officer":"m","algorithm":"ed25519","public":%q,"scope":{"kinds":["account.*"],"accounts":["A2"]}}`, pub(t, "m2"))
	w.do("key.possession_not_proven", corp, "key.add", add, "m1")
	p, _ = w.do("proposed", corp, "key.add", add, "m1", "m2")
	w.do("key.unknown", corp, "account.close", `{"id":"A2"}`, "m2")
	w.do("done", corp, "approval.approve", fmt.Sprintf(`{"proposal":%q}`, p), "k1")
	w.do("key.out_of_scope", corp, "officer.add", `{"id":"x","roles":["maker"]}`, "m2")
	p, _ = w.do("proposed", corp, "account.close", `{"id":"A2"}`, "m2")
	w.do("done", corp, "approval.recall", fmt.Sprintf(`{"proposal":%q}`, p), "m1")
	p, _ = w.do("proposed", corp, "account.close", `{"id":"A2"}`, "m2")
	w.do("done", corp, "approval.reject", fmt.Sprintf(`{"proposal":%q}`, p), "k1")
	p, _ = w.do("proposed", corp, "account.close", `{"id":"A2"}`, "m2")
	w.idle(73 * 3600_000)
	w.do("approval.expired", corp, "approval.approve", fmt.Sprintf(`{"proposal":%q}`, p), "k1")
	// explicit proposal
	inner, _ := core.Kinds.FromJSON("account.update", []byte(`{"id":"A2","receiver":{}}`))
	p, _ = w.do("proposed", corp, "approval.propose", fmt.Sprintf(`{"kind":"account.update","version":1,"payload":%q}`, hex.EncodeToString(inner)), "m1")
	w.do("approval.already_signed", corp, "approval.approve", fmt.Sprintf(`{"proposal":%q}`, p), "m1")
	w.do("done", corp, "approval.approve", fmt.Sprintf(`{"proposal":%q}`, p), "k1")
	inner, _ = core.Kinds.FromJSON("key.add", []byte(add))
	w.do("approval.kind_not_proposable", corp, "approval.propose", fmt.Sprintf(`{"kind":"key.add","version":1,"payload":%q}`, hex.EncodeToString(inner)), "m1")
	// rotate, revoke, recover
	rot := fmt.Sprintf(`{"old_algorithm":"ed25519","old_public":%q,"algorithm":"ed25519","public":%q}`, pub(t, "m1"), pub(t, "m3"))
	w.do("key.out_of_scope", corp, "key.rotate", rot, "m2", "m3")
	w.do("officer.role_missing", corp, "key.rotate", rot, "k1", "m3")
	w.do("key.possession_not_proven", corp, "key.rotate", rot, "m1")
	w.do("done", corp, "key.rotate", rot, "m1", "m3")
	w.do("key.revoked", corp, "key.revoke", fmt.Sprintf(`{"algorithm":"ed25519","public":%q}`, pub(t, "m3")), "m1")
	w.do("done", corp, "key.revoke", fmt.Sprintf(`{"algorithm":"ed25519","public":%q}`, pub(t, "m3")), "k1")
	w.do("done", cn, "party.recover", fmt.Sprintf(`{"party":%q,"key":{"officer":"m","algorithm":"ed25519","public":%q,"scope":{}}}`, corp, pub(t, "m4")), string(cn)+"a", "m4")
	w.do("key.revoked", corp, "account.close", `{"id":"A2"}`, "m2")
	w.do("proposed", corp, "officer.set", `{"id":"k","roles":["maker"],"active":true}`, "m4")
	if n := len(w.list("key", string(corp))); n != 5 || len(w.list("key", "")) != 9 || len(w.list("key", w.list("key", "")[6])) != 3 {
		t.Error("keys", n)
	}
	// rulebooks
	rules := func(limit string, from int64) string {
		return fmt.Sprintf(`{"authority":"charter","title":"x","from":%d,"rules":[{"id":"max","maximum":{"in":{"asset":"e-CNY"},"limit":"%s"}}]}`, from, limit)
	}
	w.do("rulebook.time_invalid", charter, "rulebook.propose", rules("100", 5), string(charter)+"a")
	w.do("done", charter, "rulebook.propose", rules("100", w.now+100_000), string(charter)+"a")
	w.do("approval.maker_is_checker", charter, "rulebook.approve", `{"authority":"charter","version":1}`, string(charter)+"a")
	w.do("done", charter, "rulebook.approve", `{"authority":"charter","version":1}`, string(charter)+"b")
	cnRules := func(limit string, from int64) string {
		return fmt.Sprintf(`{"authority":"CN","title":"x","from":%d,"rules":[{"id":"max","maximum":{"in":{"asset":"e-CNY"},"limit":"%s"}}]}`, from, limit)
	}
	w.do("power.missing", charter, "rulebook.propose", cnRules("200", 0), string(charter)+"a")
	w.do("done", cn, "rulebook.propose", cnRules("200", 0), string(cn)+"a")
	w.do("rulebook.wrong_state", cn, "rulebook.activate", fmt.Sprintf(`{"authority":"CN","version":1,"from":%d}`, w.now+300_000), string(cn)+"b")
	w.do("done", charter, "rulebook.approve", `{"authority":"CN","version":1}`, string(charter)+"b")
	w.do("done", cn, "rulebook.activate", fmt.Sprintf(`{"authority":"CN","version":1,"from":%d}`, w.now+250_000), string(cn)+"b")
	w.do("done", cn, "rulebook.activate", fmt.Sprintf(`{"authority":"CN","version":1,"from":%d}`, w.now+300_000), string(cn)+"b")
	w.idle(200_000)
	t.Log(w.get("rulebook", "charter"))
	w.idle(200_000)
	t.Log(w.get("rulebook", "CN@1"), w.get("authority", "CN"))
	w.do("rulebook.looser_than_parent", cn, "rulebook.propose", cnRules("200", 0), string(cn)+"a")
	w.do("done", cn, "rulebook.propose", cnRules("50", w.now+10_000), string(cn)+"a")
	w.do("done", cn, "rulebook.approve", `{"authority":"CN","version":2}`, string(cn)+"b")
	w.idle(20_000)
	t.Log(w.get("rulebook", "CN"), w.list("rulebook", ""))
	w.do("done", cn, "rulebook.propose", cnRules("40", w.now+10_000), string(cn)+"a")
	w.do("done", cn, "rulebook.withdraw", `{"authority":"CN","version":3}`, string(cn)+"a")
	// tree
	w.do("authority.invalid", cn, "authority.create", fmt.Sprintf(`{"id":"CN-SH","name":"SH","parent":"CN","sovereign":"HK","party":%q}`, cn), string(cn)+"a")
	w.do("done", cn, "authority.create", fmt.Sprintf(`{"id":"CN-SH","name":"SH","parent":"CN","sovereign":"CN","party":%q}`, cn), string(cn)+"a")
	cal := func(a string) string {
		return `{"authority":"` + a + `","calendar":{"id":"CN","zone":{"id":"Asia/Shanghai","transitions":[{"from_unix_ms":0,"offset_seconds":28800}]},"weekend":"sat sun"}}`
	}
	w.do("done", cn, "authority.set_calendar", cal("CN"), string(cn)+"a")
	w.do("done", cn, "authority.set_calendar", cal("CN"), string(cn)+"a")
	w.do("power.missing", charter, "authority.set_calendar", cal("charter"), string(charter)+"a")
	w.do("done", cn, "authority.set_purpose", `{"authority":"CN","code":"CGODDR","account":"current"}`, string(cn)+"a")
	w.do("power.missing", cn, "authority.set_purpose", `{"authority":"CN","code":"CGODDR","account":"capital"}`, string(cn)+"a")
	w.do("power.missing", cn, "authority.set_purpose", `{"authority":"CN-SH","code":"XXXX","account":"capital"}`, string(cn)+"a")
	w.do("done", charter, "authority.set_purpose", `{"authority":"charter","code":"CGODDR","account":"capital"}`, string(charter)+"a")
	w.do("asset.not_found", cn, "authority.set_rates", fmt.Sprintf(`{"authority":"CN","unit":"CNY","valid_until":%d,"rates":[{"asset":"e-CNY","rate":{"num":"1","den":"1"}}]}`, w.now+5000), string(cn)+"a")
	val := func(label string, power int) string {
		return fmt.Sprintf(`{"public_key":%q,"power":%d}`, pub(t, label), power)
	}
	w.do("power.missing", cn, "validator.set", val("v1", 10), string(cn)+"a")
	w.do("done", charter, "validator.set", val("v1", 10), string(charter)+"a")
	w.do("validator.change_invalid", charter, "validator.set", val("v2", 4), string(charter)+"a")
	w.do("done", charter, "validator.set", val("v2", 3), string(charter)+"a")
	w.do("done", charter, "validator.set", val("v2", 0), string(charter)+"a")
	w.do("validator.change_invalid", charter, "validator.set", val("v2", 0), string(charter)+"a")
	w.do("protocol.version_invalid", charter, "protocol.activate", fmt.Sprintf(`{"version":2,"height":%d}`, w.h+5), string(charter)+"a")
	w.do("done", charter, "protocol.activate", fmt.Sprintf(`{"version":2,"height":%d}`, w.h+50), string(charter)+"a")
	for _, noun := range []string{"party", "account", "balance", "authority", "calendar", "purpose", "rates", "validator", "protocol"} {
		t.Log(noun, w.list(noun, ""))
	}
	t.Log(w.get("key", "ed25519:"+pub(t, "m4")), w.get("proposal", p.String()))
}
