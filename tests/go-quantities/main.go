// Reads quantities as Kubernetes does. Reads lines of JSON, answers each with null, or with a line of the number
// (unscaled, and the digits after its point), its whole units and thousandths in a list of resources.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	"k8s.io/apimachinery/pkg/api/resource"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var read resource.Quantity
		if json.Unmarshal(lines.Bytes(), &read) != nil {
			answers.Encode(nil)
			continue
		}
		listed := read.DeepCopy()
		listed.RoundUp(resource.Milli)
		units, thousandths := listed.Value(), listed.MilliValue()
		number := read.AsDec()
		answers.Encode([]any{number.UnscaledBig().String(), number.Scale(), units, thousandths})
	}
}
