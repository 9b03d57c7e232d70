package txn

import (
	"slices"
	"strconv"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// HoldTimer is the timer that expires a held payment.
const HoldTimer = "hold.expiry"

// HeldStatus is where a held payment stands.
type HeldStatus uint8

// The life of a held payment.
const (
	HeldOpen HeldStatus = iota + 1
	HeldSettled
	HeldRefused
	HeldCancelled
	HeldExpired
)

func (s HeldStatus) String() string {
	return [...]string{"", "open", "settled", "refused", "cancelled", "expired"}[s]
}

// MarshalText writes the name.
func (s HeldStatus) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// HeldPayment waits for the authorities whose rules asked for a review. It always has an
// owner (the authorities in Waiting) and a deadline.
type HeldPayment struct {
	ID       wire.Hash     `cbor:"1,keyasint" json:"id"`
	Party    identity.LEI  `cbor:"2,keyasint" json:"party"`
	Kind     string        `cbor:"3,keyasint" json:"kind"`
	Version  uint16        `cbor:"4,keyasint" json:"version"`
	Payload  []byte        `cbor:"5,keyasint" json:"payload"`
	Signed   []string      `cbor:"6,keyasint,omitempty" json:"signed"`
	Waiting  []Waiting     `cbor:"7,keyasint,omitempty" json:"waiting"`
	Answered []Waiting     `cbor:"8,keyasint,omitempty" json:"answered,omitempty"`
	Reserved []Reservation `cbor:"9,keyasint,omitempty" json:"reserved"`
	Charges  guard.Charges `cbor:"10,keyasint,omitzero" json:"-"`
	Since    int64         `cbor:"11,keyasint" json:"since"`
	Deadline int64         `cbor:"12,keyasint" json:"deadline"` // Unix ms
	Status   HeldStatus    `cbor:"13,keyasint" json:"status"`
	Fault    uint16        `cbor:"14,keyasint,omitempty" json:"fault,omitempty"`
}

// Reservation is an amount kept from being spent.
type Reservation struct {
	Account AccountID    `cbor:"1,keyasint" json:"account"`
	Asset   AssetID      `cbor:"2,keyasint" json:"asset"`
	Amount  money.Amount `cbor:"3,keyasint" json:"amount"`
}

var (
	held   = state.NewTable[HeldPayment]("h", "hold")
	queues = state.NewTable[bool]("hq", "hold.queue")
)

// FindHeld reads a held payment.
func FindHeld(r Reader, id wire.Hash) (HeldPayment, bool) { return held.Get(r, id[:]) }

// ListHeld visits held payments, ended ones too, in the order of their ids.
func ListHeld(r Reader, from wire.Hash, visit func(HeldPayment) bool) {
	held.Scan(r, nil, from[:], func(_ []byte, h HeldPayment) bool { return visit(h) })
}

// ListQueue visits what waits for an authority; the cost grows with that queue alone.
func ListQueue(r Reader, authority AuthorityID, visit func(HeldPayment) bool) {
	prefix := append([]byte(authority), 0)
	queues.Scan(r, prefix, nil, func(key []byte, _ bool) bool {
		h, ok := FindHeld(r, wire.Hash(key[len(prefix):]))
		return !ok || visit(h)
	})
}

func queueKey(authority AuthorityID, id wire.Hash) []byte {
	return append(append([]byte(authority), 0), id[:]...)
}

// Hold keeps a payment for review after Move has said so: the payer's amounts are reserved
// (no quote is), what goes out is charged, and the payload is carried out again after the
// last answer. The id of a payment inside a batch is its own.
func (c *Context) Hold(id wire.Hash, kind string, version uint16, payload Payload, decisions []*Decision, reserve ...Reservation) error {
	h := HeldPayment{
		ID: id, Party: c.party.LEI, Kind: kind, Version: version, Payload: wire.Marshal(payload), Signed: c.signed,
		Answered: c.prior.Answered, Reserved: reserve, Since: c.now, Status: HeldOpen,
	}
	for _, r := range reserve {
		if err := c.Reserve(r.Account, r.Asset, r.Amount); err != nil {
			return err
		}
	}
	h.Charges = append(h.Charges, c.prior.Charges...) // held again: earlier charges stay where they are
	c.prior.Charges = nil
	for _, d := range decisions {
		h.Charges = append(h.Charges, d.Charge(c.block, true)...)
		for _, w := range d.Waiting {
			h.Waiting = mergeWaiting(h.Waiting, w)
		}
	}
	h.Charges = guard.Merge(h.Charges)
	for i, w := range h.Waiting {
		if i == 0 || w.Deadline < h.Deadline {
			h.Deadline = w.Deadline
		}
		queues.Put(c.block, queueKey(w.Authority, id), true)
	}
	held.Put(c.block, id[:], h)
	c.SetTimer(h.Deadline, HoldTimer, id[:])
	c.result.Status = Held
	c.Emit("payment.was_held", HeldEvent{ID: id, Waiting: publicWaiting(h.Waiting), Deadline: h.Deadline})
	return nil
}

// HeldEvent says that a payment waits, for whom and until when.
type HeldEvent struct {
	ID       wire.Hash `cbor:"1,keyasint" json:"id"`
	Waiting  []Waiting `cbor:"2,keyasint,omitempty" json:"waiting"`
	Deadline int64     `cbor:"3,keyasint" json:"deadline"`
}

// HoldClosedEvent says how a held payment ended.
type HoldClosedEvent struct {
	ID     wire.Hash  `cbor:"1,keyasint" json:"id"`
	Status HeldStatus `cbor:"2,keyasint" json:"status"`
	Fault  uint16     `cbor:"3,keyasint,omitempty" json:"fault,omitempty"`
}

// PublicWaiting is who has to answer, without which quiet rule asked.
func (h *HeldPayment) PublicWaiting() []Waiting { return publicWaiting(h.Waiting) }

// publicWaiting leaves out which quiet rule asked: that would tip off.
func publicWaiting(list []Waiting) []Waiting {
	out := make([]Waiting, len(list))
	for i, w := range list {
		w.Hidden = nil
		out[i] = w
	}
	return out
}

// mergeWaiting adds w to a list without touching it: the list may be part of a record that the
// store keeps decoded.
func mergeWaiting(list []Waiting, w Waiting) []Waiting {
	list = slices.Clone(list)
	for i := range list {
		if list[i].Authority == w.Authority {
			list[i].Rules = union(list[i].Rules, w.Rules)
			list[i].Deadline = min(list[i].Deadline, w.Deadline)
			list[i].Hidden = union(list[i].Hidden, w.Hidden)
			return list
		}
	}
	return append(list, w)
}

// union names each rule once, though many payments of a batch met it.
func union(rules, more []string) []string {
	rules = slices.Clone(rules)
	for _, rule := range more {
		if !slices.Contains(rules, rule) {
			rules = append(rules, rule)
		}
	}
	return rules
}

// close takes a held payment out of the queues and gives its funds back.
func (c *Context) close(h *HeldPayment) error {
	for _, w := range h.Waiting {
		queues.Delete(c.block, queueKey(w.Authority, h.ID))
	}
	c.ClearTimer(h.Deadline, HoldTimer, h.ID[:])
	for _, r := range h.Reserved {
		if err := c.Unreserve(r.Account, r.Asset, r.Amount); err != nil {
			return err
		}
	}
	return nil
}

// end closes a held payment without settling it.
func (c *Context) end(h HeldPayment, how HeldStatus, as Status, why *fault.Fault) error {
	if err := c.close(&h); err != nil {
		return err
	}
	guard.Undo(c.block, h.Charges)
	h.Status, h.Charges, h.Reserved = how, nil, nil
	if why != nil {
		h.Fault = why.Number
	}
	held.Put(c.block, h.ID[:], h)
	c.Emit("payment.hold_was_closed", HoldClosedEvent{ID: h.ID, Status: how, Fault: h.Fault})
	c.Record(FinalID(h.ID), h.ID, wire.Hash{}, Result{Status: as, Fault: h.Fault, Original: h.ID, Party: h.Party}, Private{})
	c.result.Original = h.ID
	return nil
}

// CancelHeld ends a held payment for its own party.
func (c *Context) CancelHeld(id wire.Hash) error {
	h, err := c.openHold(id)
	if err != nil {
		return err
	}
	if h.Party != c.party.LEI {
		return fault.AccountNotOwned.With("payment", id.String(), "a payment of "+string(c.party.LEI))
	}
	return c.end(h, HeldCancelled, Cancelled, nil)
}

func (c *Context) openHold(id wire.Hash) (HeldPayment, error) {
	h, ok := FindHeld(c.block, id)
	if !ok {
		return h, fault.HoldNotFound.With("hold", id.String(), "the id of a held payment")
	}
	if h.Status != HeldOpen {
		return h, fault.HoldClosed.With("hold", h.Status.String(), "an open hold")
	}
	return h, nil
}

// Answer gives an authority's answer to a held payment: the one that raised the hold, or
// one above it, never one below. On the last yes the payment is judged again and carried out.
func (c *Context) Answer(id wire.Hash, authority AuthorityID, yes bool) error {
	h, err := c.openHold(id)
	if err != nil {
		return err
	}
	if !c.Is(authority) {
		return fault.PowerMissing.With("authority "+string(authority), "party "+string(c.party.LEI), "its supervisor")
	}
	if c.now >= h.Deadline { // its timer waits for others
		return fault.HoldExpired.With("hold", strconv.FormatInt(h.Deadline, 10), "an answer before the deadline")
	}
	var left []Waiting
	for _, w := range h.Waiting {
		if c.Within(w.Authority, authority) {
			h.Answered = mergeWaiting(h.Answered, w)
			queues.Delete(c.block, queueKey(w.Authority, id))
		} else {
			left = append(left, w)
		}
	}
	if len(left) == len(h.Waiting) {
		return fault.HoldNotYours.With("hold", "waits for "+waitingNames(h.Waiting), "an answer by one of them or above")
	}
	if !yes {
		return c.end(h, HeldRefused, Refused, fault.HoldRefused)
	}
	if len(left) > 0 {
		c.waitOn(h, left)
		return nil
	}
	return c.resume(h)
}

// waitOn keeps a payment held for those who have not answered; the deadline of one who has
// does not bind it any longer.
func (c *Context) waitOn(h HeldPayment, left []Waiting) {
	c.ClearTimer(h.Deadline, HoldTimer, h.ID[:])
	h.Waiting, h.Deadline = left, left[0].Deadline
	for _, w := range left[1:] {
		h.Deadline = min(h.Deadline, w.Deadline)
	}
	c.SetTimer(h.Deadline, HoldTimer, h.ID[:])
	held.Put(c.block, h.ID[:], h)
	c.result.Original = h.ID
}

func waitingNames(list []Waiting) (names string) {
	for i, w := range list {
		if i > 0 {
			names += ", "
		}
		names += string(w.Authority)
	}
	return names
}

// resume carries out a payment whose reviews are all answered, under the rules now in
// force; the answered rules count as satisfied, quota charges stay in their window.
func (c *Context) resume(h HeldPayment) error {
	if err := c.close(&h); err != nil {
		return err
	}
	h.Waiting, h.Reserved = nil, nil
	prior := guard.Prior{Answered: h.Answered, Charges: h.Charges}
	inner, err := c.run(h.ID, h.Party, h.Kind, h.Version, h.Payload, h.Signed, prior)
	switch {
	case fault.Of(err) == fault.InternalBug:
		return err
	case err != nil:
		f := fault.In(err)
		guard.Undo(c.block, h.Charges)
		h.Status, h.Fault, h.Charges = HeldRefused, f.Fault.Number, nil
	case inner.result.Status == Held:
		return nil // held afresh by a rule that is new; Hold has written the record
	default:
		h.Status, h.Charges = HeldSettled, nil
	}
	held.Put(c.block, h.ID[:], h)
	c.Emit("payment.hold_was_closed", HoldClosedEvent{ID: h.ID, Status: h.Status, Fault: h.Fault})
	return nil
}

// ExpireHeld is HoldTimer: nobody answered in time, so the payment ends and its funds are free.
func ExpireHeld(c *Context, id []byte) error {
	h, err := c.openHold(wire.Hash(id))
	if err != nil {
		return err
	}
	return c.end(h, HeldExpired, Expired, fault.HoldExpired)
}
