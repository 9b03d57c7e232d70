package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// codeFiles adds the tables of package codes.
func codeFiles(folder string, files map[string][]byte) error {
	makers := map[string]func(string) ([]byte, error){
		"codes/currencies_gen.go": currencies, "codes/countries_gen.go": countries, "codes/external_gen.go": external,
	}
	for name, make := range makers {
		content, err := make(folder)
		if err != nil {
			return err
		}
		files[name] = content
	}
	return nil
}

// currencies reads ISO 4217 list one. A code without minor units is a metal, a unit of account
// or a test code; a fund code carries its mark.
func currencies(folder string) ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(folder, "table_a1.xml"))
	if err != nil {
		return nil, err
	}
	var list struct {
		Published string `xml:"Pblshd,attr"`
		Entries   []struct {
			Name struct {
				Text string `xml:",chardata"`
				Fund string `xml:"IsFund,attr"`
			} `xml:"CcyNm"`
			Code  string `xml:"Ccy"`
			Units string `xml:"CcyMnrUnts"`
		} `xml:"CcyTbl>CcyNtry"`
	}
	if err := xml.Unmarshal(content, &list); err != nil {
		return nil, err
	}
	rows := map[string]string{}
	for _, e := range list.Entries {
		if e.Code == "" {
			continue
		}
		units, kind := e.Units, "Money"
		switch {
		case e.Units == "N.A.":
			units, kind = "-1", "NotMoney"
		case strings.EqualFold(e.Name.Fund, "true"):
			kind = "Fund"
		}
		rows[e.Code] = fmt.Sprintf("{%q, %q, %s, %s},", e.Code, e.Name.Text, units, kind)
	}
	b := bytes.NewBufferString(generated)
	fmt.Fprintf(b, "package codes\n\n// CurrenciesPublished is the date of the ISO 4217 list that the table was made from.\nconst CurrenciesPublished = %q\n\n", list.Published)
	b.WriteString("var currencies = []Currency{\n")
	for _, code := range sorted(rows) {
		b.WriteString("\t" + rows[code] + "\n")
	}
	b.WriteString("}\n")
	return source(b)
}

func countries(folder string) ([]byte, error) {
	file, err := os.Open(filepath.Join(folder, "country-codes.csv"))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, err
	}
	column := -1
	for i, name := range rows[0] {
		if name == "ISO3166-1-Alpha-2" {
			column = i
		}
	}
	if column < 0 {
		return nil, fmt.Errorf("country-codes.csv has no column of alpha-2 codes")
	}
	found := map[string]string{}
	for _, row := range rows[1:] {
		if code := strings.TrimSpace(row[column]); len(code) == 2 {
			found[code] = code
		}
	}
	b := bytes.NewBufferString(generated)
	fmt.Fprintf(b, "package codes\n\nconst countries = %q\n", strings.Join(sorted(found), " "))
	return source(b)
}

// external reads the JSON schema in which ISO publishes the external code sets.
func external(folder string) ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(folder, "iso20022-external", "external_code_sets.json"))
	if err != nil {
		return nil, err
	}
	var list struct {
		Definitions map[string]struct {
			Enum []string `json:"enum"`
		} `json:"definitions"`
	}
	if err := json.Unmarshal(content, &list); err != nil {
		return nil, err
	}
	b := bytes.NewBufferString(generated)
	b.WriteString("package codes\n\nvar external = map[string]string{\n")
	for _, name := range sorted(list.Definitions) {
		values := list.Definitions[name].Enum
		if len(values) == 0 {
			continue
		}
		sort.Strings(values)
		fmt.Fprintf(b, "\t%q: %q,\n", name, strings.Join(values, " "))
	}
	b.WriteString("}\n")
	return source(b)
}

func sorted[V any](rows map[string]V) []string {
	names := make([]string, 0, len(rows))
	for name := range rows {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
