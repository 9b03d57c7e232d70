package guard

import (
	"slices"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

func contains[T comparable](list []T, v T) bool { return slices.Contains(list, v) }

// join writes a list for a trace, bounded.
func join[T ~string](list []T) string {
	var parts []string
	for _, v := range list {
		if len(parts) == 12 {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, string(v))
	}
	return strings.Join(parts, ", ")
}
