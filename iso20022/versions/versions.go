// Package versions lists every message version that can be validated.
package versions

import (
	"strings"

	"causeway/iso20022/schema"
)

var byVersion = func() map[string]*schema.Table {
	m := make(map[string]*schema.Table, len(tables))
	for _, t := range tables {
		m[t.Version] = t
	}
	return m
}()

// All are the tables in the order of their names.
func All() []*schema.Table { return tables }

// Find returns the table of a version such as pacs.008.001.08; nil if it is not supported.
func Find(version string) *schema.Table { return byVersion[version] }

// Like lists the supported versions of the same message, or all where there is none.
func Like(version string) string {
	kind := version
	if len(version) > 8 {
		kind = version[:8]
	}
	var same, all []string
	for _, t := range tables {
		all = append(all, t.Version)
		if strings.HasPrefix(t.Version, kind) {
			same = append(same, t.Version)
		}
	}
	if len(same) > 0 {
		return strings.Join(same, ", ")
	}
	return strings.Join(all, ", ")
}
