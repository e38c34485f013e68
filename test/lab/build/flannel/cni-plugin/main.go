// The CNI plugin "flannel": turns /run/flannel/subnet.env into a configuration for the bridge plugin and delegates
// to it. Upstream's plugin is not published as a Go module; this does what it does, in its words when it fails.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/containernetworking/cni/pkg/invoke"
	"github.com/containernetworking/cni/pkg/skel"
	"github.com/containernetworking/cni/pkg/types"
	"github.com/containernetworking/cni/pkg/version"
)

const (
	subnetFile = "/run/flannel/subnet.env"
	stateDir   = "/var/lib/cni/flannel"
	patience   = 4 * time.Second
)

type netConf struct {
	types.NetConf
	Delegate map[string]any `json:"delegate"`
}

func main() {
	skel.PluginMainFuncs(skel.CNIFuncs{Add: add, Check: check, Del: del}, version.All, "CNI Plugin flannel (lab)")
}

func add(args *skel.CmdArgs) error {
	conf := netConf{}
	if err := json.Unmarshal(args.StdinData, &conf); err != nil {
		return fmt.Errorf("failed to load netconf: %w", err)
	}
	env, err := loadSubnetEnv()
	if err != nil {
		return fmt.Errorf("loadFlannelSubnetEnv failed: %w", err)
	}
	mtu, err := strconv.Atoi(env["FLANNEL_MTU"])
	if err != nil {
		return fmt.Errorf("loadFlannelSubnetEnv failed: FLANNEL_MTU: %w", err)
	}
	subnet := env["FLANNEL_SUBNET"]
	if i := strings.LastIndex(subnet, ".1/"); i >= 0 {
		subnet = subnet[:i] + ".0/" + subnet[i+len(".1/"):]
	}
	delegate := map[string]any{"type": "bridge", "isGateway": true}
	for key, value := range conf.Delegate {
		delegate[key] = value
	}
	delegate["name"] = conf.Name
	delegate["cniVersion"] = conf.CNIVersion
	delegate["mtu"] = mtu
	delegate["ipMasq"] = env["FLANNEL_IPMASQ"] != "true"
	delegate["ipam"] = map[string]any{
		"type":   "host-local",
		"ranges": [][]map[string]string{{{"subnet": subnet}}},
		"routes": []map[string]string{{"dst": env["FLANNEL_NETWORK"]}},
	}
	raw, err := json.Marshal(delegate)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(stateDir, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(stateDir, args.ContainerID), raw, 0o600); err != nil {
		return err
	}
	result, err := invoke.DelegateAdd(context.Background(), "bridge", raw, nil)
	if err != nil {
		return fmt.Errorf("failed to delegate add: %w", err)
	}
	return result.Print()
}

func check(*skel.CmdArgs) error { return nil }

func del(args *skel.CmdArgs) error {
	path := filepath.Join(stateDir, args.ContainerID)
	raw, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := invoke.DelegateDel(context.Background(), "bridge", raw, nil); err != nil {
		return fmt.Errorf("failed to delegate delete: %w", err)
	}
	return os.Remove(path)
}

func loadSubnetEnv() (map[string]string, error) {
	file, err := os.Open(subnetFile)
	// The configuration is installed a moment before flanneld writes this file. Unlike upstream's plugin, wait for it:
	// a pod that fails here is tried again only after the kubelet's back-off of ten seconds.
	for deadline := time.Now().Add(patience); os.IsNotExist(err) && time.Now().Before(deadline); {
		time.Sleep(50 * time.Millisecond)
		file, err = os.Open(subnetFile)
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	env := map[string]string{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if key, value, ok := strings.Cut(lines.Text(), "="); ok {
			env[key] = value
		}
	}
	return env, lines.Err()
}
