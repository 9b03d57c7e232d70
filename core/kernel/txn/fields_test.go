package txn

import (
	"strings"
	"testing"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
)

func TestIDs(t *testing.T) {
	for id, want := range map[string]bool{
		"SH-IMPORT-CNY": true, "e-CNY": true, "treasury.maker": true, "a_b": true, "7": true,
		"": false, "a/b": false, "a@b": false, "a b": false, "a\x00": false, ".a": false, "_a": false, "é": false, strings.Repeat("a", 41): false,
	} {
		if got := CheckID("id", id, 40) == nil; got != want {
			t.Errorf("%q: %v", id, got)
		}
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]bool{
		"Shanghai Import Co., Ltd.": true, "上海进口有限公司": true, strings.Repeat("海", 30): true,
		"": false, " a": false, "a ": false, "a\nb": false, "a\u202eb": false, strings.Repeat("海", 31): false,
	} {
		if got := CheckName("name", name, 30) == nil; got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

// TestNarrowedKeysKeepTheirBounds: a key that may spend little must not be able to register
// one that may spend much.
func TestNarrowedKeysKeepTheirBounds(t *testing.T) {
	ten, admin := money.FromUint64(10), Access{Officer: identity.RoleAdmin}
	for name, c := range map[string]struct {
		scope  identity.Scope
		kind   string
		access Access
		want   bool
	}{
		"a whole key changes powers":          {identity.Scope{Expires: 5}, "key.add", admin, true},
		"a limited key does not":              {identity.Scope{Limit: &ten}, "key.add", admin, false},
		"a key of one account does not":       {identity.Scope{Accounts: []string{"A"}}, "key.add", admin, false},
		"unless its scope names the kind":     {identity.Scope{Kinds: []string{"key.*"}, Limit: &ten}, "key.add", admin, true},
		"nor by approving":                    {identity.Scope{Limit: &ten}, "approval.approve", Access{Kind: "key.add", Powers: true}, false},
		"a limited key spends its limit":      {identity.Scope{Limit: &ten}, "payment.send", Access{Amount: ten}, true},
		"and no more":                         {identity.Scope{Limit: &ten}, "payment.send", Access{Amount: money.FromUint64(11)}, false},
		"a key approves the kinds it has":     {identity.Scope{Kinds: []string{"payment.*"}}, "approval.approve", Access{Kind: "payment.send"}, true},
		"and no other kinds":                  {identity.Scope{Kinds: []string{"payment.*"}}, "approval.approve", Access{Kind: "asset.pause"}, false},
		"a key that approves, approves":       {identity.Scope{Kinds: []string{"approval.approve"}}, "approval.approve", Access{Kind: "asset.pause"}, true},
		"another account is out of its scope": {identity.Scope{Accounts: []string{"A"}}, "payment.send", Access{Account: "B"}, false},
	} {
		err := InScope(&c.scope, c.kind, c.access)
		if (err == nil) != c.want || err != nil && fault.Of(err) != fault.KeyOutOfScope {
			t.Errorf("%s: %v", name, err)
		}
	}
}
