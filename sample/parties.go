package sample

import (
	"fmt"
	"strings"

	"causeway/client/keyring"
	"causeway/core/feature/party"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/wire"
)

// Seed is the public development seed: everybody knows every key made of it.
const Seed = "causeway public development seed: never trust these keys"

// Party is a participant of the sample. None of them exists.
type Party struct {
	Handle    string // how the command line names it: --as hailan.maker
	LEI       identity.LEI
	Name, Zh  string
	Home      guard.AuthorityID
	Residency string
	Class     string
	Roles     []string
	Group     string // handle of the ultimate parent
	BIC       string
	FourEyes  money.Amount // payments in e-CNY above this need a checker; 0: never
}

// Officers of every sample party.
const (
	Maker   = "maker"
	Checker = "checker"
)

// lei completes an 18-character prefix. 9999 is the prefix of no issuer of LEIs, so nobody can
// mistake these for real ones, while their check digits are good (ISO 17442).
func lei(name string) identity.LEI {
	prefix := "999900" + strings.Repeat("0", 12-len(name)) + name
	digits, err := identity.LEICheckDigits(prefix)
	if err != nil {
		panic(err) // of constants below
	}
	return identity.LEI(prefix + digits)
}

// Parties are all participants; supervisors first.
var Parties = []Party{
	{Handle: "charter", LEI: lei("CHARTER"), Name: "Causeway Network Council (sample)", Zh: "通汇网络理事会（示例）", Home: "charter", Residency: "CN", Class: party.ClassSupervisor},
	{Handle: "cn", LEI: lei("CNOFFICE"), Name: "National Cross-Border Settlement Office (sample)", Zh: "国家跨境结算办公室（示例）", Home: "charter", Residency: "CN", Class: party.ClassSupervisor},
	{Handle: "hk", LEI: lei("HKOFFICE"), Name: "Hong Kong Settlement Supervision Office (sample)", Zh: "香港结算监理处（示例）", Home: "charter", Residency: "HK", Class: party.ClassSupervisor},
	{Handle: "shanghai", LEI: lei("SHBUREAU"), Name: "Shanghai Settlement Supervision Bureau (sample)", Zh: "上海结算监督管理局（示例）", Home: "CN", Residency: "CN", Class: party.ClassSupervisor},

	{Handle: "ecny", LEI: lei("ECNYCENTRE"), Name: "Digital Yuan Operations Centre (sample)", Zh: "数字人民币运营中心（示例）", Home: "CN", Residency: "CN", Class: party.ClassIssuer, Roles: []string{party.RoleIssuer}},
	{Handle: "harbour", LEI: lei("HARBOURISSUE"), Name: "Harbour Dollar Issuance Ltd (sample)", Zh: "海港元发行有限公司（示例）", Home: "HK", Residency: "HK", Class: party.ClassIssuer, Roles: []string{party.RoleIssuer}},
	{Handle: "custody", LEI: lei("PEAKCUSTODY"), Name: "Peak Custody Ltd (sample)", Zh: "山顶托管有限公司（示例）", Home: "HK", Residency: "HK", Class: party.ClassCustodian, Roles: []string{party.RoleCustodian}},
	{Handle: "huihai", LEI: lei("HUIHAIBANK"), Name: "Huihai Bank (Hong Kong) Ltd (sample)", Zh: "汇海银行（香港）有限公司（示例）", Home: "HK", Residency: "HK", Class: party.ClassFxBank, Roles: []string{identity.RoleMarketMaker}, BIC: "HUHBHKHHXXX"},

	{Handle: "hailan", LEI: lei("HAILANGROUP"), Name: "Hailan Import and Export Group Co., Ltd. (sample)", Zh: "海澜进出口集团有限公司（示例）", Home: "CN-SH", Residency: "CN", Class: party.ClassEnterprise, Group: "hailan", FourEyes: money.FromUint64(500_000_000)},
	{Handle: "machinery", LEI: lei("HAILANMACH"), Name: "Hailan Machinery (Shanghai) Co., Ltd. (sample)", Zh: "海澜机械（上海）有限公司（示例）", Home: "CN-SH", Residency: "CN", Class: party.ClassEnterprise, Group: "hailan", FourEyes: money.FromUint64(500_000_000)},
	{Handle: "kowloon", LEI: lei("KOWLOONPARTS"), Name: "Kowloon Precision Components Ltd (sample)", Zh: "九龙精密零部件有限公司（示例）", Home: "HK", Residency: "HK", Class: party.ClassEnterprise},
}

// Find finds a sample party by its handle.
func Find(handle string) (Party, bool) {
	for _, p := range Parties {
		if p.Handle == handle {
			return p, true
		}
	}
	return Party{}, false
}

// ByLEI finds a sample party by its LEI.
func ByLEI(id identity.LEI) (Party, bool) {
	for _, p := range Parties {
		if p.LEI == id {
			return p, true
		}
	}
	return Party{}, false
}

func must(handle string) Party {
	p, ok := Find(handle)
	if !ok {
		panic("sample: no party " + handle)
	}
	return p
}

// Key is the development key of a role such as "hailan.maker".
func Key(role string) (*keyring.Key, error) {
	handle, officer, _ := strings.Cut(role, ".")
	if _, ok := Find(handle); !ok || officer != Maker && officer != Checker {
		return nil, fmt.Errorf("there is no sample role %q; roles are PARTY.maker and PARTY.checker, where PARTY is one of %s", role, strings.Join(Handles(), ", "))
	}
	return keyring.FromSeed([]byte(Seed), role)
}

// Handles lists the handles of all parties.
func Handles() []string {
	list := make([]string, len(Parties))
	for i, p := range Parties {
		list[i] = p.Handle
	}
	return list
}

// RolesOf lists all roles, a maker and a checker of each party.
func RolesOf() []string {
	var roles []string
	for _, p := range Parties {
		roles = append(roles, p.Handle+"."+Maker, p.Handle+"."+Checker)
	}
	return roles
}

func (p *Party) group() identity.LEI {
	if p.Group == "" {
		return ""
	}
	return must(p.Group).LEI
}

func (p *Party) policy() identity.Policy {
	if p.FourEyes.IsZero() {
		return identity.Policy{}
	}
	return identity.Policy{Tiers: []identity.Tier{{Kinds: []string{"payment.*"}, Asset: string(CNY), Above: p.FourEyes, Approvals: 1, MakerChecker: true}}}
}

var officerRoles = map[string][]string{
	Maker:   {identity.RoleMaker, identity.RoleAdmin},
	Checker: {identity.RoleChecker, identity.RoleAdmin},
}

// registration is the party as a transaction brings it into being.
func (p *Party) registration() (*party.Register, error) {
	r := &party.Register{LEI: p.LEI, Name: p.Name, Home: p.Home, Residency: p.Residency, Class: p.Class, Roles: p.Roles, Group: p.group(), BIC: p.BIC, Policy: p.policy()}
	for _, officer := range []string{Maker, Checker} {
		key, err := Key(p.Handle + "." + officer)
		if err != nil {
			return nil, err
		}
		r.Officers = append(r.Officers, party.NewOfficer{ID: officer, Roles: officerRoles[officer]})
		r.Keys = append(r.Keys, party.NewKey{Officer: officer, Algorithm: identity.Ed25519, Public: wire.Hex(key.Public())})
	}
	return r, nil
}
