package guard

import "causeway/core/kernel/wire"

// AppendCBOR writes the step as wire.Marshal does, at a tenth of the cost: each payment has one
// for each limit that it was measured against.
func (s *Step) AppendCBOR(to []byte) []byte {
	var f wire.Fields
	to = f.Begin(to)
	to = f.Text(to, 1, string(s.Authority))
	to = f.Uint(to, 2, uint64(s.Version))
	to = wire.AppendText(f.Key(to, 3), s.Rule)
	to = wire.AppendUint(f.Key(to, 4), uint64(s.Verdict))
	to = f.Uint(to, 5, uint64(s.Fault))
	to = f.Text(to, 6, s.Scope)
	to = f.Text(to, 7, s.Unit)
	if s.Measured != nil {
		to = s.Measured.AppendCBOR(f.Key(to, 8))
	}
	if s.Limit != nil {
		to = s.Limit.AppendCBOR(f.Key(to, 9))
	}
	to = f.Text(to, 10, s.Found)
	to = f.Text(to, 11, s.Want)
	to = f.Int(to, 12, s.PassesAt)
	if s.Headroom != nil {
		to = s.Headroom.AppendCBOR(f.Key(to, 13))
	}
	to = f.True(to, 14, s.Quiet)
	to = f.True(to, 15, s.Answered)
	return f.End(to)
}
