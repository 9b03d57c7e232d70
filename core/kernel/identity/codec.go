package identity

import "causeway/core/kernel/wire"

// Signatures come with every transaction; parties and keys are read for every one, and there
// are many. They are written and read by hand, as their tags say.

// AppendCBOR writes the signature.
func (sig Signature) AppendCBOR(to []byte) []byte {
	var f wire.Fields
	to = f.Begin(to)
	to = wire.AppendUint(f.Key(to, 1), uint64(sig.Alg))
	to = wire.AppendBytes(f.Key(to, 2), sig.Key)
	to = wire.AppendBytes(f.Key(to, 3), sig.Sig)
	to = f.Bytes(to, 4, sig.Authenticator)
	to = f.Bytes(to, 5, sig.ClientData)
	return f.End(to)
}

// SignatureLeast is the least that a signature takes on the wire.
const SignatureLeast = 7

// ReadCBOR reads a signature.
func (sig *Signature) ReadCBOR(r *wire.Reader) {
	m := r.Map()
	sig.Alg = Algorithm(m.Key(1).Uint(8))
	sig.Key = m.Key(2).Bytes()
	sig.Sig = m.Key(3).Bytes()
	sig.Authenticator = m.Bytes(4)
	sig.ClientData = m.Bytes(5)
	m.End()
}

// AppendCBOR writes the party.
func (p Party) AppendCBOR(to []byte) []byte {
	var f wire.Fields
	to = f.Begin(to)
	to = wire.AppendText(f.Key(to, 1), p.LEI)
	to = wire.AppendText(f.Key(to, 2), p.Name)
	to = wire.AppendText(f.Key(to, 3), p.Home)
	to = wire.AppendText(f.Key(to, 4), p.Residency)
	to = wire.AppendText(f.Key(to, 5), p.Class)
	if len(p.Roles) > 0 {
		to = wire.AppendTexts(f.Key(to, 6), p.Roles)
	}
	to = f.Text(to, 7, string(p.Group))
	if len(p.Officers) > 0 {
		to = wire.AppendArray(f.Key(to, 8), len(p.Officers))
		for i := range p.Officers {
			to = p.Officers[i].appendCBOR(to)
		}
	}
	to = p.Policy.appendCBOR(f.Key(to, 9))
	to = f.Text(to, 10, p.BIC)
	to = f.Text(to, 11, p.Frozen)
	to = f.Text(to, 12, string(p.FrozenBy))
	return f.End(to)
}

// ReadCBOR reads a party.
func (p *Party) ReadCBOR(r *wire.Reader) {
	m := r.Map()
	p.LEI = LEI(m.Key(1).Text())
	p.Name = m.Key(2).Text()
	p.Home = AuthorityID(m.Key(3).Text())
	p.Residency = m.Key(4).Text()
	p.Class = m.Key(5).Text()
	p.Roles = wire.MapTexts[string](&m, 6)
	p.Group = LEI(m.Text(7))
	p.Officers = nil
	if n := m.Array(8, officerLeast); n > 0 {
		p.Officers = make([]Officer, n)
		for i := range p.Officers {
			p.Officers[i].readCBOR(r)
		}
	}
	p.Policy.readCBOR(m.Key(9))
	p.BIC = m.Text(10)
	p.Frozen = m.Text(11)
	p.FrozenBy = AuthorityID(m.Text(12))
	m.End()
}

func (o *Officer) appendCBOR(to []byte) []byte {
	var f wire.Fields
	to = f.Begin(to)
	to = wire.AppendText(f.Key(to, 1), o.ID)
	to = wire.AppendTexts(f.Key(to, 2), o.Roles)
	to = f.True(to, 3, o.Active)
	return f.End(to)
}

const officerLeast = 5

func (o *Officer) readCBOR(r *wire.Reader) {
	m := r.Map()
	o.ID = m.Key(1).Text()
	o.Roles = wire.Texts[string](m.Key(2))
	o.Active = m.True(3)
	m.End()
}

func (p *Policy) appendCBOR(to []byte) []byte {
	var f wire.Fields
	to = f.Begin(to)
	if len(p.Tiers) > 0 {
		to = wire.AppendArray(f.Key(to, 1), len(p.Tiers))
		for i := range p.Tiers {
			to = p.Tiers[i].appendCBOR(to)
		}
	}
	return f.End(to)
}

func (p *Policy) readCBOR(r *wire.Reader) {
	m := r.Map()
	p.Tiers = nil
	if n := m.Array(1, tierLeast); n > 0 {
		p.Tiers = make([]Tier, n)
		for i := range p.Tiers {
			p.Tiers[i].readCBOR(r)
		}
	}
	m.End()
}

func (t *Tier) appendCBOR(to []byte) []byte {
	var f wire.Fields
	to = f.Begin(to)
	if len(t.Kinds) > 0 {
		to = wire.AppendTexts(f.Key(to, 1), t.Kinds)
	}
	to = f.Text(to, 2, t.Asset)
	to = t.Above.AppendCBOR(f.Key(to, 3))
	to = wire.AppendUint(f.Key(to, 4), uint64(t.Approvals))
	to = f.True(to, 5, t.MakerChecker)
	return f.End(to)
}

const tierLeast = 21

func (t *Tier) readCBOR(r *wire.Reader) {
	m := r.Map()
	t.Kinds = wire.MapTexts[string](&m, 1)
	t.Asset = m.Text(2)
	t.Above = m.Key(3).Amount()
	t.Approvals = uint8(m.Key(4).Uint(8))
	t.MakerChecker = m.True(5)
	m.End()
}

// AppendCBOR writes the key.
func (k Key) AppendCBOR(to []byte) []byte {
	var f wire.Fields
	to = f.Begin(to)
	to = wire.AppendBytes(f.Key(to, 1), k.Public)
	to = wire.AppendUint(f.Key(to, 2), uint64(k.Algorithm))
	to = wire.AppendText(f.Key(to, 3), k.Party)
	to = wire.AppendText(f.Key(to, 4), k.Officer)
	to = k.Scope.appendCBOR(f.Key(to, 5))
	to = wire.AppendHash(f.Key(to, 6), &k.RPIDHash)
	to = wire.AppendInt(f.Key(to, 7), k.Added)
	to = f.Int(to, 8, k.Revoked)
	return f.End(to)
}

// ReadCBOR reads a key.
func (k *Key) ReadCBOR(r *wire.Reader) {
	m := r.Map()
	k.Public = m.Key(1).Bytes()
	k.Algorithm = Algorithm(m.Key(2).Uint(8))
	k.Party = LEI(m.Key(3).Text())
	k.Officer = m.Key(4).Text()
	k.Scope.readCBOR(m.Key(5))
	k.RPIDHash = m.Key(6).Hash()
	k.Added = m.Key(7).Int()
	k.Revoked = m.Int(8)
	m.End()
}

func (s *Scope) appendCBOR(to []byte) []byte {
	var f wire.Fields
	to = f.Begin(to)
	if len(s.Kinds) > 0 {
		to = wire.AppendTexts(f.Key(to, 1), s.Kinds)
	}
	if len(s.Accounts) > 0 {
		to = wire.AppendTexts(f.Key(to, 2), s.Accounts)
	}
	if s.Limit != nil {
		to = s.Limit.AppendCBOR(f.Key(to, 3))
	}
	to = f.Int(to, 4, s.Expires)
	return f.End(to)
}

func (s *Scope) readCBOR(r *wire.Reader) {
	m := r.Map()
	s.Kinds = wire.MapTexts[string](&m, 1)
	s.Accounts = wire.MapTexts[string](&m, 2)
	s.Limit = nil
	if m.Has(3) {
		limit := r.Amount()
		s.Limit = &limit
	}
	s.Expires = m.Int(4)
	m.End()
}
