package txn

import (
	"testing"

	"pgregory.net/rapid"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// TestContextsSeeTheBlock writes, takes back and looks at random, by transactions inside one
// another and one after the other: what a context remembers is always what stands in the block.
func TestContextsSeeTheBlock(t *testing.T) {
	names := []string{"A", "B", "C"}
	rapid.Check(t, func(t *rapid.T) {
		store, err := state.Open(state.NewMemory())
		if err != nil {
			t.Fatal(err)
		}
		block := store.Begin(1)
		env := &Env{Guard: guard.New(), Height: 1}
		any := func(label string) string { return rapid.SampledFrom(names).Draw(t, label) }
		begin := func() *Context {
			lei := identity.LEI(any("acting"))
			party, ok := identity.FindParty(block, lei)
			if !ok {
				party.LEI = ""
			}
			return NewContext(env, block, 1, wire.Hash{}, "", &party, nil)
		}
		look := func(c *Context) {
			id := AccountID(any("account looked at"))
			want, there := ledger.FindAccount(block, id)
			got, err := c.FindAccount(id)
			if there != (err == nil) || got.Owner != want.Owner || got.Frozen != want.Frozen {
				t.Fatalf("account %s is %+v (%v), want %+v", id, got, err, want)
			}
			if owns := c.Owns(id) == nil; owns != (there && want.Owner == c.Party().LEI) {
				t.Fatalf("account %+v is owned by %s: %v", want, c.Party().LEI, owns)
			}
			owner, known := identity.FindParty(block, want.Owner)
			side, err := c.Side(id)
			if (there && known) != (err == nil) {
				t.Fatalf("side of %s: %v", id, err)
			}
			if err == nil && (side.Account.Frozen != want.Frozen || side.Party.LEI != owner.LEI || side.Party.Frozen != owner.Frozen) {
				t.Fatalf("side of %s is %+v of %+v, want %+v of %+v", id, side.Account, side.Party, want, owner)
			}
		}
		count := 0
		var carryOut func(c *Context, depth int) error
		carryOut = func(c *Context, depth int) error {
			for range rapid.IntRange(1, 6).Draw(t, "steps") {
				count++
				stamp := string(rune('0' + count%64))
				switch rapid.IntRange(0, 6).Draw(t, "step") {
				case 0:
					c.SaveParty(identity.Party{LEI: identity.LEI(any("party")), Frozen: stamp})
				case 1:
					if err := c.SaveAccount(Account{ID: AccountID(any("account")), Owner: identity.LEI(any("owner")), Frozen: stamp}); err != nil {
						t.Fatal(err)
					}
				case 2:
					mark := c.Mark()
					if depth < 2 {
						_ = carryOut(c, depth+1)
					}
					c.Rollback(mark)
				case 3:
					if depth < 2 {
						_ = c.Part(wire.Sum([]byte{byte(count), byte(count >> 8)}), "", wire.Raw{0xa0}, func(part *Context) error { return carryOut(part, depth+1) })
					}
				case 4:
					if depth < 2 { // as another transaction in it would be carried out
						inner := begin()
						_ = carryOut(inner, depth+1)
					}
				default:
					look(c)
				}
				if rapid.Bool().Draw(t, "look") {
					look(c)
				}
			}
			if rapid.IntRange(0, 3).Draw(t, "fails") == 0 {
				return fault.TxExpired.Err()
			}
			return nil
		}
		for range rapid.IntRange(1, 6).Draw(t, "transactions") {
			c := begin()
			mark := block.Mark()
			if err := carryOut(c, 0); err != nil {
				c.Refuse(err)
				block.Rollback(mark)
			}
			c.Finish()
			c.Close()
		}
	})
}
