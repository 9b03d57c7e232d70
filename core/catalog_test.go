package core_test

import (
	"bytes"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"causeway/core"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
	"causeway/internal/testkit"
)

var kindName = regexp.MustCompile(`^[a-z]+\.[a-z]+(_[a-z]+)*$`)

func chinese(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff })
}

// Every kind can be read about in both languages, and its example is a payload that decodes,
// encodes to the same bytes again, and survives the way through JSON.
func TestEveryKindHasAnExample(t *testing.T) {
	kinds := core.Kinds.All()
	if len(kinds) < 40 {
		t.Fatalf("only %d kinds", len(kinds))
	}
	for _, k := range kinds {
		t.Run(k.Name, func(t *testing.T) {
			if !kindName.MatchString(k.Name) || k.Version == 0 || k.En == "" || !chinese(k.Zh) {
				t.Errorf("name %q version %d: %q, %q", k.Name, k.Version, k.En, k.Zh)
			}
			if reflect.TypeOf(k.New()).Kind() != reflect.Pointer {
				t.Fatal("New gives no pointer")
			}
			data, err := core.Kinds.FromJSON(k.Name, []byte(k.Example))
			if err != nil {
				t.Fatalf("the example is not valid: %v", err)
			}
			text, err := core.Kinds.ToJSON(k.Name, k.Version, data)
			if err != nil {
				t.Fatal(err)
			}
			again, err := core.Kinds.FromJSON(k.Name, text)
			if err != nil || !bytes.Equal(again, data) {
				t.Fatalf("through JSON %x became %x: %v", data, again, err)
			}
			if _, err := core.Kinds.FromJSON(k.Name, []byte(`{"no_such_field":1}`)); fault.Of(err) != fault.TxFieldInvalid {
				t.Errorf("an unknown field: %v", err)
			}
			if _, err := core.Kinds.Payload(k.Name, k.Version+1, data); fault.Of(err) != fault.TxVersionUnknown {
				t.Errorf("an unknown version: %v", err)
			}
			if _, err := core.Kinds.Payload(k.Name, k.Version, append(bytes.Clone(data), 0)); fault.Of(err) != fault.TxMalformed {
				t.Errorf("a byte too many: %v", err)
			}
		})
	}
}

// No payload panics before it is looked at, however empty.
func TestEmptyPayloadsAreRefused(t *testing.T) {
	for _, k := range core.Kinds.All() {
		if k.Name == "party.set_policy" {
			continue // a policy without tiers lets one maker suffice
		}
		if err := k.New().Validate(); err == nil {
			t.Errorf("an empty %s is valid", k.Name)
		} else if fault.Of(err) == nil || fault.Of(err) == fault.InternalBug {
			t.Errorf("an empty %s: %v", k.Name, err)
		}
	}
}

// What a list shows can be looked up under the id it is shown by, and where a record has a
// key for proofs, it is there.
func TestViewsListWhatTheyGet(t *testing.T) {
	l := testkit.New(t, guardedWorld())
	for _, m := range movers() {
		m.prepare(l, little)
	}
	shown := 0
	for _, v := range core.Kinds.Views() {
		if v.En == "" || !chinese(v.Zh) {
			t.Errorf("%s: %q, %q", v.Noun, v.En, v.Zh)
		}
		v.List(l.Store(), "", func(id string, listed any) bool {
			shown++
			got, ok := v.Get(l.Store(), id)
			if !ok || !reflect.DeepEqual(got, listed) {
				t.Errorf("%s %s: listed %+v, got %+v", v.Noun, id, listed, got)
			}
			if v.Key != nil {
				if _, ok := l.Store().Get(v.Key(id)); !ok {
					t.Errorf("%s %s: nothing stands under its key", v.Noun, id)
				}
			}
			return true
		})
		if _, ok := v.Get(l.Store(), "no such id"); ok {
			t.Errorf("%s finds what is not there", v.Noun)
		}
	}
	if shown < 60 {
		t.Fatalf("only %d records were shown", shown)
	}
}

// The statuses have names, which interfaces show.
func TestStatusesHaveNames(t *testing.T) {
	for s := txn.Done; s <= txn.Partial; s++ {
		if s.String() == "" {
			t.Errorf("status %d has no name", s)
		}
	}
}
