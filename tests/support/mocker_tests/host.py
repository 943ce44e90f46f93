"""What is on the host because of an engine: mounts, interfaces, cgroups, processes, rules. And how to take it away."""

import contextlib
import ctypes
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

CGROUPS = pathlib.Path("/sys/fs/cgroup")
HEX_ID = re.compile(r"^[0-9a-f]{64}$")


def mounts(below=None):
    """The mount points, or those that are below (or are made from) a directory."""
    found = []
    for line in pathlib.Path("/proc/mounts").read_text().splitlines():
        fields = line.split()
        if below is None or str(below) in fields[1] or str(below) in fields[3] or str(below) in fields[0]:
            found.append(fields[1].replace("\\040", " "))
    return found


def processes(mentioning):
    """Ids of the processes whose command line mentions a text."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            if str(mentioning).encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return found


def describe(pid):
    with contextlib.suppress(OSError):
        line = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return f"{pid} {line[:300]}"
    return f"{pid} (gone)"


def links():
    return set(os.listdir("/sys/class/net"))


def ports_of(bridge):
    with contextlib.suppress(OSError):
        return set(os.listdir(f"/sys/class/net/{bridge}/brif"))
    return set()


def cgroups():
    """Every control group that is named like a container, as paths."""
    found = set()
    for top, directories, _ in os.walk(CGROUPS):
        for name in directories:
            if HEX_ID.match(name):
                found.add(os.path.join(top, name))
    return found


def ip_forward():
    return pathlib.Path("/proc/sys/net/ipv4/ip_forward").read_text().strip()


def lost_interfaces():
    """Ends of veth pairs that belong to no bridge: nobody's."""
    return {name for name in links() if name.startswith("veth") and not os.path.exists(f"/sys/class/net/{name}/master")}


def left_over(directory, bridge):
    """What there is on the host of an engine with this directory and bridge, beside the bridge itself."""
    return {
        "mounts": mounts(directory),
        "interfaces": sorted(ports_of(bridge) | lost_interfaces()),
        "cgroups": sorted(g for g in cgroups() if f"/{bridge}/" in g),
        "processes": [describe(p) for p in processes(directory)],
    }


def kill(pids):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def members(cgroup):
    with contextlib.suppress(OSError):
        return [int(p) for p in pathlib.Path(cgroup, "cgroup.procs").read_text().split()]
    return []


def clean(directory, bridge, ids):
    """Takes away, by force, all that an engine with this data directory and bridge has on the host."""
    libc = ctypes.CDLL(None, use_errno=True)
    ids = set(ids)
    for _ in range(50):
        groups = [g for g in cgroups() if os.path.basename(g) in ids]
        pids = set(processes(directory))
        for group in groups:
            pids.update(members(group))
        kill(pids)
        for group in sorted(groups, reverse=True):
            with contextlib.suppress(OSError):
                os.rmdir(group)
        left = [p for p in pids if os.path.exists(f"/proc/{p}")]
        if not left and not any(os.path.exists(g) for g in groups):
            break
        time.sleep(0.05)
    if bridge:
        for top, _, _ in os.walk(CGROUPS, topdown=False):
            if os.path.basename(top) == bridge or f"/{bridge}/" in top:
                with contextlib.suppress(OSError):
                    os.rmdir(top)
    for point in reversed(mounts(directory)):
        libc.umount2(point.encode(), 2)  # MNT_DETACH
    if bridge:
        subprocess.run(["ip", "link", "delete", bridge], capture_output=True, check=False)
        subprocess.run(["nft", "delete", "table", "ip", bridge], capture_output=True, check=False)
        remove_forward_rules(bridge)
    shutil.rmtree(directory, ignore_errors=True)


def own(directory, bridge=""):
    """Notes in a directory whose it is, for `sweep`."""
    pathlib.Path(directory, "owner").write_text(f"{os.getpid()} {bridge}")


def sweep():
    """Takes away what runs have left that were killed before they could."""
    for note in pathlib.Path("/tmp").glob("mkt-*/owner"):
        with contextlib.suppress(OSError, ValueError):
            pid, _, bridge = note.read_text().partition(" ")
            command = pathlib.Path(f"/proc/{int(pid)}/cmdline")
            if not command.exists() or b"run.py" not in command.read_bytes():
                clean(note.parent, bridge, {p.name for p in note.parent.glob("*/containers/*")})


def remove_forward_rules(bridge):
    """Takes away what a bridge added to the host's own FORWARD chain, where the host has one."""
    chain = ["ip", "filter", "FORWARD"]
    listed = subprocess.run(["nft", "--handle", "list", "chain", *chain], capture_output=True, text=True, check=False).stdout
    for line in listed.splitlines():
        if f'"{bridge} {bridge}"' in line or f'ifname "{bridge}"' in line:
            handle = line.rsplit(" ", 1)[1]
            subprocess.run(["nft", "delete", "rule", *chain, "handle", handle], capture_output=True, check=False)
