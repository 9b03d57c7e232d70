package guard

import "causeway/core/kernel/wire"

// AppendCBOR writes the step as wire.Marshal does, at a tenth of the cost: each payment has one
// for each limit that it was measured against.
func (s *Step) AppendCBOR(to []byte) []byte {
	f := wire.BeginFields(to)
	f.Text(1, string(s.Authority))
	f.Uint(2, uint64(s.Version))
	f.Set(wire.AppendText(f.Key(3), s.Rule))
	f.Set(wire.AppendUint(f.Key(4), uint64(s.Verdict)))
	f.Uint(5, uint64(s.Fault))
	f.Text(6, s.Scope)
	f.Text(7, s.Unit)
	if s.Measured != nil {
		f.Set(s.Measured.AppendCBOR(f.Key(8)))
	}
	if s.Limit != nil {
		f.Set(s.Limit.AppendCBOR(f.Key(9)))
	}
	f.Text(10, s.Found)
	f.Text(11, s.Want)
	f.Int(12, s.PassesAt)
	if s.Headroom != nil {
		f.Set(s.Headroom.AppendCBOR(f.Key(13)))
	}
	f.True(14, s.Quiet)
	f.True(15, s.Answered)
	return f.End()
}

// AppendCBOR writes the charge as wire.Marshal does.
func (c *Charge) AppendCBOR(to []byte) []byte {
	to = wire.AppendMap(to, 4)
	to = wire.AppendBytes(append(to, 1), c.Key)
	ref := wire.BeginFields(append(to, 2))
	ref.Int(1, c.Ref.Start)
	ref.Int(2, c.Ref.End)
	to = c.Out.AppendCBOR(append(ref.End(), 3))
	return c.In.AppendCBOR(append(to, 4))
}
