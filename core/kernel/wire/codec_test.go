package wire_test

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"causeway/core/feature/payment"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// The same structs without their methods: what the generic encoder and decoder make of the tags.
type (
	plainTransaction txn.Transaction
	plainBody        txn.Body
	plainSend        payment.Send
	plainParty       identity.Party
	plainKey         identity.Key
	plainAccount     ledger.Account
	plainSignature   identity.Signature
)

// codec is a type that is written and read by hand, beside its plain twin.
type codec struct {
	name  string
	own   reflect.Type
	plain reflect.Type
	draw  func(*rapid.T) any
}

func codecOf[V wire.Appender, P any](name string) codec {
	g := rapid.MakeCustom[V](drawn)
	return codec{name, reflect.TypeFor[V](), reflect.TypeFor[P](), func(t *rapid.T) any { return g.Draw(t, name) }}
}

var codecs = []codec{
	codecOf[txn.Transaction, plainTransaction]("transaction"),
	codecOf[txn.Body, plainBody]("body"),
	codecOf[payment.Send, plainSend]("send"),
	codecOf[identity.Party, plainParty]("party"),
	codecOf[identity.Key, plainKey]("key"),
	codecOf[ledger.Account, plainAccount]("account"),
	codecOf[identity.Signature, plainSignature]("signature"),
}

// drawn says how fields are drawn; fields that are added later are drawn by their type.
var drawn = rapid.MakeConfig{
	Types: map[reflect.Type]*rapid.Generator[any]{
		reflect.TypeFor[money.Amount](): rapid.Custom(func(t *rapid.T) any {
			a, _ := money.FromParts(rapid.SampledFrom([]uint64{0, 1, 1<<63 - 1}).Draw(t, "hi"), rapid.Uint64().Draw(t, "lo"))
			return a
		}),
		reflect.TypeFor[payment.UETR](): rapid.Custom(func(t *rapid.T) any {
			u := payment.UETR(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "uetr"))
			u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80
			return u
		}),
		reflect.TypeFor[wire.Raw](): rapid.Custom(func(t *rapid.T) any {
			return rapid.SampledFrom([]wire.Raw{nil, {0xf6}, {0xf9, 0x7e, 0}, {0x18, 1}, {0xa1, 0x61, 'a', 0x81, 0x3b, 0, 0, 0, 0, 0, 0, 0, 1}, {0x62, 0xff, 0xfe}}).Draw(t, "raw")
		}),
		reflect.TypeFor[[]byte](): rapid.Custom(func(t *rapid.T) any {
			return rapid.OneOf(rapid.SliceOfN(rapid.Byte(), 0, 3), rapid.SliceOfN(rapid.Byte(), 22, 33), rapid.SliceOfN(rapid.Byte(), 250, 260)).Draw(t, "bytes")
		}),
		reflect.TypeFor[int64]():  rapid.Custom(func(t *rapid.T) any { return drawInt(t) }),
		reflect.TypeFor[uint64](): rapid.Custom(func(t *rapid.T) any { return uint64(drawInt(t)) }),
	},
	Kinds: map[reflect.Kind]*rapid.Generator[any]{
		reflect.String: rapid.Custom(func(t *rapid.T) any {
			return rapid.OneOf(rapid.Just(""), rapid.StringN(1, 8, -1), rapid.StringN(20, 26, 26), rapid.StringN(250, 300, -1)).Draw(t, "text")
		}),
	},
}

// drawInt draws an integer around where its head grows.
func drawInt(t *rapid.T) int64 {
	edge := rapid.SampledFrom([]int64{0, 24, 1 << 8, 1 << 16, 1 << 32, 1<<63 - 3}).Draw(t, "edge")
	n := edge + rapid.Int64Range(-2, 2).Draw(t, "beside")
	if rapid.Bool().Draw(t, "negative") {
		return -1 - n
	}
	return n
}

// plainOf gives a value as its plain twin.
func (c *codec) plainOf(v any) any { return reflect.ValueOf(v).Convert(c.plain).Interface() }

// read compares what data decodes to by hand with what it does generically: the verdict, and
// the value.
func (c *codec) read(t interface {
	Helper()
	Fatalf(string, ...any)
}, data []byte) {
	t.Helper()
	before := bytes.Clone(data)
	for _, way := range []struct {
		name      string
		unmarshal func([]byte, any) error
	}{{"submitted", wire.Unmarshal}, {"stored", wire.UnmarshalStored}} {
		own, plain := reflect.New(c.own), reflect.New(c.plain)
		err, want := way.unmarshal(data, own.Interface()), way.unmarshal(data, plain.Interface())
		if (err == nil) != (want == nil) {
			t.Fatalf("%s %s %x: read by hand %v, generically %v", way.name, c.name, data, err, want)
		}
		if got := own.Elem().Convert(c.plain); err == nil && !reflect.DeepEqual(got.Interface(), plain.Elem().Interface()) {
			t.Fatalf("%s %s %x: read by hand\n%+v, generically\n%+v", way.name, c.name, data, got, plain.Elem())
		}
	}
	if !bytes.Equal(data, before) {
		t.Fatalf("%s: reading changed the bytes", c.name)
	}
}

// Written by hand, a value is what the one encoding makes of it, and is read as what it was.
func TestOwnEncodingsAreTheGenericOnes(t *testing.T) {
	for _, c := range codecs {
		t.Run(c.name, rapid.MakeCheck(func(t *rapid.T) {
			v := c.draw(t)
			data, want := wire.Marshal(v), wire.Marshal(c.plainOf(v))
			if !bytes.Equal(data, want) {
				t.Fatalf("written by hand\n%x, generically\n%x", data, want)
			}
			c.read(t, data)
		}))
	}
}

// What is nearly canonical is refused just where the generic decoder refuses it: each part of a
// value in another form, as another value, left out, twice there, in another place, cut short.
func TestNearlyCanonical(t *testing.T) {
	for _, c := range codecs {
		t.Run(c.name, func(t *testing.T) {
			for seed := range 3 {
				data := wire.Marshal(rapid.Custom(c.draw).Example(seed))
				if seed == 0 {
					data = wire.Marshal(reflect.Zero(c.own).Interface())
				}
				for n := range data[:min(len(data), 600)] {
					c.read(t, data[:n])
				}
				root, _ := parse(data)
				root.vary(func() { c.read(t, root.print(nil)) })
			}
		})
	}
}

// item is an encoded value taken apart: its head with the number in it, and what follows.
type item struct {
	major, info byte
	n           uint64
	content     []byte
	items       []*item
}

func parse(data []byte) (*item, []byte) {
	i := &item{major: data[0] >> 5, info: data[0] & 31}
	i.n, data = uint64(i.info), data[1:]
	if i.info > 23 {
		i.n = 0
		for range 1 << (i.info - 24) {
			i.n, data = i.n<<8|uint64(data[0]), data[1:]
		}
	}
	switch i.major {
	case 2, 3:
		i.content, data = data[:i.n], data[i.n:]
	case 4, 5:
		for range i.n << (i.major - 4) {
			var inner *item
			inner, data = parse(data)
			i.items = append(i.items, inner)
		}
	}
	return i, data
}

func (i *item) print(to []byte) []byte {
	to = append(to, i.major<<5|i.info)
	if i.info > 23 && i.info < 28 {
		for k := 8<<(i.info-24) - 8; k >= 0; k -= 8 {
			to = append(to, byte(i.n>>k))
		}
	}
	to = append(to, i.content...)
	for _, inner := range i.items {
		to = inner.print(to)
	}
	return to
}

// odd are values that stand in for others.
var odd = func() (list []*item) {
	for _, data := range [][]byte{{0xf6}, {0xf7}, {0xf4}, {0xf5}, {0}, {1}, {0x17}, {0x18, 24}, {0x20}, {0x40}, {0x41, 0}, {0x60}, {0x61, 'a'}, {0x61, 0xff}, {0x80}, {0x81, 0}, {0xa0},
		{0xa1, 1, 1}, {0xf9, 0, 0}, {0xf8, 32}, {0x19, 1, 0}, {0x1a, 0, 1, 0, 0}, {0x1b, 0x80, 0, 0, 0, 0, 0, 0, 0}, {0x3b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		{0x3b, 0x80, 0, 0, 0, 0, 0, 0, 0}, append(bytes.Repeat([]byte{0x81}, 16), 0), append(bytes.Repeat([]byte{0x81}, 15), 0), append(bytes.Repeat([]byte{0x81}, 14), 0)} {
		one, _ := parse(data)
		list = append(list, one)
	}
	return list
}()

// vary shows the whole with each part of i in all the ways that are nearly right.
func (i *item) vary(show func()) {
	was := *i
	try := func(change func()) {
		change()
		show()
		*i = was
	}
	for info := range byte(32) { // another head: longer, without an end, another number
		try(func() { i.info = info })
	}
	for major := range byte(8) {
		try(func() { i.major = major })
	}
	for _, data := range odd {
		try(func() { *i = *data })
	}
	for at := range i.content[:min(len(i.content), 3)] {
		try(func() {
			i.content = bytes.Clone(i.content)
			i.content[at] ^= 0x80
		})
	}
	if i.major == 4 || i.major == 5 {
		i.varyItems(try, 1+int(i.major)&1)
	}
	for _, inner := range was.items {
		inner.vary(show)
	}
}

// varyItems changes which items there are; a pair of a map is two.
func (i *item) varyItems(try func(func()), pair int) {
	was := i.items
	set := func(parts ...[]*item) {
		i.items = slices.Concat(parts...)
		i.n = uint64(len(i.items) / pair)
		i.info = byte(min(i.n, 24)) // more than 23 are more than any has
	}
	for at := 0; at <= len(was); at += pair {
		if at < len(was) {
			here, rest := was[at:at+pair], was[at+pair:]
			try(func() { set(was[:at], rest) })
			try(func() { set(was[:at], here, here, rest) })
			if len(rest) > 0 {
				try(func() { set(was[:at], rest[:pair], here, rest[pair:]) })
			}
		}
		for _, data := range odd {
			if pair == 1 {
				try(func() { set(was[:at], []*item{data}, was[at:]) })
				continue
			}
			for key := range byte(24) {
				if at > 0 && uint64(key) < was[at-2].n || at < len(was) && uint64(key) > was[at].n {
					continue // out of order; swapped pairs are too
				}
				try(func() { set(was[:at], []*item{{info: key, n: uint64(key)}, data}, was[at:]) })
			}
		}
	}
}

func fuzzCodec(f *testing.F, c codec) {
	f.Add([]byte{})
	f.Add(wire.Marshal(reflect.Zero(c.own).Interface()))
	for seed := range 6 {
		f.Add(wire.Marshal(rapid.Custom(c.draw).Example(seed)))
	}
	f.Fuzz(func(t *testing.T, data []byte) { c.read(t, data) })
}

func FuzzReadBody(f *testing.F)    { fuzzCodec(f, codecOf[txn.Body, plainBody]("body")) }
func FuzzReadSend(f *testing.F)    { fuzzCodec(f, codecOf[payment.Send, plainSend]("send")) }
func FuzzReadParty(f *testing.F)   { fuzzCodec(f, codecOf[identity.Party, plainParty]("party")) }
func FuzzReadKey(f *testing.F)     { fuzzCodec(f, codecOf[identity.Key, plainKey]("key")) }
func FuzzReadAccount(f *testing.F) { fuzzCodec(f, codecOf[ledger.Account, plainAccount]("account")) }

// FuzzReadTransaction: a transaction with its body is read, or refused, as before.
func FuzzReadTransaction(f *testing.F) {
	body := txn.Body{Kind: "payment.send", Version: 1, Party: "P", Reference: "r", Expires: 1 << 40, Payload: wire.Raw{0xa1, 1, 0x60}}
	t := txn.Transaction{Body: wire.Marshal(body), Signatures: []identity.Signature{{Alg: identity.Ed25519, Key: make([]byte, 32), Sig: make([]byte, 64)}}}
	f.Add(wire.Marshal(t))
	f.Add(wire.Marshal(body))
	transaction, inner := codecOf[txn.Transaction, plainTransaction]("transaction"), codecOf[txn.Body, plainBody]("body")
	f.Fuzz(func(t *testing.T, data []byte) {
		transaction.read(t, data)
		var outer plainTransaction
		var want plainBody
		err := wire.Unmarshal(data, &outer)
		if err == nil {
			inner.read(t, outer.Body)
			err = wire.Unmarshal(outer.Body, &want)
		}
		got, body, refused := txn.Decode(data)
		if refused != nil {
			if err == nil && len(want.Reference) <= txn.ReferenceMax && printable(want.Reference) {
				t.Fatalf("refused: %v", refused)
			}
			return
		}
		if err != nil || !reflect.DeepEqual(plainTransaction(got), outer) || !reflect.DeepEqual(plainBody(body), want) {
			t.Fatalf("read %+v with %+v, generically %+v with %+v, %v", got, body, outer, want, err)
		}
		if full := wire.Marshal(plainBody{Kind: body.Kind, Version: body.Version, Party: body.Party, Reference: body.Reference, Payload: body.Payload}); [16]byte(sum("causeway/bound/1", full)) != body.Bound() {
			t.Fatalf("binds to %x", body.Bound())
		}
	})
}

func sum(domain string, content []byte) []byte {
	h := wire.Sum([]byte(domain), content)
	return h[:16]
}

func printable(text string) bool {
	for _, c := range []byte(text) {
		if c < 0x20 || c > 0x7e {
			return false
		}
	}
	return true
}

// What the machine has written, it reads: however much it is, whatever texts are in it, and with
// the fields that another version of it had.
func TestStoredRecordsAreReadWithoutLimits(t *testing.T) {
	party := identity.Party{LEI: "P", Name: "cut in the middle of a r\xe4", Roles: make([]string, 1<<17+1)}
	data := wire.Marshal(party)
	var got identity.Party
	if err := wire.UnmarshalStored(data, &got); err != nil || len(got.Roles) != len(party.Roles) || got.Name != party.Name {
		t.Fatalf("%d of %d roles, the name %q: %v", len(got.Roles), len(party.Roles), got.Name, err)
	}
	if wire.Unmarshal(data, &got) == nil {
		t.Fatal("a stranger's list of that length is read")
	}
	type later struct {
		plainAccount
		More string `cbor:"23,keyasint"`
	}
	account := ledger.Account{ID: "a", Frozen: "f", External: []ledger.ExternalID{{Scheme: "s", ID: "i"}}}
	found := ledger.Account{Receiver: &ledger.ReceiverPolicy{}}
	if err := wire.UnmarshalStored(wire.Marshal(later{plainAccount(account), "more"}), &found); err != nil || !reflect.DeepEqual(found, account) {
		t.Fatalf("read %+v: %v", found, err)
	}
	if wire.Unmarshal(wire.Marshal(later{plainAccount(account), "more"}), &found) == nil {
		t.Fatal("a stranger's unknown field is passed over")
	}
}

// What is read may outlive the bytes it was read from, and be changed without changing anything
// else, unless whoever reads says that the bytes stay.
func TestWhatIsReadIsACopy(t *testing.T) {
	key := identity.Key{Public: []byte{1, 2, 3}, Party: "P", Officer: "maker"}
	data := wire.Marshal(key)
	var got identity.Key
	if err := wire.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	clear(data)
	if !reflect.DeepEqual(got, key) {
		t.Fatalf("changed with the bytes it was read from: %+v", got)
	}
	raw := (&txn.Transaction{Body: wire.Marshal(txn.Body{Kind: "k", Payload: wire.Raw{0xa0}, Signers: &wire.Hash{1}})}).Encode()
	decoded, body, err := txn.Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	clear(raw)
	_ = append(body.Payload, 0xff)
	_ = append(decoded.Body, 0xff)
	if again := wire.Marshal(body); !bytes.Equal(again, decoded.Body) {
		t.Fatalf("%x became %x", decoded.Body, again)
	}
}
