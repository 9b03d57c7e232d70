package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"causeway/internal/shareddata"
)

// TestCommittedCodeIsFresh runs the generator and compares with what is committed.
func TestCommittedCodeIsFresh(t *testing.T) {
	data := shareddata.Folder(t)
	files, err := generate(filepath.Join(data, "iso20022", "xsd"), filepath.Join(data, "codes"))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range files {
		got, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(path)))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is stale (%v): run go run ./iso20022/gen", path, err)
		}
	}
	committed, err := filepath.Glob("../*/*_gen.go")
	if err != nil || len(committed) != len(files) {
		t.Errorf("%d generated files are committed, %d are made (%v)", len(committed), len(files), err)
	}
}

const small = `<xs:schema xmlns="urn:iso:std:iso:20022:tech:xsd:test.001.001.01" xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified" targetNamespace="urn:iso:std:iso:20022:tech:xsd:test.001.001.01">
<xs:element name="Document" type="Document"/>
<xs:complexType name="Document"><xs:sequence><xs:element name="A" type="T" minOccurs="0" maxOccurs="3"/></xs:sequence></xs:complexType>
<xs:simpleType name="T"><xs:restriction base="xs:string"><xs:maxLength value="3"/></xs:restriction></xs:simpleType></xs:schema>`

// TestUnknownConstructsStopIt holds that the generator never passes over what it cannot express.
func TestUnknownConstructsStopIt(t *testing.T) {
	try := func(old, replacement string) (map[string][]byte, error) {
		folder := t.TempDir()
		if !strings.Contains(small, old) {
			t.Fatalf("%q is not there", old)
		}
		if err := os.WriteFile(filepath.Join(folder, "t.xsd"), []byte(strings.Replace(small, old, replacement, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		return generate(folder, "")
	}
	files, err := try("", "")
	if err != nil || !strings.Contains(string(files["test001v01/schema_gen.go"]), "seq Document A:T{0,3}\ntext") && !strings.Contains(string(files["test001v01/schema_gen.go"]), "A:T{0,3}") {
		t.Fatalf("%v\n%s", err, files["test001v01/schema_gen.go"])
	}
	for old, replacement := range map[string]string{
		`<xs:maxLength value="3"/>`:                     `<xs:whiteSpace value="collapse"/>`,
		`base="xs:string"`:                              `base="Other"`,
		`<xs:complexType name="Document">`:              `<xs:complexType name="Document" mixed="true">`,
		`minOccurs="0"`:                                 `nillable="true"`,
		`<xs:element name="Document" type="Document"/>`: `<xs:import namespace="x"/><xs:element name="Document" type="Document"/>`,
		`elementFormDefault="qualified"`:                `elementFormDefault="unqualified"`,
		`</xs:sequence>`:                                `<xs:choice><xs:element name="B" type="T"/></xs:choice></xs:sequence>`,
		`targetNamespace="urn:iso`:                      `targetNamespace="urn:other`,
	} {
		if _, err := try(old, replacement); err == nil {
			t.Errorf("%q was passed over", replacement)
		}
	}
}
