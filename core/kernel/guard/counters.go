package guard

import (
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/state"
)

// FindCounters reads all that has been counted for a subject, which Charge names.
func FindCounters(r state.Reader, subject string) (quota.Record, bool) {
	return counters.Get(r, []byte(subject))
}

// ListCounters visits the subjects that begin with a text, in their order.
func ListCounters(r state.Reader, prefix string, visit func(subject string, counted quota.Record) bool) {
	counters.Scan(r, []byte(prefix), nil, func(key []byte, counted quota.Record) bool { return visit(string(key), counted) })
}

// Subject is whom or what counters count: its scope, and of a corridor, a purpose, an asset or
// all together the authority that counts.
func Subject(subject string) (per Per, authority AuthorityID, scope string) {
	if subject == "" {
		return "", "", ""
	}
	rest := subject[1:]
	switch subject[0] {
	case 'p':
		return PerParty, "", rest
	case 'g':
		return PerGroup, "", rest
	}
	for _, per := range [...]Per{PerCorridor, PerPurpose, PerAsset, PerAuthority} {
		if subjectLetter(per) != subject[:1] {
			continue
		}
		for i := range rest {
			if rest[i] == 0 {
				return per, AuthorityID(rest[:i]), rest[i+1:]
			}
		}
	}
	return "", "", subject
}

// PartySubject is the subject of a party.
func PartySubject(lei string) string { return subjectKey(PerParty, "", lei) }

// GroupSubject is the subject of the parties under one ultimate parent.
func GroupSubject(lei string) string { return subjectKey(PerGroup, "", lei) }
