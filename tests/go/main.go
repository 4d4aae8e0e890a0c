// Command verdicts answers how Kubernetes' own readers and writers treat a text.
//
// Each line of standard input is a JSON object with one key: "documents" (a base64 text, read as kubectl reads a file),
// "one" (a base64 text, read by sigs.k8s.io/yaml alone) or "kyaml" (a base64 text, printed again as KYAML).
// Each line of standard output answers it: {"values": [...]}, {"text": "..."} or {"error": "..."}.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"k8s.io/apimachinery/pkg/runtime"
	kubernetes "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
	"sigs.k8s.io/yaml/kyaml"
)

type question struct {
	Documents []byte `json:"documents"`
	One       []byte `json:"one"`
	Kyaml     []byte `json:"kyaml"`
}

type answer struct {
	Values []json.RawMessage `json:"values,omitempty"`
	Text   *string           `json:"text,omitempty"`
	Error  string            `json:"error,omitempty"`
}

// documents reads a text as kubectl reads a file: its documents one after another, without the empty ones.
// It does what the file visitor of k8s.io/cli-runtime/pkg/resource does, which would bring all of client-go.
func documents(text []byte) answer {
	whole := transform.NewReader(bytes.NewReader(text), unicode.BOMOverride(unicode.UTF8.NewDecoder()))
	decoder := kubernetes.NewYAMLOrJSONDecoder(whole, 4096)
	values := []json.RawMessage{}
	for {
		var object runtime.RawExtension
		err := decoder.Decode(&object)
		if err == io.EOF {
			return answer{Values: values}
		}
		if err != nil {
			return answer{Error: err.Error()}
		}
		value := json.RawMessage(bytes.TrimSpace(object.Raw))
		if len(value) > 0 && !bytes.Equal(value, []byte("null")) {
			values = append(values, value)
		}
	}
}

func one(text []byte) answer {
	value, err := yaml.YAMLToJSON(text)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Values: []json.RawMessage{value}}
}

func printed(text []byte) answer {
	var out bytes.Buffer
	if err := (&kyaml.Encoder{}).FromYAML(bytes.NewReader(text), &out); err != nil {
		return answer{Error: err.Error()}
	}
	printed := out.String()
	return answer{Text: &printed}
}

func main() {
	questions := bufio.NewReader(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	answers.SetEscapeHTML(false)
	for {
		line, err := questions.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var asked question
			if err := json.Unmarshal(line, &asked); err != nil {
				panic(err)
			}
			switch {
			case asked.Documents != nil:
				_ = answers.Encode(documents(asked.Documents))
			case asked.One != nil:
				_ = answers.Encode(one(asked.One))
			default:
				_ = answers.Encode(printed(asked.Kyaml))
			}
		}
		if err != nil {
			return
		}
	}
}
