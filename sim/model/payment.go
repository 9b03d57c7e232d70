package model

import "math/big"

// Payment is somebody's wish.
type Payment struct {
	ID, From, To, Asset, Target string // Target is empty for one asset
	Amount                      *big.Int
	FixTarget                   bool
	WorstNum, WorstDen          int64
	Purpose                     string // goods, services, capital
}

// Hold is a payment, or a batch of them, that waits for a review.
type Hold struct {
	Payments []Payment
	Batch    bool
	Asset    string
	From     string
	Kept     *big.Int
	Charges  []Charge
	Deadline int64
}

// Settlement is a payment that has settled, for its return.
type Settlement struct {
	Payer, Payee, Asset string
	Received, Back      *big.Int
	Exchanged           bool // what was received is not what was paid
	Charges             []Charge
}

// judgement is what the rules say about one payment.
type judgement struct {
	prior          []Charge // of a hold, lowered as they are used
	answered       bool
	refused        string // why
	held           bool
	kept, charges  []Charge
	fills          []Fill
	source, target *big.Int
}

func (j *judgement) refuse(why string) {
	if j.refused == "" {
		j.refused = why
	}
}

// judge measures a payment by every rule of the world.
func (m *Model) judge(p *Payment, prior []Charge, answered bool) *judgement {
	j := &judgement{prior: prior, answered: answered, source: p.Amount, target: p.Amount}
	target := p.Asset
	if p.Target != "" {
		target = p.Target
		var ok bool
		if j.fills, ok = m.match(p); !ok {
			j.refuse("no quotes")
			return j
		}
		j.source, j.target = new(big.Int), new(big.Int)
		for _, f := range j.fills {
			j.source.Add(j.source, f.Source)
			j.target.Add(j.target, f.Target)
		}
	}
	payer, payee := m.Accounts[p.From], m.Accounts[p.To]
	if m.Paused[p.Asset] || m.Paused[target] || m.still(p.From) || m.still(p.To) {
		j.refuse("paused or frozen")
	}
	if p.Purpose == "capital" && (payer.Sovereign == "HK" || payee.Sovereign == "HK") {
		j.refuse("capital with Hong Kong")
	}
	if payer.Sovereign == "CN" {
		m.judgeMainland(j, p, target)
	}
	m.judgeNet(j, p, target)
	if m.overCap(p.To, target, j.target) {
		j.refuse("cap")
	}
	return j
}

// overCap: the mainland bounds what one of its accounts has of its money, however it comes.
func (m *Model) overCap(to, asset string, n *big.Int) bool {
	after := new(big.Int).Add(of(m.Total, Place{to, asset}), n)
	return m.Accounts[to].Sovereign == "CN" && asset == Yuan && after.Cmp(big.NewInt(m.Limits.Cap)) > 0
}

// judgeMainland: the payer's own rules, in yuan.
func (m *Model) judgeMainland(j *judgement, p *Payment, target string) {
	payer := m.Accounts[p.From]
	size := new(big.Int)
	switch Yuan {
	case p.Asset:
		size = j.source
	case target:
		size = j.target
	}
	if size.Cmp(big.NewInt(m.Limits.Maximum)) > 0 {
		j.refuse("maximum")
	}
	if p.Purpose == "services" && size.Cmp(big.NewInt(m.Limits.Review)) > 0 && !j.answered {
		j.held = true
	}
	if p.Asset == Yuan {
		m.quota(j, "daily "+payer.Owner, day, m.Limits.Daily, j.source, new(big.Int), false)
		if payer.Shanghai {
			m.quota(j, "rolling "+m.Parties[payer.Owner].Group, rolling, m.Limits.Rolling, j.source, new(big.Int), false)
		}
	}
}

// judgeNet: Hong Kong counts its dollar, out less in, for whoever moves it.
func (m *Model) judgeNet(j *judgement, p *Payment, target string) {
	payer, payee := m.Accounts[p.From].Owner, m.Accounts[p.To].Owner
	out, in := new(big.Int), new(big.Int)
	if p.Asset == Dollar {
		out = j.source
	}
	if target == Dollar {
		in = j.target
	}
	if payer == payee {
		m.quota(j, "net "+payer, month, m.Limits.Net, out, in, true)
		return
	}
	m.quota(j, "net "+payer, month, m.Limits.Net, out, new(big.Int), true)
	m.quota(j, "net "+payee, month, m.Limits.Net, new(big.Int), in, true)
}

// settle carries out what was allowed; false if the payer has too little.
func (m *Model) settle(p *Payment, j *judgement) bool {
	if m.available(Place{p.From, p.Asset}).Cmp(j.source) < 0 {
		return false
	}
	if p.Target == "" {
		m.move(p.From, p.To, p.Asset, p.Amount)
	} else {
		m.take(p, j.fills)
	}
	for _, c := range j.charges {
		m.charge(c)
	}
	for _, k := range j.kept { // used up, so that the next payment of a batch has the rest
		left := k.Out
		for i := range j.prior {
			if c := &j.prior[i]; c.Key == k.Key && c.Bucket == k.Bucket {
				used := smaller(left, c.Out)
				left, c.Out = new(big.Int).Sub(left, used), new(big.Int).Sub(c.Out, used)
			}
		}
	}
	asset := p.Asset
	if p.Target != "" {
		asset = p.Target
	}
	m.Payments[p.ID] = &Settlement{
		Payer: p.From, Payee: p.To, Asset: asset, Received: j.target, Back: new(big.Int), Exchanged: p.Target != "", Charges: append(j.kept, j.charges...),
	}
	return true
}

// most is what a payment may cost at its worst rate.
func (p *Payment) most() *big.Int {
	if !p.FixTarget {
		return p.Amount
	}
	return up(new(big.Int).Mul(p.Amount, big.NewInt(p.WorstDen)), big.NewInt(p.WorstNum))
}

// hold reserves and charges; false if the payer has too little.
func (m *Model) hold(id string, list []Payment, judged []*judgement, batch bool) bool {
	kept := new(big.Int)
	for i := range list {
		kept.Add(kept, list[i].most())
	}
	place := Place{list[0].From, list[0].Asset}
	if m.available(place).Cmp(kept) < 0 {
		return false
	}
	add(m.Reserved, place, kept)
	h := &Hold{Payments: list, Batch: batch, Asset: place.Asset, From: place.Account, Kept: kept, Deadline: m.Now + m.Limits.ReviewMs}
	for _, j := range judged {
		for _, c := range j.charges {
			if c.Out.Sign() > 0 {
				c.In = new(big.Int)
				m.charge(c)
				h.Charges = append(h.Charges, c)
			}
		}
	}
	m.Holds[id] = h
	return true
}

// Send pays.
func (m *Model) Send(p Payment) Status {
	j := m.judge(&p, nil, false)
	m.Why = j.refused
	switch {
	case j.refused != "":
		return Refused
	case j.held:
		if !m.hold(p.ID, []Payment{p}, []*judgement{j}, false) {
			return Refused
		}
		return Held
	case !m.settle(&p, j):
		return Refused
	}
	return Settled
}

// Batch pays each for itself.
func (m *Model) Batch(list []Payment) (whole Status, each []Status) {
	counts := map[Status]int{}
	for _, p := range list {
		s := m.Send(p)
		each = append(each, s)
		counts[s]++
	}
	for _, s := range []Status{Settled, Held} {
		if counts[s] == len(list) {
			return s, each
		}
	}
	return Partial, each
}

// All pays every payment or none; if one has to wait, all wait.
func (m *Model) All(id string, list []Payment) Status {
	before := m.copy()
	var judged []*judgement
	wait := false
	for i := range list {
		j := m.judge(&list[i], nil, false)
		judged, m.Why = append(judged, j), j.refused
		if j.refused != "" || !j.held && !m.settle(&list[i], j) {
			before.Why = m.Why
			*m = *before
			return Refused
		}
		if j.held {
			wait = true
			for _, c := range j.charges {
				if c.Out.Sign() > 0 {
					c.In = new(big.Int)
					m.charge(c)
				}
			}
		}
	}
	if !wait {
		return Settled
	}
	again := before.copy()
	*m = *again
	if !m.hold(id, list, judged, true) {
		*m = *before
		return Refused
	}
	return Held
}

func (m *Model) endHold(id string, h *Hold) {
	m.release(h.From, h.Asset, h.Kept)
	for _, c := range h.Charges {
		m.undo(c)
	}
	delete(m.Holds, id)
}

// Answer is the reviewer's: on a yes the payment is judged again and carried out.
func (m *Model) Answer(id string, yes bool) Status {
	h := m.Holds[id]
	if h == nil {
		return Refused
	}
	if !yes {
		m.endHold(id, h)
		return Done
	}
	m.release(h.From, h.Asset, h.Kept)
	delete(m.Holds, id)
	before := m.copy()
	prior := append([]Charge(nil), h.Charges...)
	for i := range h.Payments {
		j := m.judge(&h.Payments[i], prior, true)
		m.Why = j.refused
		if j.refused != "" || !m.settle(&h.Payments[i], j) {
			before.Why = m.Why
			*m = *before
			for _, c := range h.Charges {
				m.undo(c)
			}
			return Refused
		}
	}
	for _, c := range prior {
		m.undo(c)
	}
	return Settled
}

// Cancel is the payer's.
func (m *Model) Cancel(id string) Status {
	h := m.Holds[id]
	if h == nil {
		return Refused
	}
	m.endHold(id, h)
	return Cancelled
}

// Return gives back a part of a settled payment.
func (m *Model) Return(id string, n *big.Int) Status {
	s := m.Payments[id]
	if s == nil {
		return Refused
	}
	back := new(big.Int).Add(s.Back, n)
	if back.Cmp(s.Received) > 0 || m.Paused[s.Asset] || m.still(s.Payer) || m.still(s.Payee) || m.available(Place{s.Payee, s.Asset}).Cmp(n) < 0 {
		return Refused
	}
	if s.Exchanged && m.overCap(s.Payer, s.Asset, n) {
		return Refused
	}
	m.move(s.Payee, s.Payer, s.Asset, n)
	twin := *s
	twin.Back = back
	m.Payments[id] = &twin
	for _, c := range s.Charges {
		share := func(of *big.Int) *big.Int { return new(big.Int).Quo(new(big.Int).Mul(of, n), s.Received) }
		m.undo(Charge{c.Key, c.Bucket, share(c.Out), share(c.In)})
	}
	return Returned
}
