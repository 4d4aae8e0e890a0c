// Judges pods by the Pod Security Standards as Kubernetes does. Reads JSON lines, a pod each, and answers each with a
// line {level: {version: reasons}}: why the standard of that level forbids the pod, from that version on.
// The only argument is the newest minor version that is asked about.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"

	core "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

func reasons(evaluator policy.Evaluator, level api.Level, minor int, pod *core.Pod) []string {
	standard := api.LevelVersion{Level: level, Version: api.MajorMinorVersion(1, minor)}
	found := []string{}
	for _, result := range evaluator.EvaluatePod(standard, &pod.ObjectMeta, &pod.Spec) {
		if !result.Allowed {
			found = append(found, result.ForbiddenReason)
		}
	}
	slices.Sort(found)
	return found
}

func main() {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		panic(err)
	}
	newest, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var pod core.Pod
		if err := json.Unmarshal(lines.Bytes(), &pod); err != nil {
			panic(err)
		}
		for i := range pod.Spec.Volumes { // as the server does, before it judges
			if source := &pod.Spec.Volumes[i].VolumeSource; *source == (core.VolumeSource{}) {
				source.EmptyDir = &core.EmptyDirVolumeSource{}
			}
		}
		answer := map[api.Level]map[string][]string{}
		for _, level := range []api.Level{api.LevelBaseline, api.LevelRestricted} {
			answer[level] = map[string][]string{}
			var last []string
			for minor := range newest + 1 {
				now := reasons(evaluator, level, minor, &pod)
				if minor == 0 || !slices.Equal(now, last) {
					answer[level][fmt.Sprintf("1.%d", minor)] = now
				}
				last = now
			}
		}
		if err := out.Encode(answer); err != nil {
			panic(err)
		}
	}
}
