// Applies strategic-merge patches as Kubernetes does. Reads JSON lines {"kind", "original", "patch"}, answers each
// with a line {"result"} or {"error"}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	admission "k8s.io/api/admissionregistration/v1"
	apps "k8s.io/api/apps/v1"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

var types = map[string]any{
	"ConfigMap":                      core.ConfigMap{},
	"CronJob":                        batch.CronJob{},
	"Deployment":                     apps.Deployment{},
	"Job":                            batch.Job{},
	"PersistentVolumeClaim":          core.PersistentVolumeClaim{},
	"Pod":                            core.Pod{},
	"Service":                        core.Service{},
	"ServiceAccount":                 core.ServiceAccount{},
	"StatefulSet":                    apps.StatefulSet{},
	"ValidatingWebhookConfiguration": admission.ValidatingWebhookConfiguration{},
}

type question struct {
	Kind            string
	Original, Patch json.RawMessage
}

type answer struct {
	Result json.RawMessage `json:"result,omitempty"`
	Error  string          `json:"error,omitempty"`
}

func patched(q question) (a answer) {
	defer func() {
		if reason := recover(); reason != nil {
			a = answer{Error: fmt.Sprint(reason)}
		}
	}()
	result, err := strategicpatch.StrategicMergePatch(q.Original, q.Patch, types[q.Kind])
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Result: result}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var q question
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			panic(err)
		}
		if err := out.Encode(patched(q)); err != nil {
			panic(err)
		}
	}
}
