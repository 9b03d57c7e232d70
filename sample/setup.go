package sample

import (
	"fmt"
	"time"

	"causeway/core/feature/asset"
	"causeway/core/feature/authority"
	"causeway/core/feature/fx"
	"causeway/core/feature/issuance"
	"causeway/core/feature/party"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/rulebooks"
)

// Step is one transaction of the set-up.
type Step struct {
	Kind    string
	Payload txn.Payload
	Party   string   // handle of who submits it
	Signers []string // roles; of the party first, then new keys that prove possession
}

// Stage is steps that do not depend on one another; a stage begins after the one before it is
// final.
type Stage struct {
	En, Zh string
	Steps  []Step
}

// authorities are the tree below the charter, parents first.
var authorities = []authority.Create{
	{ID: "CN", Name: "Mainland China (sample)", Parent: "charter", Sovereign: "CN", Party: must("cn").LEI, Calendar: "CN"},
	{ID: "HK", Name: "Hong Kong (sample)", Parent: "charter", Sovereign: "HK", Party: must("hk").LEI, Calendar: "HK"},
	{ID: "CN-SH", Name: "Shanghai (sample)", Parent: "CN", Sovereign: "CN", Party: must("shanghai").LEI, Calendar: "CN"},
	{ID: "CN-SH-GT", Name: "Shanghai goods-trade pilot (sample)", Parent: "CN-SH", Sovereign: "CN", Party: must("shanghai").LEI, Calendar: "CN"},
}

// supervisorOf is the handle of who acts for an authority.
var supervisorOf = map[guard.AuthorityID]string{"charter": "charter", "CN": "cn", "HK": "hk", "CN-SH": "shanghai", "CN-SH-GT": "shanghai"}

// Agents that service the sample accounts, by BIC. No bank has them.
const (
	agentCN = "SPDZCNSHXXX"
	agentHK = "HUHBHKHHXXX"
)

// Accounts are those of the sample; payment files name them by their external ids.
var Accounts = []party.OpenAccount{
	{ID: "HAILAN-CNY", Owner: must("hailan").LEI, Type: txn.ResidentAccount, Authority: "CN-SH-GT", External: external("31000010026012345678", agentCN, CNY)},
	{ID: "MACHINERY-CNY", Owner: must("machinery").LEI, Type: txn.ResidentAccount, Authority: "CN-SH-GT", External: external("31000010026087654321", agentCN, CNY)},
	{ID: "KOWLOON-HKD", Owner: must("kowloon").LEI, Type: txn.ResidentAccount, Authority: "HK", External: external("900123456001", agentHK, HKD)},
	{ID: "HUIHAI-FX", Owner: must("huihai").LEI, Type: "treasury", Authority: "HK"},
}

func external(id, agent string, asset txn.AssetID) []txn.ExternalID {
	return []txn.ExternalID{{Scheme: "BBAN", ID: id, Agent: agent, Asset: string(asset)}}
}

const (
	hour = 3600_000
	day  = 24 * hour
)

func amount(text string) money.Amount {
	a, err := money.Parse(text, 2)
	if err != nil {
		panic(err) // of constants below
	}
	return a
}

// Setup is the pilot as transactions, from the charter down. Times in it count from now.
func Setup(now time.Time) ([]Stage, error) {
	at := now.UnixMilli()
	supervisors, err := registrations("supervisors", "登记监管机构主体", "cn", "hk")
	if err != nil {
		return nil, err
	}
	shanghai, err := registrations("supervisor of Shanghai, issuers, custodian, FX bank", "登记上海监管机构、发行人、托管人、外汇银行", "shanghai", "ecny", "harbour", "custody", "huihai", "kowloon")
	if err != nil {
		return nil, err
	}
	enterprises, err := registrations("enterprises", "登记企业", "hailan", "machinery")
	if err != nil {
		return nil, err
	}
	books, err := proposals()
	if err != nil {
		return nil, err
	}
	return []Stage{
		supervisors,
		tree("authorities CN and HK", "设立 CN、HK 监管机构", 0, 2),
		shanghai,
		tree("authority CN-SH", "设立 CN-SH 监管机构", 2, 3),
		tree("pilot CN-SH-GT", "设立 CN-SH-GT 试点", 3, 4),
		enterprises,
		assets(at),
		accounts(),
		backing(at),
		mints(),
		books,
		approvals(),
		quotes(at),
	}, nil
}

func one(kind string, p txn.Payload, handle string, more ...string) Step {
	return Step{Kind: kind, Payload: p, Party: handle, Signers: append([]string{handle + "." + Maker}, more...)}
}

func registrations(en, zh string, handles ...string) (Stage, error) {
	s := Stage{En: en, Zh: zh}
	for _, handle := range handles {
		p := must(handle)
		r, err := p.registration()
		if err != nil {
			return s, err
		}
		s.Steps = append(s.Steps, one("party.register", r, supervisorOf[p.Home], handle+"."+Maker, handle+"."+Checker))
	}
	return s, nil
}

func tree(en, zh string, from, to int) Stage {
	s := Stage{En: en, Zh: zh}
	for i := range authorities[from:to] {
		a := authorities[from+i]
		s.Steps = append(s.Steps, one("authority.create", &a, supervisorOf[a.Parent]))
	}
	return s
}

func assets(now int64) Stage {
	return Stage{En: "assets with their approvals: e-CNY, Harbour Dollar", Zh: "登记资产及批准文号：数字人民币、海港元", Steps: []Step{
		one("asset.register", &asset.Register{
			ID: CNY, Name: "Digital yuan (sample)", Kind: txn.CBDC, Scale: 2, Currency: "CNY", Authority: "CN", Issuer: must("ecny").LEI,
			Approval: "SAMPLE-CN-2026-001", Expires: now + 3*365*day, Cap: amount("1000000000.00"), RedeemIn: 1, Calendar: "CN",
		}, "cn"),
		one("asset.register", &asset.Register{
			ID: HKD, Name: "Harbour Dollar (sample)", Kind: txn.Stablecoin, Scale: 2, Currency: "HKD", Authority: "HK", Issuer: must("harbour").LEI,
			Approval: "SAMPLE-HK-2026-004", Expires: now + 2*365*day, MaxAgeMs: 36 * hour, RedeemIn: 1, Calendar: "HK", Custodian: must("custody").LEI,
		}, "hk"),
	}}
}

func accounts() Stage {
	s := Stage{En: "accounts", Zh: "开立账户"}
	for i := range Accounts {
		a := Accounts[i]
		s.Steps = append(s.Steps, one("account.open", &a, supervisorOf[a.Authority]))
	}
	return s
}

func backing(now int64) Stage {
	return Stage{En: "attested reserves and minting allowances", Zh: "储备证明与铸造额度", Steps: []Step{
		one("reserve.attest", &issuance.Attest{
			Asset: HKD, StatementHash: wire.Sum([]byte("sample statement of Peak Custody")), StatementID: "PEAK-STMT-0001", AsOf: now - hour,
			Currency: "HKD", Scale: 2, Total: amount("160000000.00"), Composition: []issuance.Holding{
				{Class: "cash", Amount: amount("100000000.00"), Eligible: true},
				{Class: "treasury_bill", Amount: amount("60000000.00"), HaircutBps: 200, Eligible: true},
			},
		}, "custody"),
		one("allowance.raise", &issuance.Raise{Asset: HKD, Minter: must("harbour").LEI, Amount: amount("120000000.00")}, "harbour"),
		one("allowance.raise", &issuance.Raise{Asset: CNY, Minter: must("ecny").LEI, Amount: amount("200000000.00")}, "ecny"),
	}}
}

func mints() Stage {
	mint := func(asset txn.AssetID, to txn.AccountID, text, by string) Step {
		return one("issuance.mint", &issuance.Mint{Asset: asset, To: to, Amount: amount(text)}, by)
	}
	return Stage{En: "money issued to the bank and the enterprises", Zh: "向银行与企业发行货币", Steps: []Step{
		mint(HKD, "HUIHAI-FX", "120000000.00", "harbour"),
		mint(CNY, "HAILAN-CNY", "40000000.00", "ecny"),
		mint(CNY, "MACHINERY-CNY", "25000000.00", "ecny"),
	}}
}

func proposals() (Stage, error) {
	s := Stage{En: "rulebooks proposed", Zh: "提出规则手册"}
	for _, id := range rulebooks.IDs {
		book, err := rulebooks.Load(id)
		if err != nil {
			return s, err
		}
		s.Steps = append(s.Steps, one("rulebook.propose", &authority.ProposeRulebook{Authority: id, Title: book.Title, Rules: book.Rules}, supervisorOf[id]))
	}
	return s, nil
}

func approvals() Stage {
	s := Stage{En: "rulebooks approved by second officers", Zh: "第二经办人批准规则手册"}
	for _, id := range rulebooks.IDs {
		handle := supervisorOf[id]
		s.Steps = append(s.Steps, Step{Kind: "rulebook.approve", Payload: &authority.ApproveRulebook{Authority: id, Version: 1}, Party: handle, Signers: []string{handle + "." + Checker}})
	}
	return s
}

// Activation brings the approved rulebooks into force at a time, Unix ms.
func Activation(from int64) Stage {
	s := Stage{En: "rulebooks activated", Zh: "规则手册生效"}
	for _, id := range rulebooks.IDs {
		s.Steps = append(s.Steps, one("rulebook.activate", &authority.ActivateRulebook{Authority: id, Version: 1, From: from}, supervisorOf[id]))
	}
	return s
}

// quotes stand for most of a day, as on a real network; HKD for one CNY.
func quotes(now int64) Stage {
	quote := func(rate uint64, size string) Step {
		return one("fx.quote", &fx.Post{
			Account: "HUIHAI-FX", Source: CNY, Target: HKD, Rate: money.Rate{Num: rate, Den: 10_000}, Size: amount(size), Expires: now + 23*hour,
		}, "huihai")
	}
	return Stage{En: "firm FX quotes of Huihai Bank", Zh: "汇海银行确定外汇报价", Steps: []Step{quote(10_874, "40000000.00"), quote(10_861, "60000000.00")}}
}

// Sign makes the transaction of a step, signed and ready to be submitted.
func (s Step) Sign(chain string, now time.Time) ([]byte, wire.Hash, error) {
	p, ok := Find(s.Party)
	if !ok {
		return nil, wire.Hash{}, fmt.Errorf("there is no sample party %q", s.Party)
	}
	return sign(chain, p, s, now.UnixMilli()+2*hour)
}
