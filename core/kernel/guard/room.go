package guard

import (
	"causeway/core/kernel/guard/expr"
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/money"
)

// Room is the memory in which one journal is judged, and which its decision points to. Who
// judges many, each when the decision before has had its effect, judges them in one room, and
// what a payment usually needs is not allocated each time. A room belongs to one goroutine;
// nothing that a judgement finds in it decides anything.
type Room struct {
	judgement
	facts    *expr.Facts
	reach    [6]reach // two paths that meet at the charter
	subjects [2]subject
	planned  [4]plannedCharge
	amounts  [6]money.Amount
	booked   Charges
	entries  []quota.Entry
}

// clear ends the judgement before, if there was one, and its decision.
func (r *Room) clear() *judgement {
	steps := r.judgement.Steps[:0] // mostly the next one has as many
	r.judgement = judgement{}
	j := &r.judgement
	j.room, j.Steps = r, steps
	j.reach.list, j.subjects, j.planned = r.reach[:0], r.subjects[:0], r.planned[:0]
	return j
}
