package guard

import (
	"slices"

	"causeway/core/kernel/calendar"

	"causeway/core/kernel/fault"
)

func (h *Hours) validate(*Rule) error {
	if len(h.Sessions) == 0 || len(h.Sessions) > 21 {
		return fault.RulebookInvalid.With("hours.sessions", itoa(len(h.Sessions)), "1 to 21 sessions")
	}
	for _, session := range h.Sessions {
		if err := session.Validate(); err != nil {
			return err
		}
	}
	return nil
}

func (h *Hours) natural() roleSet  { return everyBit }
func (h *Hours) possible() roleSet { return everyBit }

// tighterThan wants each session to be one of the ancestor's; calendars may differ, so
// sessions that follow business days are only comparable under the ancestor's own rule,
// which applies besides.
func (h *Hours) tighterThan(ancestor body) bool {
	a, ok := ancestor.(*Hours)
	return ok && !slices.ContainsFunc(h.Sessions, func(s calendar.Hours) bool { return !contains(a.Sessions, s) })
}

// searchesMax bounds how many sessions of one judgement are looked for in the days to come: each
// may look through a year of them.
const searchesMax = 64

func (h *Hours) check(j *judgement, s *scope) {
	if !j.order.IsPayment() {
		return
	}
	cal := s.zone(j)
	if slices.ContainsFunc(h.Sessions, func(session calendar.Hours) bool { return session.Open(cal, j.now) }) {
		return
	}
	step := s.step()
	if j.searched += len(h.Sessions); j.searched <= searchesMax {
		for _, session := range h.Sessions {
			if at, ok := session.NextOpen(cal, j.now); ok && (step.PassesAt == 0 || at < step.PassesAt) {
				step.PassesAt = at
			}
		}
	}
	local := cal.Zone.Local(j.now)
	j.refuse(s, step, fault.RuleHours.With("local time", local.Date().String()+" minute "+itoa(local.MinuteOfDay()), "a session of the authority's hours"))
}
