# What every script below knows of the host that it runs on: one member of etcd as kubeadm lays it out, a static pod. The document
# puts `members` before it, one line each: name, instance, client URL. A script that refuses exits with 3 and has changed nothing;
# one that fails says so and exits with 70.
set -eu
umask 077
export LC_ALL=C ETCDCTL_API=3 PATH="$PATH:/usr/local/bin:/opt/bin"
unset ETCDCTL_ENDPOINTS
# The agent tells its Region under a name of its own, which the AWS CLI does not read.
[ -z "${AWS_SSM_REGION_NAME:-}" ] || export AWS_DEFAULT_REGION="${AWS_DEFAULT_REGION:-$AWS_SSM_REGION_NAME}"

host=${HOST_ROOT:-} # before every path; empty on a host
manifest=$host/etc/kubernetes/manifests/etcd.yaml
aside=$host/etc/kubernetes/etcd.yaml.quorum-drills # on the same disk: kubelet must never read half a manifest
pki=$host/etc/kubernetes/pki/etcd
data=$host/var/lib/etcd
home=$host/var/lib/quorum-drills

refuse() { printf 'refused: %s\n' "$*" >&2; exit 3; }
fail() { printf 'failed: %s\n' "$*" >&2; exit 70; }
say() { printf '%s=%s\n' "$1" "$2"; }
now_ms() { date +%s%3N; }
number() { sed -n "s/.*\"$1\":\\([0-9][0-9]*\\).*/\\1/p" | head -n 1; }

instance=${AWS_SSM_INSTANCE_ID:-}
own=$(printf '%s\n' "$members" | awk -v own="$instance" '$2 == own')
[ -n "$own" ] || refuse "instance ${instance:-that tells no id} is no member of this target"
name=${own%% *}
url=${own##* }
case $url in
  https:*) export CACERT="$pki/ca.crt" CERT="$pki/healthcheck-client.crt" KEY="$pki/healthcheck-client.key" ;;
esac

client() {
  etcdctl "--endpoints=$url" ${CACERT:+"--cacert=$CACERT" "--cert=$CERT" "--key=$KEY"} --dial-timeout=1s --command-timeout=2s "$@" 9>&-
}

# What changes something waits for the others: a script that was asked to stop may still be at work here.
alone() {
  mkdir -p "$home"
  exec 9>"$home/lock"
  flock -w "${lock_s:-60}" 9 || refuse 'another script is still at work here'
}

# Every process of etcd, in a container or not.
pids() {
  for each in "$host"/proc/[0-9]*; do
    comm=
    { read -r comm <"$each/comm"; } 2>/dev/null || continue
    [ "$comm" != etcd ] || printf '%s\n' "${each##*/}"
  done
}

# The one process of the member, or a refusal: nobody may guess which of several it is.
pid() {
  found=$(pids)
  case $found in
    '') refuse "no process of etcd runs on $instance" ;;
    *[!0-9]*) refuse "several processes of etcd run on $instance" ;;
  esac
  printf '%s' "$found"
}

# Kills the member and keeps kubelet from starting it again.
take_down() { # [what to do right before]
  [ -f "$manifest" ] || refuse "no $manifest: only etcd as kubeadm's static pod can be taken down and brought back"
  victim_pid=$(pid)
  "${1:-:}"
  say from_ms "$(now_ms)"
  kill -KILL "$victim_pid"
  mv "$manifest" "$aside"
  tries=0
  while kill -0 "$victim_pid" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 1000 ] || fail "process $victim_pid of etcd on $instance does not die"
    sleep 0.01
  done
  say gone_ms "$(now_ms)"
  stay_down
  say hit "$name"
}

# Kubelet may have begun another one before it missed the manifest.
stay_down() {
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    for each in $(pids); do kill -KILL "$each" 2>/dev/null || true; done
    sleep 0.2
  done
  [ -z "$(pids)" ] || fail "etcd came back on $instance without its manifest"
}

# Lets kubelet start it again; nothing where it may run already.
bring_back() {
  systemctl stop quorum-drills-back.timer >/dev/null 2>&1 9>&- || true
  if [ -f "$aside" ] && [ ! -f "$manifest" ]; then mv "$aside" "$manifest"; fi
}
