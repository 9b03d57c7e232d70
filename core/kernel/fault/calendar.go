package fault

// Calendars, time zones and quota windows: 2240-2249.
var (
	CalendarInvalid = define(2240, "calendar.invalid", Invalid, "NARR", false,
		"a calendar, time zone or date is not valid", "日历、时区或日期无效")
	QuotaWindowInvalid = define(2241, "quota.window_invalid", Invalid, "NARR", false,
		"the window of a quota is not valid", "限额的时间窗口无效")
)
