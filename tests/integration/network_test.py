"""The bridge that containers are on: addresses, reachability, what it leaves, and a second engine beside it."""

import socket
import subprocess
import threading

from mocker_tests import base, cases, engine, host

BRIDGE = {"NetworkMode": "bridge"}


class Network(cases.EngineCase):
    def address(self, container):
        return self.engine.inspect(container)["NetworkSettings"]["Networks"]["bridge"]["IPAddress"]

    def test_a_container_has_the_address_that_inspect_shows(self):
        container = self.start_container("sleep", "60", HostConfig=BRIDGE)
        settings = self.engine.inspect(container)["NetworkSettings"]["Networks"]["bridge"]
        self.assertEqual(settings["Gateway"], f"{self.engine.subnet}.1")
        self.assertEqual(settings["IPPrefixLen"], 24)
        self.assertTrue(settings["IPAddress"].startswith(self.engine.subnet + "."))
        shown = self.engine.mocker("exec", container, "ip", "-o", "addr", "show", "eth0").out
        self.assertIn(f"inet {settings['IPAddress']}/24", shown)

    def test_loopback_is_up_and_the_default_route_leads_to_the_bridge(self):
        code, out, _ = self.run_container("sh", "-c", "ip route; ip -o link show lo; ip -o addr show lo", HostConfig=BRIDGE)
        self.assertEqual(code, 0)
        self.assertIn(f"default via {self.engine.subnet}.1 dev eth0".encode(), out)
        self.assertIn(b"127.0.0.1/8", out)
        self.assertIn(b"LOOPBACK,UP", out)

    def test_containers_reach_each_other(self):
        server = self.start_container("sh", "-c", "while :; do echo hello | nc -l -p 8080; done", HostConfig=BRIDGE)
        client = ("sh", "-c", f"for i in 1 2 3 4 5 6 7 8 9 10; do nc -w 2 {self.address(server)} 8080 </dev/null && exit 0; sleep 0.2; done; exit 1")
        code, out, _ = self.run_container(*client, HostConfig=BRIDGE)
        self.assertEqual((code, out), (0, b"hello\n"))

    def test_a_container_reaches_the_host_through_the_gateway(self):
        self.assertTrue(self._bridge_is_up())
        server = socket.create_server((f"{self.engine.subnet}.1", 0))
        self.addCleanup(server.close)
        server.settimeout(30)

        def greet():
            connection, _ = server.accept()
            connection.sendall(b"hello from the host\n")
            connection.close()
        threading.Thread(target=greet, daemon=True).start()
        code, out, err = self.run_container("nc", "-w", "5", f"{self.engine.subnet}.1", str(server.getsockname()[1]), HostConfig=BRIDGE)
        self.assertEqual((code, out), (0, b"hello from the host\n"), err)

    def _bridge_is_up(self):
        self.run_container("true", HostConfig=BRIDGE)  # the first container makes it
        return self.engine.bridge in host.links()

    def test_traffic_to_the_outside_is_masqueraded(self):
        self.assertTrue(self._bridge_is_up())
        rules = subprocess.run(["nft", "list", "ruleset"], capture_output=True, text=True, check=True).stdout
        self.assertIn(f'ip saddr {self.engine.subnet}.0/24 oifname != "{self.engine.bridge}" masquerade', rules)
        self.assertEqual(host.ip_forward(), "1")

    def test_addresses_are_unique_and_given_out_again(self):
        containers = [self.start_container("sleep", "60", HostConfig=BRIDGE) for _ in range(5)]
        addresses = [self.address(c) for c in containers]
        self.assertEqual(len(set(addresses)), 5)
        self.engine.request("DELETE", f"/containers/{containers[1]}?force=1")
        again = self.start_container("sleep", "60", HostConfig=BRIDGE)
        self.assertEqual(self.address(again), addresses[1])

    def test_a_stopped_container_has_no_interface_and_keeps_its_network(self):
        container = self.start_container("sleep", "60", HostConfig=BRIDGE)
        self.assertEqual(len(host.ports_of(self.engine.bridge)), 1)
        self.engine.post(f"/containers/{container}/stop?t=0")
        base.eventually(lambda: not host.ports_of(self.engine.bridge), "the interface goes")
        settings = self.engine.inspect(container)["NetworkSettings"]["Networks"]["bridge"]
        self.assertEqual(settings["IPAddress"], "")

    def test_none_has_loopback_only_and_host_has_all(self):
        code, out, _ = self.run_container("sh", "-c", "ip -o link; ip route", HostConfig={"NetworkMode": "none"})
        self.assertEqual(code, 0)
        self.assertEqual(out.count(b"\n"), 1)
        self.assertIn(b"LOOPBACK,UP", out)
        code, out, _ = self.run_container("hostname", HostConfig={"NetworkMode": "host"})
        self.assertEqual(out.decode().strip(), base.run(["hostname"]).out.strip())

    def test_the_networks_are_listed(self):
        self.start_container("sleep", "60", HostConfig=BRIDGE)
        networks = {n["Name"]: n for n in self.engine.get("/networks").json}
        self.assertLessEqual({"bridge", "host", "none"}, set(networks))
        self.assertEqual([networks[n]["Driver"] for n in ("bridge", "host", "none")], ["bridge", "host", "null"])
        self.assertEqual(networks["bridge"]["IPAM"]["Config"][0]["Subnet"], f"{self.engine.subnet}.0/24")
        self.assertRegex(networks["bridge"]["Id"], "^[0-9a-f]{64}$")

    def test_name_servers_and_hosts_are_usable(self):
        container = self.start_container("sleep", "60", HostConfig=BRIDGE)
        files = self.engine.mocker("exec", container, "cat", "/etc/hosts", "/etc/resolv.conf").out
        self.assertIn(f"{self.address(container)}\t{container[:12]}", files)
        self.assertIn("127.0.0.1\tlocalhost", files)
        self.assertRegex(files, r"(?m)^nameserver ")
        self.assertNotRegex(files, r"(?m)^nameserver 127\.")

    def test_an_address_survives_a_restart_of_the_engine(self):
        kept = self.start_container("sleep", "60", HostConfig=BRIDGE)
        address = self.address(kept)
        self.engine.kill()
        self.engine.start()
        self.assertEqual(self.address(kept), address)
        other = self.start_container("sleep", "60", HostConfig=BRIDGE)
        self.assertNotEqual(self.address(other), address)

    def test_a_second_engine_has_a_bridge_of_its_own(self):
        first = self.start_container("sleep", "60", HostConfig=BRIDGE)
        second = engine.Engine()
        self.addCleanup(second.tear_down)
        second.pull(self.image)
        container = second.create(self.image, ["sleep", "60"], HostConfig=BRIDGE)
        self.assertEqual(second.post(f"/containers/{container}/start").status, 204)
        self.assertNotEqual(second.bridge, self.engine.bridge)
        self.assertEqual(len(host.ports_of(second.bridge)), 1)
        second.tear_down()
        self.assertNotIn(second.bridge, host.links())
        rules = subprocess.run(["nft", "list", "ruleset"], capture_output=True, text=True, check=True).stdout
        self.assertIn(self.engine.bridge, rules)
        self.assertNotIn(second.bridge, rules)
        self.assertEqual(self.engine.inspect(first)["State"]["Status"], "running")
        code, _, _ = self.run_container("ping", "-c", "1", "-W", "3", self.address(first), HostConfig=BRIDGE)
        self.assertEqual(code, 0)

    def test_the_mac_address_is_shown_as_it_is(self):
        container = self.start_container("sleep", "60", HostConfig=BRIDGE)
        shown = self.engine.inspect(container)["NetworkSettings"]["Networks"]["bridge"]["MacAddress"]
        self.assertEqual(self.engine.mocker("exec", container, "cat", "/sys/class/net/eth0/address").out.strip(), shown)
