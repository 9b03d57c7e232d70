package schema

import (
	"bytes"

	"causeway/iso20022/xmlscan"
)

// attributes checks the attributes of the element just opened.
func (v *Validator) attributes(t *Type) {
	v.attr = v.attr[:0]
	found := false
	for _, a := range v.scan.Attrs() {
		switch {
		case a.Space == "" && t.Attr != "" && string(a.Local) == t.Attr:
			found = true
			v.attr = append(v.attr, a.Value...)
			if code, want := t.AttrType.Check(v.attr); code != "" {
				v.violate(code, v.Path()+"/@"+t.Attr, string(a.Value), want)
			}
		case a.Space == xsiSpace && v.instance(a, t):
		default:
			want := "no attribute"
			if t.Attr != "" {
				want = "only the attribute " + t.Attr
			}
			v.violate(CodeAttribute, v.Path()+"/@"+string(a.Local), string(a.Value), want)
		}
	}
	if t.Attr != "" && !found {
		v.violate(CodeAttribute, v.Path()+"/@"+t.Attr, "", "the attribute "+t.Attr)
	}
}

// instance judges the attributes that XML Schema allows on every element. No element of these
// schemas is nillable and no type is derived, so xsi:nil is wrong and xsi:type may only repeat
// the declared type.
func (v *Validator) instance(a xmlscan.Attr, t *Type) bool {
	switch string(a.Local) {
	case "schemaLocation", "noNamespaceSchemaLocation":
		return true
	case "type":
		space, local := v.qualified(a.Value)
		return space == v.schema.Space && string(local) == t.Name
	}
	return false
}

func (v *Validator) qualified(value []byte) (string, []byte) {
	value = bytes.Trim(value, " \t\r\n")
	prefix, local, found := bytes.Cut(value, []byte(":"))
	if !found {
		prefix, local = nil, value
	}
	return v.scan.Resolve(prefix), local
}

// wildcard judges the one element inside supplementary data or a signature envelope.
func (v *Validator) wildcard(f *frame, name xmlscan.Name) {
	f.count++
	path := v.Path() + "/" + string(name.Local)
	switch {
	case f.count > 1:
		v.violate(CodeWildcard, path, string(name.Local), "exactly one element")
		v.skip = 1
	case f.typ.Space != "" && name.Space != f.typ.Space:
		v.violate(CodeWildcard, path, name.Space, "an element of "+f.typ.Space)
		v.skip = 1
	case f.typ.Strict && !name.Is(v.schema.Space, v.schema.Root.Name):
		v.violate(CodeWildcard, path, string(name.Local), "an element that this schema declares; it declares none of "+f.typ.Space)
		v.skip = 1
	default:
		v.openLax(name)
	}
}

// openLax opens an element under lax assessment: it is checked only if the schema declares it.
func (v *Validator) openLax(name xmlscan.Name) {
	if v.lax == 0 {
		v.lax = len(v.stack)
	}
	if name.Is(v.schema.Space, v.schema.Root.Name) {
		v.open(&v.schema.Root, 1)
		return
	}
	f := frame{name: string(name.Local), line: v.scan.Line(), textAt: len(v.text)}
	for _, a := range v.scan.Attrs() {
		if a.Space == xsiSpace && string(a.Local) == "type" {
			v.laxType(&f, a.Value)
		}
	}
	v.stack = append(v.stack, f)
	if f.typ != nil {
		v.attributes(f.typ)
	}
}

// laxType follows xsi:type on an element that the schema does not declare.
func (v *Validator) laxType(f *frame, value []byte) {
	space, local := v.qualified(value)
	if space == v.schema.Space {
		f.typ, f.at = v.schema.Types[string(local)], -1
	}
	if f.typ == nil && space != xsdSpace {
		v.violate(CodeAttribute, v.Path()+"/"+f.name+"/@type", string(value), "a type that the schema declares")
	}
}
