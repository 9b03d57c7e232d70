package authority

import (
	"causeway/core/kernel/calendar"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
)

// SetCalendar creates a calendar of an authority, or replaces it.
type SetCalendar struct {
	Authority txn.AuthorityID   `cbor:"1,keyasint" json:"authority"` // keeps it from then on
	Calendar  calendar.Calendar `cbor:"2,keyasint" json:"calendar"`
}

var setCalendarKind = txn.Kind{
	Name: "authority.set_calendar", Version: 1,
	En:  "Create or replace a calendar: time zone, weekend, holidays and make-up days.",
	Zh:  "创建或更新日历：时区、周末、节假日与调休工作日。",
	New: func() txn.Payload { return new(SetCalendar) },
	Example: `{"authority":"CN","calendar":{"id":"CN","zone":{"id":"Asia/Shanghai","transitions":[{"from_unix_ms":0,"offset_seconds":28800}]},
"weekend":"sat sun","cutoff_minute":1020,"holidays":[20270101],"known_through":20271231}}`,
}

// keepers says which authority keeps a calendar. Those of genesis have none: the charter may
// hand them over by setting them for an authority.
var keepers = txn.NewTable[txn.AuthorityID]("uk", "authority.calendar_keeper")

// Validate checks the calendar.
func (p *SetCalendar) Validate() error {
	if err := checkAuthority("authority", p.Authority); err != nil {
		return err
	}
	return p.Calendar.Validate()
}

// Access is for the supervisor of the authority, or one above it.
func (p *SetCalendar) Access(c *txn.Context) (txn.Access, error) {
	return supervising(c, p.Authority)
}

// Execute refuses to overwrite what another authority keeps.
func (p *SetCalendar) Execute(c *txn.Context) error {
	id := []byte(p.Calendar.ID)
	keeper, kept := keepers.Get(c.Reader(), id)
	if _, err := c.FindCalendar(p.Calendar.ID); err == nil && !kept {
		keeper = c.Charter().ID
		if c.Is(keeper) {
			keeper = p.Authority
		}
	} else if !kept {
		keeper = p.Authority
	}
	if keeper != p.Authority {
		return fault.PowerMissing.With("calendar "+p.Calendar.ID, "kept by "+string(keeper), "the authority that keeps it")
	}
	keepers.Put(c, id, keeper)
	c.SaveCalendar(p.Calendar)
	c.Emit("authority.calendar_was_set", CalendarSet{Authority: p.Authority, Calendar: p.Calendar.ID})
	return nil
}

// CalendarSet says that a calendar has changed.
type CalendarSet struct {
	Authority txn.AuthorityID `cbor:"1,keyasint" json:"authority"`
	Calendar  string          `cbor:"2,keyasint" json:"calendar"`
}
