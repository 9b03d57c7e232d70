package authority

import (
	"encoding/binary"
	"strconv"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// activationTimer brings an approved rulebook into force.
const activationTimer = "rulebook.activation"

// aheadMaxMs is how far ahead a rulebook may be announced.
const aheadMaxMs = 5 * 366 * 24 * 3600_000

// draft remembers who stood behind a version: whoever proposes does not approve.
type draft struct {
	Party    identity.LEI `cbor:"1,keyasint"`
	Officers []string     `cbor:"2,keyasint"`
}

var drafts = txn.NewTable[draft]("ud", "authority.rulebook_draft")

func versionKey(authority txn.AuthorityID, version uint32) []byte {
	return binary.BigEndian.AppendUint32(append([]byte(authority), 0), version)
}

// schedule sets the time at which a version comes into force, and its timer if it is approved.
func schedule(c *txn.Context, e *txn.Edition, from int64) {
	key := versionKey(e.Book.Authority, e.Book.Version)
	if e.Status == txn.RulebookApproved && e.From != 0 {
		c.ClearTimer(e.From, activationTimer, key)
	}
	e.From = from
	if e.Status == txn.RulebookApproved && from > c.Now() {
		c.SetTimer(from, activationTimer, key)
	}
}

func checkVersion(authority txn.AuthorityID, version uint32) error {
	if err := checkAuthority("authority", authority); err != nil {
		return err
	}
	if version == 0 {
		return fault.TxFieldMissing.With("version", "", "a proposed version")
	}
	return nil
}

func checkFrom(c *txn.Context, from int64) error {
	if from <= c.Now() || from > c.Now()+aheadMaxMs {
		return fault.RulebookTime.With("from", strconv.FormatInt(from, 10), "after "+strconv.FormatInt(c.Now(), 10)+", by at most five years")
	}
	return nil
}

// inState finds a version that must be in one of these states.
func inState(c *txn.Context, authority txn.AuthorityID, version uint32, states ...txn.RulebookState) (txn.Edition, error) {
	e, err := c.FindEdition(authority, version)
	if err != nil {
		return e, err
	}
	want := ""
	for _, s := range states {
		if e.Status == s {
			return e, nil
		}
		want += " or " + s.String()
	}
	return e, fault.RulebookState.With("version "+strconv.Itoa(int(version)), e.Status.String(), want[len(" or "):])
}

// comeIntoForce is activationTimer. The book is checked once more: its ancestors may have
// become tighter since. If they have, it is withdrawn and the one in force stays.
func comeIntoForce(c *txn.Context, id []byte) error {
	if len(id) < 6 {
		return fault.InternalBug.With("timer "+activationTimer, "an id too short", "authority and version")
	}
	authority := txn.AuthorityID(id[:len(id)-5])
	e, err := inState(c, authority, binary.BigEndian.Uint32(id[len(id)-4:]), txn.RulebookApproved)
	if err != nil {
		return err
	}
	a, err := c.FindAuthority(authority)
	if err != nil {
		return err
	}
	if err := c.CheckRulebook(&e.Book); err != nil {
		stated := fault.In(err)
		if stated.Fault == fault.InternalBug {
			return err
		}
		e.Status = txn.RulebookWithdrawn
		c.SaveEdition(e)
		c.Emit("rulebook.was_withdrawn", Withdrawn{Authority: authority, Version: e.Book.Version, Fault: stated.Fault.Number})
		return nil
	}
	replaced := a.Version
	if before, err := c.FindEdition(authority, replaced); err == nil {
		before.Status = txn.RulebookReplaced
		c.SaveEdition(before)
	}
	e.Status = txn.RulebookInForce
	c.SaveEdition(e)
	a.Version, a.Hash = e.Book.Version, e.Book.Hash()
	c.SaveAuthority(a)
	c.Emit("rulebook.was_activated", Activated{Authority: authority, Version: e.Book.Version, Replaced: replaced, Hash: a.Hash})
	return nil
}

// Activated says that a rulebook is in force, and which one no longer is.
type Activated struct {
	Authority txn.AuthorityID `cbor:"1,keyasint" json:"authority"`
	Version   uint32          `cbor:"2,keyasint" json:"version"`
	Replaced  uint32          `cbor:"3,keyasint,omitempty" json:"replaced,omitempty"`
	Hash      wire.Hash       `cbor:"4,keyasint" json:"hash"`
}

// Withdrawn says that a version will never be in force; Fault says why if it failed the check
// at its time.
type Withdrawn struct {
	Authority txn.AuthorityID `cbor:"1,keyasint" json:"authority"`
	Version   uint32          `cbor:"2,keyasint" json:"version"`
	Fault     uint16          `cbor:"3,keyasint,omitempty" json:"fault,omitempty"`
}
