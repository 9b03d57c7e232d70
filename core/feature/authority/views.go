package authority

import (
	"encoding/hex"
	"strconv"
	"strings"

	"causeway/core/kernel/calendar"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// The tree is small, so its lists are read from the beginning and skipped to where they start.

var authorityView = txn.View{
	Noun: "authority", En: "Supervisors in the authority tree, by id.", Zh: "监管树中的监管机构，按编号。",
	Get: func(r txn.Reader, id string) (any, bool) {
		return some(txn.Records{Reader: r}.Authority(txn.AuthorityID(id)))
	},
	List: func(r txn.Reader, from string, visit func(string, any) bool) {
		txn.Records{Reader: r}.Authorities(func(a txn.Authority) bool {
			return string(a.ID) < from || visit(string(a.ID), a)
		})
	},
	Key: func(id string) []byte { return txn.AuthorityKey(txn.AuthorityID(id)) },
}

var rulebookView = txn.View{
	Noun: "rulebook", En: "Rulebook versions, by AUTHORITY@VERSION; AUTHORITY alone is the one in force.", Zh: "规则手册版本，按“机构@版本”；仅写机构则为现行版本。",
	Get: func(r txn.Reader, id string) (any, bool) {
		authority, version, ok := parseEdition(r, id)
		if !ok {
			return nil, false
		}
		return some(txn.Records{Reader: r}.Edition(authority, version))
	},
	List: listRulebooks,
	Key: func(id string) []byte {
		authority, number, _ := strings.Cut(id, "@")
		version, err := strconv.ParseUint(number, 10, 32)
		if err != nil {
			return nil
		}
		return txn.EditionKey(txn.AuthorityID(authority), uint32(version))
	},
}

// listRulebooks goes authority by authority, oldest version first; from "CN@2" on it begins
// with that version.
func listRulebooks(r txn.Reader, from string, visit func(string, any) bool) {
	first, number, _ := strings.Cut(from, "@")
	least, _ := strconv.ParseUint(number, 10, 32) // none: from the oldest
	records := txn.Records{Reader: r}
	records.Authorities(func(a txn.Authority) (more bool) {
		more = true
		if string(a.ID) < first {
			return more
		}
		records.Editions(a.ID, func(e txn.Edition) bool {
			if string(a.ID) > first || uint64(e.Book.Version) >= least {
				more = visit(editionID(&e), e)
			}
			return more
		})
		return more
	})
}

func editionID(e *txn.Edition) string {
	return string(e.Book.Authority) + "@" + strconv.Itoa(int(e.Book.Version))
}

func parseEdition(r txn.Reader, id string) (txn.AuthorityID, uint32, bool) {
	authority, number, numbered := strings.Cut(id, "@")
	if !numbered {
		a, ok := txn.Records{Reader: r}.Authority(txn.AuthorityID(authority))
		return a.ID, a.Version, ok
	}
	version, err := strconv.ParseUint(number, 10, 32)
	return txn.AuthorityID(authority), uint32(version), err == nil
}

var calendarView = txn.View{
	Noun: "calendar", En: "Calendars, by id.", Zh: "日历，按编号。",
	Get: func(r txn.Reader, id string) (any, bool) { return some(txn.Records{Reader: r}.Calendar(id)) },
	List: func(r txn.Reader, from string, visit func(string, any) bool) {
		txn.Records{Reader: r}.Calendars(func(c calendar.Calendar) bool { return c.ID < from || visit(c.ID, c) })
	},
	Key: txn.CalendarKey,
}

var purposeView = txn.View{
	Noun: "purpose", En: "Purpose codes.", Zh: "用途代码。",
	Get: func(r txn.Reader, code string) (any, bool) { return some(txn.Records{Reader: r}.Purpose(code)) },
	List: func(r txn.Reader, from string, visit func(string, any) bool) {
		txn.Records{Reader: r}.Purposes(func(p txn.Purpose) bool { return p.Code < from || visit(p.Code, p) })
	},
	Key: txn.PurposeKey,
}

var ratesView = txn.View{
	Noun: "rates", En: "Rate tables, by AUTHORITY/UNIT.", Zh: "汇率表，按“机构/单位”。",
	Get: func(r txn.Reader, id string) (any, bool) {
		authority, unit, _ := strings.Cut(id, "/")
		return some(txn.Records{Reader: r}.Rates(txn.AuthorityID(authority), unit))
	},
	List: func(r txn.Reader, from string, visit func(string, any) bool) {
		authority, unit, _ := strings.Cut(from, "/")
		txn.Records{Reader: r}.AllRates(func(t txn.RateTable) bool {
			before := string(t.Authority) < authority || string(t.Authority) == authority && t.Unit < unit
			return before || visit(string(t.Authority)+"/"+t.Unit, t)
		})
	},
	Key: func(id string) []byte {
		authority, unit, _ := strings.Cut(id, "/")
		return txn.RatesKey(txn.AuthorityID(authority), unit)
	},
}

// ValidatorRecord is a validator as it is looked up.
type ValidatorRecord struct {
	PublicKey wire.Hex `json:"public_key"`
	Power     int64    `json:"power"`
}

var validatorView = txn.View{
	Noun: "validator", En: "Validators known to the ledger, by consensus key in hexadecimal.", Zh: "账本所知的验证节点，按共识公钥（十六进制）。",
	Get: func(r txn.Reader, id string) (any, bool) {
		public, err := hex.DecodeString(id)
		if err != nil {
			return nil, false
		}
		v, ok := txn.FindValidator(r, public)
		return ValidatorRecord{v.PublicKey, v.Power}, ok
	},
	List: func(r txn.Reader, from string, visit func(string, any) bool) {
		txn.ListValidators(r, func(v txn.ValidatorChange) bool {
			id := hex.EncodeToString(v.PublicKey)
			return id < from || visit(id, ValidatorRecord{v.PublicKey, v.Power})
		})
	},
	Key: func(id string) []byte {
		public, err := hex.DecodeString(id)
		if err != nil {
			return nil
		}
		return txn.ValidatorKey(public)
	},
}

var protocolView = txn.View{
	Noun: "protocol", En: "Protocol versions after the first, by number.", Zh: "首个版本之后的协议版本，按编号。",
	Get: func(r txn.Reader, id string) (found any, ok bool) {
		txn.ListActivations(r, func(a txn.Activation) bool {
			if ok = strconv.Itoa(int(a.Version)) == id; ok {
				found = a
			}
			return !ok
		})
		return found, ok
	},
	List: func(r txn.Reader, from string, visit func(string, any) bool) {
		least, _ := strconv.Atoi(from) // none: from the first
		txn.ListActivations(r, func(a txn.Activation) bool {
			return int(a.Version) < least || visit(strconv.Itoa(int(a.Version)), a)
		})
	},
}

// some makes a found record an any, and what is not found nil.
func some[V any](v V, ok bool) (any, bool) {
	if !ok {
		return nil, false
	}
	return v, true
}
