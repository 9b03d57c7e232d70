package expr

import (
	"errors"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// typeSystem is the whole world of types that an expression can name: documents, and nothing else. So no
// protocol buffer, no enum and no type name of the library is reachable.
type typeSystem struct{}

var errNoDocument = errors.New("not a document")

// NativeToValue adapts the few Go values that reach the interpreter from lists and fields.
func (typeSystem) NativeToValue(value any) ref.Val {
	switch v := value.(type) {
	case ref.Val:
		return v
	case string:
		return types.String(v)
	case bool:
		return types.Bool(v)
	case *Document:
		return document{v}
	}
	return types.NewErr("no value of an expression: %T", value)
}

// EnumValue knows no enums.
func (typeSystem) EnumValue(name string) ref.Val { return types.NewErr("unknown enum %s", name) }

// FindIdent knows no names of types.
func (typeSystem) FindIdent(string) (ref.Val, bool) { return nil, false }

// FindStructType knows documents.
func (typeSystem) FindStructType(name string) (*types.Type, bool) {
	if name != documentTypeName {
		return nil, false
	}
	return types.NewTypeTypeWithParam(documentType), true
}

// FindStructFieldNames lists the fields of a document.
func (typeSystem) FindStructFieldNames(name string) ([]string, bool) {
	if name != documentTypeName {
		return nil, false
	}
	return []string{"kind", "hash"}, true
}

// FindStructFieldType says how a field of a document is read.
func (typeSystem) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	if name != documentTypeName {
		return nil, false
	}
	switch field {
	case "kind":
		return textField(func(d *Document) string { return d.Kind }), true
	case "hash":
		return textField(func(d *Document) string { return d.Hash }), true
	}
	return nil, false
}

func textField(read func(*Document) string) *types.FieldType {
	return &types.FieldType{
		Type: types.StringType,
		IsSet: func(target any) bool {
			_, ok := target.(*Document)
			return ok
		},
		GetFrom: func(target any) (any, error) {
			d, ok := target.(*Document)
			if !ok {
				return nil, errNoDocument
			}
			return types.String(read(d)), nil
		},
	}
}

// NewValue refuses: an expression makes no documents.
func (typeSystem) NewValue(name string, _ map[string]ref.Val) ref.Val {
	return types.NewErr("an expression cannot make a %s", name)
}
