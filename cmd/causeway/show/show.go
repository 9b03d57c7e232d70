// Package show writes values for people and programs: as a table, as JSON, as YAML.
//
// Whatever has a JSON form can be shown; the order of its fields is kept. A value goes to
// standard output, everything else that a command has to say goes elsewhere.
package show

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"gopkg.in/yaml.v3"
)

// Format is how a value is written.
type Format string

// The formats.
const (
	Table Format = "table"
	JSON  Format = "json"
	YAML  Format = "yaml"
)

// Formats lists them for help and completion.
var Formats = []string{string(Table), string(JSON), string(YAML)}

// Valid reports whether f is one of them.
func (f Format) Valid() bool { return f == Table || f == JSON || f == YAML }

// Value writes one value.
func Value(w io.Writer, f Format, v any) error {
	if f == JSON {
		data, err := encode(v, "  ")
		if err != nil {
			return err
		}
		_, err = w.Write(data)
		return err
	}
	tree, err := parse(v)
	if err != nil {
		return err
	}
	if f == YAML {
		encoder := yaml.NewEncoder(w)
		encoder.SetIndent(2)
		if err := encoder.Encode(tree); err != nil {
			return err
		}
		return encoder.Close()
	}
	return table(w, tree)
}

// encode leaves <, > and & as they are: nobody embeds this in HTML.
func encode(v any, indent string) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	err := encoder.Encode(v)
	return out.Bytes(), err
}

// Line writes one value of a stream: a line of JSON, a YAML document, or the fields of a table row.
func Line(w io.Writer, f Format, v any) error {
	if f == JSON {
		data, err := encode(v, "")
		if err != nil {
			return err
		}
		_, err = w.Write(data)
		return err
	}
	if f == YAML {
		if _, err := io.WriteString(w, "---\n"); err != nil {
			return err
		}
		return Value(w, YAML, v)
	}
	tree, err := parse(v)
	if err != nil {
		return err
	}
	var parts []string
	for i := 0; i+1 < len(tree.Content); i += 2 {
		parts = append(parts, tree.Content[i].Value+"="+text(tree.Content[i+1]))
	}
	_, err = fmt.Fprintln(w, strings.Join(parts, "  "))
	return err
}

// parse gives a value as a tree, by way of JSON, which is YAML and keeps the order of fields.
func parse(v any) (*yaml.Node, error) {
	data, err := encode(v, "")
	if err != nil {
		return nil, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, err
	}
	tree := document.Content[0]
	plain(tree)
	return tree, nil
}

// oldBooleans are truth values to readers of YAML 1.1: the country code NO among them.
var oldBooleans = []string{"y", "n", "yes", "no", "on", "off"}

// plain drops the quotes and braces of JSON; the encoder puts quotes where YAML needs them.
func plain(n *yaml.Node) {
	n.Style = 0
	if n.Tag == "!!str" && contains(oldBooleans, strings.ToLower(n.Value)) {
		n.Style = yaml.DoubleQuotedStyle
	}
	for _, child := range n.Content {
		plain(child)
	}
}

func table(w io.Writer, tree *yaml.Node) error {
	writer := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	switch {
	case tree.Kind == yaml.SequenceNode:
		rows(writer, tree)
	case tree.Kind == yaml.MappingNode:
		fields(writer, tree, "")
	default:
		fmt.Fprintln(writer, text(tree))
	}
	return writer.Flush()
}

// fields writes one field a line, nested ones by their path.
func fields(w io.Writer, tree *yaml.Node, path string) {
	for i := 0; i+1 < len(tree.Content); i += 2 {
		name, value := path+tree.Content[i].Value, tree.Content[i+1]
		switch {
		case value.Kind == yaml.MappingNode && len(value.Content) > 0:
			fields(w, value, name+".")
		case value.Kind == yaml.SequenceNode && nested(value):
			for k, item := range value.Content {
				if item.Kind == yaml.MappingNode {
					fields(w, item, fmt.Sprintf("%s[%d].", name, k))
				} else {
					fmt.Fprintf(w, "%s[%d]\t%s\n", name, k, text(item))
				}
			}
		default:
			fmt.Fprintf(w, "%s\t%s\n", name, text(value))
		}
	}
}

func nested(list *yaml.Node) bool {
	for _, item := range list.Content {
		if item.Kind != yaml.ScalarNode {
			return true
		}
	}
	return false
}

const columnsMax = 9

// rows writes a list of records: a column for each field that is not nested in any of them.
func rows(w io.Writer, list *yaml.Node) {
	var columns []string
	drop := map[string]bool{}
	for _, item := range list.Content {
		for i := 0; i+1 < len(item.Content) && item.Kind == yaml.MappingNode; i += 2 {
			name := item.Content[i].Value
			if item.Content[i+1].Kind == yaml.MappingNode || nested(item.Content[i+1]) {
				drop[name] = true
			}
			if !contains(columns, name) {
				columns = append(columns, name)
			}
		}
	}
	var kept []string
	for _, name := range columns {
		if !drop[name] && len(kept) < columnsMax {
			kept = append(kept, name)
		}
	}
	if len(kept) > 0 {
		fmt.Fprintln(w, strings.ToUpper(strings.Join(kept, "\t")))
	}
	for _, item := range list.Content {
		if item.Kind != yaml.MappingNode {
			fmt.Fprintln(w, text(item))
			continue
		}
		cells := make([]string, len(kept))
		for i := 0; i+1 < len(item.Content); i += 2 {
			for k, name := range kept {
				if item.Content[i].Value == name {
					cells[k] = text(item.Content[i+1])
				}
			}
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
}

func contains(list []string, text string) bool {
	for _, one := range list {
		if one == text {
			return true
		}
	}
	return false
}

// text is a value on one line.
func text(n *yaml.Node) string {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return ""
		}
		return n.Value
	case yaml.SequenceNode:
		parts := make([]string, len(n.Content))
		for i, item := range n.Content {
			parts[i] = text(item)
		}
		return strings.Join(parts, ", ")
	}
	var parts []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		parts = append(parts, n.Content[i].Value+"="+text(n.Content[i+1]))
	}
	return strings.Join(parts, " ")
}
