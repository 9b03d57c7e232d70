package sim

import (
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"

	"causeway/core/feature/fx"
	"causeway/core/feature/issuance"
	"causeway/core/feature/payment"
	"causeway/core/feature/supervision"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/internal/testkit"
	"causeway/sim/model"
)

// workload makes random operations, gives each to both, and compares how they end.
type workload struct {
	random   *rand.Rand
	ledger   executor
	model    *model.Model
	now      int64
	accounts []string
	holds    []open // ids that stand for something, some of them ended by now
	quotes   []open
	paid     []open
	redeemed []open
	counts   map[string]int
	last     string
	logs     func(r result) bool // whether a payment's outcome can be found later
}

// open is something of both ledgers: the kernel's id, and who may end it.
type open struct {
	id    wire.Hash
	party string
	most  *big.Int
}

func (o open) key() string { return o.id.String() }

// step is one kind of operation with its weight.
var steps = []struct {
	weight int
	name   string
	run    func(w *workload) error
}{
	{520, "send", (*workload).send},
	{120, "exchange", (*workload).exchange},
	{30, "batch each", (*workload).each},
	{25, "batch all", (*workload).all},
	{70, "quote", (*workload).quote},
	{15, "withdraw", (*workload).withdraw},
	{70, "answer", (*workload).answer},
	{10, "cancel", (*workload).cancel},
	{50, "return", (*workload).giveBack},
	{20, "mint", (*workload).mint},
	{5, "attest", (*workload).attest},
	{20, "redeem", (*workload).redeem},
	{30, "redemption", (*workload).redemption},
	{15, "freeze", (*workload).freeze},
}

var totalWeight = func() (sum int) {
	for _, s := range steps {
		sum += s.weight
	}
	return sum
}()

func (w *workload) step() error {
	n := w.random.IntN(totalWeight)
	for _, s := range steps {
		if n -= s.weight; n < 0 {
			if err := s.run(w); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			return nil
		}
	}
	return nil
}

// same compares how an operation ended.
func (w *workload) same(what string, r result, want model.Status) error {
	w.last = what + " " + r.status.String()
	w.counts[w.last]++
	if r.status.String() != string(want) {
		return fmt.Errorf("the ledger says %s (%v %s), the model %s (%s)", r.status, r.fault, r.why, want, w.model.Why)
	}
	return nil
}

func (w *workload) account() string { return w.accounts[w.random.IntN(len(w.accounts))] }

// payer is an account that mostly has something of the asset.
func (w *workload) payer(asset string) string {
	account := w.account()
	for range 4 {
		if w.model.Has(account, asset) {
			break
		}
		account = w.account()
	}
	return account
}

func (w *workload) owner(account string) string { return w.model.Accounts[account].Owner }

// amount is mostly small, now and then as much as there is, or more.
func (w *workload) amount(account, asset string) *big.Int {
	has := w.model.Total[model.Place{Account: account, Asset: asset}]
	if has == nil {
		has = new(big.Int)
	}
	switch w.random.IntN(20) {
	case 0:
		return new(big.Int).Add(has, big.NewInt(w.random.Int64N(2)))
	case 1:
		return big.NewInt(1 + w.random.Int64N(3))
	case 2, 3, 4:
		return new(big.Int).Add(new(big.Int).Rsh(has, uint(1+w.random.IntN(6))), big.NewInt(1))
	}
	return big.NewInt(1 + w.random.Int64N(1<<(8+w.random.IntN(16))))
}

func minor(n *big.Int) money.Amount {
	a, err := money.FromBytes([16]byte(n.FillBytes(make([]byte, 16))))
	if err != nil {
		panic(err)
	}
	return a
}

// purposes as the ledger codes them and the model calls them.
var purposes = []struct{ code, word string }{{"CGODDR", "goods"}, {"CGODDR", "goods"}, {"CSTRDR", "services"}, {"CCTFDR", "capital"}}

func pick[T any](w *workload, list []T) T { return list[w.random.IntN(len(list))] }

// wish is a random payment, for both.
func (w *workload) wish(from, asset string, exchange bool) (*payment.Send, model.Payment) {
	to := w.account()
	for to == from {
		to = w.account()
	}
	purpose := pick(w, purposes)
	n := w.amount(from, asset)
	if n.Sign() == 0 {
		n = big.NewInt(1)
	}
	s := &payment.Send{From: txn.AccountID(from), To: txn.AccountID(to), Asset: txn.AssetID(asset), Amount: minor(n), Purpose: purpose.code}
	p := model.Payment{From: from, To: to, Asset: asset, Amount: n, Purpose: purpose.word}
	if exchange {
		other := map[string]string{model.Yuan: model.Dollar, model.Dollar: model.Yuan}[asset]
		s.TargetAsset, p.Target = txn.AssetID(other), other
		p.FixTarget = w.random.IntN(2) == 0
		p.WorstNum, p.WorstDen = int64(85+w.random.IntN(30)), 100
		s.FixTarget, s.WorstRate = p.FixTarget, &money.Rate{Num: uint64(p.WorstNum), Den: uint64(p.WorstDen)}
	}
	return s, p
}

func (w *workload) asset() string { return pick(w, []string{model.Yuan, model.Dollar}) }

func (w *workload) send() error { return w.pay(false) }

func (w *workload) exchange() error { return w.pay(true) }

func (w *workload) pay(exchange bool) error {
	asset := w.asset()
	from := w.payer(asset)
	s, p := w.wish(from, asset, exchange)
	r, err := w.ledger.do(w.owner(from), "payment.send", s)
	if err != nil {
		return err
	}
	p.ID = r.id.String()
	what := "send"
	if exchange {
		what = "exchange"
	}
	if err := w.same(what, r, w.model.Send(p)); err != nil {
		return fmt.Errorf("%+v: %w", p, err)
	}
	w.remember(r, p)
	return nil
}

// remember keeps what may be ended or come back later.
func (w *workload) remember(r result, p model.Payment) {
	switch {
	case r.status == txn.Held:
		w.holds = keep(w.holds, open{r.id, w.owner(p.From), nil})
	case r.status == txn.Settled && w.logs(r):
		w.paid = keep(w.paid, open{r.id, w.owner(p.To), w.model.Payments[p.ID].Received})
	case r.status == txn.Settled:
		delete(w.model.Payments, p.ID)
	}
}

// keep bounds a list; the oldest are forgotten.
func keep(list []open, o open) []open {
	if len(list) > 400 {
		list = slices.Clone(list[200:])
	}
	return append(list, o)
}

func (w *workload) several() (from string, b *payment.Batch, list []model.Payment) {
	asset := w.asset()
	from = w.payer(asset)
	b = &payment.Batch{}
	for range 2 + w.random.IntN(4) {
		s, p := w.wish(from, asset, w.random.IntN(4) == 0)
		b.Payments, list = append(b.Payments, *s), append(list, p)
		b.Sum, _ = b.Sum.Add(s.Amount)
	}
	return from, b, list
}

func (w *workload) each() error {
	from, b, list := w.several()
	b.Mode = payment.EachForItself
	r, err := w.ledger.do(w.owner(from), "payment.batch", b)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].ID = testkit.ItemID(r.id, i).String()
	}
	whole, each := w.model.Batch(list)
	for i, item := range r.items {
		part := result{id: item.ID, status: item.Status}
		if err := w.same("batch each, payment", part, each[i]); err != nil {
			return fmt.Errorf("payment %d of %+v: %w", i, list, err)
		}
		if item.Status == txn.Held {
			w.holds = keep(w.holds, open{item.ID, w.owner(from), nil})
		}
		if item.Status == txn.Settled {
			w.paid = keep(w.paid, open{item.ID, w.owner(list[i].To), w.model.Payments[list[i].ID].Received})
		}
	}
	return w.same("batch each", r, whole)
}

func (w *workload) all() error {
	from, b, list := w.several()
	b.Mode = payment.AllOrNothing
	r, err := w.ledger.do(w.owner(from), "payment.batch", b)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].ID = testkit.ItemID(r.id, i).String()
	}
	if err := w.same("batch all", r, w.model.All(r.id.String(), list)); err != nil {
		return fmt.Errorf("%+v: %w", list, err)
	}
	if r.status == txn.Held {
		w.holds = keep(w.holds, open{r.id, w.owner(from), nil})
	}
	return nil
}

func (w *workload) quote() error {
	if len(w.model.Quotes) > 30 {
		return w.withdraw()
	}
	maker := pick(w, []string{"HUIHAI", "NANYANG"})
	source := w.asset()
	target := map[string]string{model.Yuan: model.Dollar, model.Dollar: model.Yuan}[source]
	left := big.NewInt(1 + w.random.Int64N(1<<(6+w.random.IntN(24))))
	num, den := int64(90+w.random.IntN(30)), int64(100)
	expires := w.now + 1000 + w.random.Int64N(4*3600_000)
	r, err := w.ledger.do(maker, "fx.quote", &fx.Post{
		Account: txn.AccountID(maker + "-FX"), Source: txn.AssetID(source), Target: txn.AssetID(target),
		Rate: money.Rate{Num: uint64(num), Den: uint64(den)}, Size: minor(left), Expires: expires,
	})
	if err != nil {
		return err
	}
	if r.status == txn.Done {
		w.quotes = keep(w.quotes, open{r.id, maker, nil})
	}
	q := model.Quote{ID: r.id.String(), Maker: maker + "-FX", Source: source, Target: target, Num: num, Den: den, Left: left, Expires: expires}
	return w.same("quote", r, w.model.Post(q))
}

func (w *workload) withdraw() error {
	if len(w.quotes) == 0 {
		return nil
	}
	q := pick(w, w.quotes)
	r, err := w.ledger.do(q.party, "fx.cancel", &fx.Cancel{Quote: q.id})
	if err != nil {
		return err
	}
	return w.same("withdraw", r, w.model.Withdraw(q.key()))
}

func (w *workload) answer() error {
	if len(w.holds) == 0 {
		return nil
	}
	h := w.holds[len(w.holds)-1-w.random.IntN(min(len(w.holds), 20))]
	kind, yes := "hold.approve", w.random.IntN(4) > 0
	var p txn.Payload = &supervision.ApproveHold{Hold: h.id, Authority: "CN"}
	if !yes {
		kind, p = "hold.refuse", &supervision.RefuseHold{Hold: h.id, Authority: "CN", Reason: "evidence_insufficient"}
	}
	r, err := w.ledger.do("PBOC", kind, p)
	if err != nil {
		return err
	}
	return w.same(kind, r, w.model.Answer(h.key(), yes))
}

func (w *workload) cancel() error {
	if len(w.holds) == 0 {
		return nil
	}
	h := pick(w, w.holds)
	r, err := w.ledger.do(h.party, "payment.cancel", &payment.Cancel{Payment: h.id})
	if err != nil {
		return err
	}
	return w.same("cancel", r, w.model.Cancel(h.key()))
}

func (w *workload) giveBack() error {
	if len(w.paid) == 0 {
		return nil
	}
	p := pick(w, w.paid)
	n := new(big.Int).Set(p.most)
	if w.random.IntN(2) == 0 && n.IsInt64() && n.Int64() > 1 {
		n = big.NewInt(1 + w.random.Int64N(n.Int64()))
	}
	r, err := w.ledger.do(p.party, "payment.return", &payment.Return{Payment: p.id, Amount: minor(n), Reason: "AC04"})
	if err != nil {
		return err
	}
	return w.same("return", r, w.model.Return(p.key(), n))
}

func (w *workload) mint() error {
	asset, to := w.asset(), w.account()
	n := big.NewInt(1 + w.random.Int64N(1<<(10+w.random.IntN(22))))
	r, err := w.ledger.do(model.Issuer(asset), "issuance.mint", &issuance.Mint{Asset: txn.AssetID(asset), To: txn.AccountID(to), Amount: minor(n)})
	if err != nil {
		return err
	}
	return w.same("mint", r, w.model.Mint(asset, to, n))
}

// attest: reserves mostly cover what is out, sometimes not.
func (w *workload) attest() error {
	units := 40_000_000 + w.random.Uint64N(40_000_000)
	r, err := w.ledger.do("KEEPER", "reserve.attest", testkit.Attestation(w.now, units))
	if err != nil {
		return err
	}
	return w.same("attest", r, w.model.Attest(new(big.Int).Mul(big.NewInt(int64(units)), big.NewInt(100))))
}

func (w *workload) redeem() error {
	account, asset := w.account(), w.asset()
	n := w.amount(account, asset)
	if n.Sign() == 0 {
		return nil
	}
	r, err := w.ledger.do(w.owner(account), "redemption.request", &issuance.Request{
		Asset: txn.AssetID(asset), From: txn.AccountID(account), Amount: minor(n), PayTo: wire.Sum([]byte("bank")),
	})
	if err != nil {
		return err
	}
	if r.status == txn.Done {
		w.redeemed = keep(w.redeemed, open{r.id, asset, nil})
	}
	return w.same("redeem", r, w.model.Redeem(r.id.String(), account, asset, n))
}

func (w *workload) redemption() error {
	if len(w.redeemed) == 0 {
		return nil
	}
	d := pick(w, w.redeemed)
	switch w.random.IntN(5) {
	case 0, 1:
		r, err := w.ledger.do(model.Issuer(d.party), "redemption.pay", &issuance.Pay{Redemption: d.id, BankReference: "FPS-1"})
		if err != nil {
			return err
		}
		return w.same("redemption paid", r, w.model.Pay(d.key()))
	case 2, 3:
		r, err := w.ledger.do(model.Issuer(d.party), "redemption.burn", &issuance.Burn{Redemption: d.id})
		if err != nil {
			return err
		}
		return w.same("redemption burned", r, w.model.Burn(d.key()))
	}
	holder, ok := w.model.Redemptions[d.key()]
	if !ok {
		return nil
	}
	r, err := w.ledger.do(w.owner(holder.Account), "redemption.cancel", &issuance.Cancel{Redemption: d.id})
	if err != nil {
		return err
	}
	return w.same("redemption cancelled", r, w.model.CancelRedemption(d.key()))
}

// freeze turns a switch: mostly what is on goes off, so that most of the world keeps moving.
func (w *workload) freeze() error {
	supervisors := map[string][2]string{"CN": {"SHANGHAI", "CN-SH"}, "HK": {"HKMA", "HK"}}
	switch w.random.IntN(3) {
	case 0:
		account := w.account()
		a := w.model.Accounts[account]
		by := supervisors[a.Sovereign]
		if a.Sovereign == "CN" && !a.Shanghai {
			by = [2]string{"PBOC", "CN"}
		}
		return w.turn("account", account, by, &a.Frozen)
	case 1:
		names := slices.Sorted(maps.Keys(w.model.Parties))
		name := pick(w, names)
		by := supervisors["CN"]
		switch name {
		case "SUPPLY", "HUIHAI", "NANYANG", "HARBOUR":
			by = supervisors["HK"]
		case "PBOC":
			by = [2]string{"PBOC", "CN"}
		}
		return w.turn("party", string(testkit.LEI(name)), by, &w.model.Parties[name].Frozen)
	}
	asset := w.asset()
	by := map[string][2]string{model.Yuan: {"PBOC", "CN"}, model.Dollar: {"HKMA", "HK"}}[asset]
	kind, paused := "asset.unpause", w.model.Paused[asset]
	to := w.random.IntN(30) == 0
	if to {
		kind = "asset.pause"
	}
	r, err := w.ledger.do(by[0], kind, testkit.Payload(kind, fmt.Sprintf(`{"asset":%q,"authority":%q,"reference":"I-1"}`, asset, by[1])))
	if err != nil {
		return err
	}
	want := model.Freeze(&paused, to)
	w.model.Paused[asset] = paused
	return w.same(kind, r, want)
}

func (w *workload) turn(noun, id string, by [2]string, frozen *bool) error {
	to := w.random.IntN(40) == 0
	kind := "unfreeze." + noun
	if to {
		kind = "freeze." + noun
	}
	text := fmt.Sprintf(`{"authority":%q,"id":%q,"reference":"O-1","reason_code":"court_order"}`, by[1], id)
	r, err := w.ledger.do(by[0], kind, testkit.Payload(kind, text))
	if err != nil {
		return err
	}
	return w.same(kind, r, model.Freeze(frozen, to))
}
