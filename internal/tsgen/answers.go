package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"

	"causeway/api"
	"causeway/core"
	"causeway/core/kernel/state"
	"causeway/internal/testkit"
)

// described is a node of which the interface asks only what its description depends on.
type described struct {
	api.Node
	ledger *core.Machine
}

func (d described) Ledger() *core.Machine { return d.ledger }
func (d described) Health() http.Handler  { return http.NotFoundHandler() }
func (d described) Ready() http.Handler   { return http.NotFoundHandler() }
func (d described) Metrics() http.Handler { return http.NotFoundHandler() }

// answersFile declares an interface for every object of the OpenAPI description.
func answersFile() ([]byte, error) {
	machine, err := core.Open(testkit.NewWorld().Genesis(), state.NewMemory())
	if err != nil {
		return nil, err
	}
	machine.Genesis()
	machine.Commit()
	asked := httptest.NewRecorder()
	api.New(described{ledger: machine}, nil, api.Config{}).ServeHTTP(asked, httptest.NewRequest(http.MethodGet, "/openapi.json", nil))
	var document struct {
		Components struct {
			Schemas map[string]*schema `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(asked.Body.Bytes(), &document); err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	var out bytes.Buffer
	out.WriteString(header)
	for _, name := range slices.Sorted(maps.Keys(document.Components.Schemas)) {
		s := document.Components.Schemas[name]
		if s.Properties == nil {
			return nil, fmt.Errorf("openapi: %s is no object with fields", name)
		}
		fmt.Fprintf(&out, "export interface %s {\n", name)
		for _, field := range slices.Sorted(maps.Keys(s.Properties)) {
			if field == "$schema" {
				continue
			}
			typed, err := s.Properties[field].typescript()
			if err != nil {
				return nil, fmt.Errorf("openapi: %s.%s: %w", name, field, err)
			}
			if !slices.Contains(s.Required, field) { // what is left out when it is empty is never null
				typed = strings.TrimSuffix(typed, " | null")
			}
			if text := s.Properties[field].Description; text != "" {
				fmt.Fprintf(&out, "  /** %s */\n", comment(text))
			}
			optional := "?"
			if slices.Contains(s.Required, field) {
				optional = ""
			}
			fmt.Fprintf(&out, "  %s%s: %s;\n", field, optional, typed)
		}
		out.WriteString("}\n\n")
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// schema is what the description uses of JSON Schema.
type schema struct {
	Ref         string             `json:"$ref"`
	Type        json.RawMessage    `json:"type"` // one name, or a list of names
	Description string             `json:"description"`
	Enum        []string           `json:"enum"`
	Items       *schema            `json:"items"`
	Properties  map[string]*schema `json:"properties"`
	Required    []string           `json:"required"`
	Additional  json.RawMessage    `json:"additionalProperties"` // false, or a schema
}

func (s *schema) typescript() (string, error) {
	if s.Ref != "" {
		return s.Ref[strings.LastIndexByte(s.Ref, '/')+1:], nil
	}
	if len(s.Type) == 0 {
		return "unknown", nil
	}
	var names []string
	if err := json.Unmarshal(s.Type, &names); err != nil {
		names = []string{""}
		if err := json.Unmarshal(s.Type, &names[0]); err != nil {
			return "", err
		}
	}
	var forms []string
	for _, name := range names {
		form, err := s.one(name)
		if err != nil {
			return "", err
		}
		forms = append(forms, form)
	}
	return strings.Join(forms, " | "), nil
}

func (s *schema) one(name string) (string, error) {
	switch name {
	case "string":
		if len(s.Enum) > 0 {
			var quoted []string
			for _, value := range s.Enum {
				quoted = append(quoted, strconv.Quote(value))
			}
			return strings.Join(quoted, " | "), nil
		}
		return "string", nil
	case "boolean", "null":
		return name, nil
	case "integer", "number":
		return "number", nil
	case "array":
		inner, err := s.Items.typescript()
		return "Array<" + inner + ">", err
	case "object":
		var value schema
		if s.Properties != nil {
			return "", errors.New("an object without a name")
		}
		if json.Unmarshal(s.Additional, &value) != nil {
			return "{ [name: string]: unknown }", nil
		}
		inner, err := value.typescript()
		return "{ [name: string]: " + inner + " }", err
	}
	return "", fmt.Errorf("the SDK has no type for %q", name)
}
