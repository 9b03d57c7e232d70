package guard

import (
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/state"
)

// counters hold what quotas have counted, a record for each subject: whom or what they count.
// In it are counters by (authority, rule id): a new version of a rulebook never resets them.
var counters = state.NewTable[quota.Record]("q", "quota")

// countersMax is under how many rules one authority may have counted one subject within ten
// years: five rulebooks that share no id. Beyond that its new quotas refuse.
const countersMax = 5 * RulesMax

// subjectKey is the key of the record that holds a scope's counters. A party or a group is
// counted by the few authorities whose rules it meets, so all of them share its record. Any
// number of authorities may count the same corridor, purpose or asset: there each has its own.
func subjectKey(per Per, authority AuthorityID, scope string) string {
	switch per {
	case PerParty:
		return "p" + scope
	case PerGroup:
		return "g" + scope
	}
	return subjectLetter(per) + string(authority) + "\x00" + scope
}

// subjectLetter keeps subjects of different kinds apart.
func subjectLetter(per Per) string {
	switch per {
	case PerCorridor:
		return "c"
	case PerPurpose:
		return "u"
	case PerAsset:
		return "a"
	}
	return "t" // all together
}

// FindCounter reads what a quota has counted for a scope.
func FindCounter(r state.Reader, authority AuthorityID, rule string, per Per, scope string) quota.Counter {
	record, _ := counters.Get(r, []byte(subjectKey(per, authority, scope)))
	c, _ := record.Find(string(authority), rule)
	return c
}

// subject is a record of counters in a judgement: read once, however many rules look at it.
type subject struct {
	per       Per
	authority AuthorityID // that was asking first
	scope     string
	key       string
	record    quota.Record
	added     int // counters that planned charges add
}

// subject finds or reads the record of a scope. A judgement has at most two for each quota.
func (j *judgement) subject(per Per, authority AuthorityID, scope string) int {
	for i := range j.subjects {
		s := &j.subjects[i]
		if s.per == per && s.scope == scope && (s.authority == authority || per == PerParty || per == PerGroup) {
			return i
		}
	}
	key := subjectKey(per, authority, scope)
	record, _ := counters.Get(j.r, []byte(key))
	j.subjects = append(j.subjects, subject{per: per, authority: authority, scope: scope, key: key, record: record})
	return len(j.subjects) - 1
}
