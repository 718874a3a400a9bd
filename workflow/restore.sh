#!/usr/bin/env bash
# Saves a snapshot of etcd, proves that it restores, and restores members from it:
#   restore.sh save                  snapshot of ENDPOINT into SNAPSHOT (sealed) and SNAPSHOT.manifest
#   restore.sh verify                opens it, compares hashes, restores into a throw-away folder: only that checks etcd's own hash
#   restore.sh restore [--in-place]  this member's DATA_DIR from the snapshot, as a member of a new cluster
#   restore.sh health                waits until ENDPOINT commits, at most WITHIN_S
#   restore.sh fingerprint           count and hash of keys, values and revisions that ENDPOINT alone holds, at REVISION
#   restore.sh open, seal            decrypts into WORK; encrypts what lies in WORK, under its hash as it is now
#   restore.sh clean [--snapshot]    removes what lies in WORK, and the snapshot too
#
# The default target is a scratch cluster beside the live one; --in-place replaces a stopped member and keeps its old data beside it.
# Stop nothing before `verify` has answered 0. Restore every member from the same snapshot with the same new TOKEN.
#
# SNAPSHOT          sealed snapshot file               NAME              this member's name
# SNAPSHOT_KEY      file with the key that seals it    PEER_URL          this member's peer URL
# SHA256            wanted hash of the snapshot, if    INITIAL_CLUSTER   name=peer-url of all, by commas
#                   known from elsewhere               TOKEN             new cluster token, never used before
# WORK              folder for what is in the clear    DATA_DIR          this member's data
# ENDPOINT          client URL of one member           TOKENS            file of the tokens used on this host
# CACERT CERT KEY   TLS files of a client              OWNER             user[:group] of the data, if not the caller
# LIVE              client URL of the live cluster, whose members are no scratch targets; `none` where it is gone
# ETCDCTL ETCDUTL   programs; etcdutl is used where it is there (3.5 and newer)
# BUMP_REVISION     added to the revision where the version can (3.6 and newer), 1000000000 unless set; 0 for none
# FREE_BYTES        free disk, instead of asking df    WITHIN_S          60 unless set
#
# Prints `name=value` lines: hashes and counts, never keys or values. Exit codes: 0 done; 3 refused, with one line on stderr that
# says why, and nothing live touched; 4 likewise, because the snapshot does not restore; 64 usage; 70 anything else.
set -euo pipefail
umask 077
export LC_ALL=C ETCDCTL_API=3
unset ETCDCTL_ENDPOINTS

ETCDCTL=${ETCDCTL:-etcdctl}
ETCDUTL=${ETCDUTL:-etcdutl}
BUMP_REVISION=${BUMP_REVISION:-1000000000}
SAID=${WORK:-}/said.$$ # what the last tool said; members of one host may be restored at once
command -v "$ETCDUTL" >/dev/null || ETCDUTL=$ETCDCTL
MEMBER_OVERHEAD=140000000 MOST_SKEW_S=5 # two preallocated segments of the log; what clocks of one cluster may differ

refuse() { printf 'refused: %s\n' "$*" >&2; exit 3; }
damaged() { printf 'refused: %s\n' "$*" >&2; exit 4; }
usage() { printf 'usage: %s\n' "$*" >&2; exit 64; }
need() { local word; for word in "$@"; do [ -n "${!word:-}" ] || usage "$word must be set"; done; }

hash_of() { openssl dgst -sha256 -r <"$1" | cut -d' ' -f1; } # several times as fast as sha256sum
cipher() { openssl enc -aes-256-cbc -pbkdf2 -md sha256 -pass "file:$SNAPSHOT_KEY" "$@"; }
bytes_of() { wc -c <"$1" | tr -d ' '; }
field() { sed -n "s/^$1=//p" "$2" | head -n 1; }
number() { sed -n "s/.*\"$1\":\\([0-9][0-9]*\\).*/\\1/p" | head -n 1; }

client() { "$ETCDCTL" "--endpoints=$ENDPOINT" ${CACERT:+"--cacert=$CACERT"} ${CERT:+"--cert=$CERT" "--key=${KEY:-}"} "$@"; }

# etcd prints its hashes as lists of decimal bytes.
hex() { awk '{ while (match($0, /\[[0-9]+( [0-9]+)+\]/)) { n = split(substr($0, RSTART + 1, RLENGTH - 2), bytes, " "); h = ""
  for (i = 1; i <= n; i++) h = h sprintf("%02x", bytes[i]); $0 = substr($0, 1, RSTART - 1) h substr($0, RSTART + RLENGTH) } print }'; }

# The one line of what a tool said that tells why it failed; a crash tells it first, an error last, gRPC within it.
reason() {
  local crash error described
  crash=$(grep -m 1 -E '^(unexpected fault address|fatal error:|panic:|SIG[A-Z]+:)' "$1" || true)
  error=$(grep -E '^Error:|"level":"(fatal|error)"' "$1" | tail -n 1 || true)
  described=$(sed -n 's/.*desc = [\\"]*\([^"\\]*\).*/\1/p' "$1" | tail -n 1)
  if [ "$2" -ge 128 ]; then crash=${crash:-signal $(($2 - 128))}; fi
  if [ -n "$crash" ]; then error="etcd's own tool crashed ($crash)"; else error=${described:-${error:-exit code $2}}; fi
  printf '%s' "$error" | hex | cut -c 1-400
}

enough() { # <folder> <bytes>
  local free=${FREE_BYTES:-$(($(df -Pk "$1" | awk 'NR == 2 { print $4 }') * 1024))}
  [ "$free" -ge "$2" ] || refuse "not enough disk in $1: $free bytes free, $2 needed"
}

version_of() { { "$1" version 2>/dev/null || true; } | awk '/^etcd.* version: / { v = $3 } END { print v ? v : "unknown" }'; }

same_version() {
  local saved tool && saved=$(field etcd_version "$SNAPSHOT.manifest") && tool=$(version_of "$ETCDUTL")
  [ "${saved%.*}" = "${tool%.*}" ] || refuse "a snapshot of etcd $saved, and tools of $tool: restore with tools of its own version"
}

save() {
  need ENDPOINT SNAPSHOT SNAPSHOT_KEY WORK
  local status code=0 version size revision saved_at && saved_at=$(date +%s)
  status=$(client endpoint status --write-out=json 2>"$SAID") || refuse "$ENDPOINT does not answer: $(reason "$SAID" 1)"
  version=$(printf '%s' "$status" | sed -n 's/.*"version":"\([^"]*\)".*/\1/p')
  size=$(printf '%s' "$status" | number dbSize)
  enough "$WORK" $((2 * ${size:-0}))
  client snapshot save "$WORK/snapshot.db" >"$SAID" 2>&1 || code=$?
  [ "$code" -eq 0 ] || refuse "no snapshot of $ENDPOINT: $(reason "$SAID" "$code")"
  status=$("$ETCDUTL" snapshot status "$WORK/snapshot.db" --write-out=json 2>"$SAID") || code=$?
  [ "$code" -eq 0 ] || refuse "no status of the snapshot: $(reason "$SAID" "$code")"
  revision=$(printf '%s' "$status" | number revision)
  printf 'revision=%s\nsaved_at_s=%s\netcd_version=%s\n' "$revision" "$saved_at" "$version" >"$WORK/about"
  seal
}

seal() {
  need SNAPSHOT SNAPSHOT_KEY WORK
  [ -s "$WORK/snapshot.db" ] || refuse "nothing to seal in $WORK"
  [ -s "$SNAPSHOT_KEY" ] || refuse "no key in $SNAPSHOT_KEY"
  enough "$(dirname "$SNAPSHOT")" "$(bytes_of "$WORK/snapshot.db")"
  cipher -salt -in "$WORK/snapshot.db" -out "$SNAPSHOT.part"
  printf 'sha256=%s\nsealed_sha256=%s\nbytes=%s\n' "$(hash_of "$WORK/snapshot.db")" "$(hash_of "$SNAPSHOT.part")" \
    "$(bytes_of "$WORK/snapshot.db")" | cat - "$WORK/about" >"$SNAPSHOT.manifest.part"
  mv "$SNAPSHOT.part" "$SNAPSHOT"
  mv "$SNAPSHOT.manifest.part" "$SNAPSHOT.manifest"
  rm -f "$WORK/snapshot.db" "$WORK/about" "$SAID"
  cat "$SNAPSHOT.manifest"
}

compare() { [ "$(hash_of "$2")" = "$3" ] || damaged "sha256 of the $1 is $(hash_of "$2"), saved as $3"; } # <what> <file> <wanted>

open_snapshot() {
  need SNAPSHOT SNAPSHOT_KEY WORK
  [ -f "$SNAPSHOT.manifest" ] && [ -f "$SNAPSHOT" ] || refuse "no $SNAPSHOT with its manifest"
  [ -s "$SNAPSHOT_KEY" ] || refuse "no key in $SNAPSHOT_KEY"
  local wanted saved_at part="$WORK/snapshot.db.part.$$"
  wanted=$(field sha256 "$SNAPSHOT.manifest") && saved_at=$(field saved_at_s "$SNAPSHOT.manifest")
  [ "${saved_at:-0}" -le $(($(date +%s) + MOST_SKEW_S)) ] ||
    refuse "saved at $saved_at s, and here it is $(date +%s) s: the clocks differ, so its age is not known: set them first"
  [ "${SHA256:-$wanted}" = "$wanted" ] || refuse "sha256 in the manifest is $wanted, wanted $SHA256"
  if [ ! -f "$WORK/snapshot.db" ]; then
    enough "$WORK" "$(bytes_of "$SNAPSHOT")"
    compare 'sealed snapshot' "$SNAPSHOT" "$(field sealed_sha256 "$SNAPSHOT.manifest")"
    cipher -d -in "$SNAPSHOT" -out "$part" 2>"$SAID" || refuse "the snapshot $wanted does not open with the key in $SNAPSHOT_KEY"
    mv "$part" "$WORK/snapshot.db"
  fi
  compare snapshot "$WORK/snapshot.db" "$wanted"
  grep -vE '^(sha256|sealed_sha256|bytes)=' "$SNAPSHOT.manifest" >"$WORK/about" || true
}

restore_into() { # <folder> <name> <peer url> <members> <token>
  local code=0 words=()
  bumped=0
  if [ "$BUMP_REVISION" != 0 ] && "$ETCDUTL" snapshot restore --help 2>&1 | grep -e --bump-revision >/dev/null; then
    bumped=$BUMP_REVISION
    words=("--bump-revision=$bumped" --mark-compacted)
  fi
  "$ETCDUTL" snapshot restore "$WORK/snapshot.db" --data-dir="$1" --name="$2" --initial-advertise-peer-urls="$3" \
    --initial-cluster="$4" --initial-cluster-token="$5" ${words[@]+"${words[@]}"} >"$SAID" 2>&1 || code=$?
  if [ "$code" -ne 0 ] || [ ! -s "$1/member/snap/db" ]; then
    rm -rf "$1"
    ! grep -qs 'no space left on device' "$SAID" || refuse "not enough disk in $1: it filled up while restoring"
    damaged "the snapshot with sha256 $(field sha256 "$SNAPSHOT.manifest") does not restore: $(reason "$SAID" "$code")"
  fi
}

verify() {
  open_snapshot
  same_version
  enough "$WORK" $(($(bytes_of "$WORK/snapshot.db") + MEMBER_OVERHEAD))
  rm -rf "$WORK/throw-away"
  restore_into "$WORK/throw-away" throw-away http://127.0.0.1:1 throw-away=http://127.0.0.1:1 throw-away
  rm -rf "$WORK/throw-away"
  cat "$SNAPSHOT.manifest"
  printf 'restores=yes\n'
}

restore() {
  need NAME PEER_URL INITIAL_CLUSTER TOKEN DATA_DIR TOKENS
  DATA_DIR=${DATA_DIR%/}
  case $TOKEN in *[!A-Za-z0-9._-]*) usage "a TOKEN of letters, digits and . _ -, not $TOKEN" ;; esac
  [ "$TOKEN" != etcd-cluster ] || refuse "token etcd-cluster is every cluster's default: choose a new one"
  ! grep -qsxF "$NAME $TOKEN" "$TOKENS" || refuse "token $TOKEN was used for $NAME before: members of two clusters would meet"
  case ${1:-} in --in-place) ;; '') scratch ;; *) usage "restore [--in-place], not $1" ;; esac
  replaceable
  open_snapshot
  same_version
  (umask 022 && mkdir -p "$(dirname "$DATA_DIR")" "$(dirname "$TOKENS")") # the owner of the data must get to them
  enough "$(dirname "$DATA_DIR")" $(($(bytes_of "$WORK/snapshot.db") + MEMBER_OVERHEAD))
  rm -rf "$DATA_DIR.restored"
  restore_into "$DATA_DIR.restored" "$NAME" "$PEER_URL" "$INITIAL_CLUSTER" "$TOKEN"
  printf '%s %s\n' "$NAME" "$TOKEN" >>"$TOKENS"
  if [ -n "${OWNER:-}" ]; then chown -R "$OWNER" "$DATA_DIR.restored"; fi
  if [ -e "$DATA_DIR" ]; then mv "$DATA_DIR" "$DATA_DIR.before-$TOKEN"; fi
  mv "$DATA_DIR.restored" "$DATA_DIR"
  printf 'member=%s\nrevision=%s\n' "$NAME" $(($(field revision "$SNAPSHOT.manifest") + bumped))
}

# A scratch target has no data and is no member of the live cluster, nor is any that it is to be a member with.
scratch() {
  [ ! -e "$DATA_DIR/member" ] || refuse "$DATA_DIR holds a live member's data: name a scratch folder, or say --in-place"
  need LIVE
  [ "$LIVE" != none ] || return 0
  local members url
  members=$(ENDPOINT=$LIVE client member list 2>"$SAID") || refuse "live cluster $LIVE does not tell its members: $(reason "$SAID" 1)"
  for url in "$PEER_URL" $(printf '%s' "$INITIAL_CLUSTER" | tr ',' '\n' | sed 's/^[^=]*=//'); do
    ! printf '%s' "$members" | tr ', ' '\n\n' | grep -xF -e "${url%/}" >/dev/null ||
      refuse "$url is a member of the live cluster at $LIVE: name a scratch one, or say --in-place"
  done
}

# A folder that can be moved aside, of a member that does not run: etcd locks its database while it does.
replaceable() {
  [ -d "$DATA_DIR" ] || return 0
  [ "$(df -P "$DATA_DIR" | awk 'NR == 2 { print $6 }')" != "$DATA_DIR" ] ||
    refuse "$DATA_DIR is where a disk is mounted, which cannot be moved aside: keep the data in a folder on it"
  [ -f "$DATA_DIR/member/snap/db" ] || return 0
  command -v flock >/dev/null || refuse "no flock here to tell whether a member runs on $DATA_DIR: install util-linux"
  flock -n "$DATA_DIR/member/snap/db" true || refuse "a running member holds $DATA_DIR: stop it first"
}

health() {
  need ENDPOINT WORK
  local end=$((SECONDS + ${WITHIN_S:-60}))
  until client endpoint health --dial-timeout=1s --command-timeout=2s >"$SAID" 2>&1; do
    [ "$SECONDS" -lt "$end" ] || refuse "$ENDPOINT is not healthy within ${WITHIN_S:-60} s: $(reason "$SAID" 1)"
    sleep 0.1
  done
  printf 'healthy=%s\n' "$ENDPOINT"
}

# Of the answer without its header, which names the member: two bytes, the second of which is the header's length.
headless_hash() {
  dd bs=1 count="$(dd bs=1 count=2 2>/dev/null | od -An -tu1 | awk '{ print $2 }')" of=/dev/null 2>/dev/null && hash_of /dev/stdin
}

fingerprint() {
  need ENDPOINT REVISION
  local why="$ENDPOINT does not tell its keys at revision $REVISION" keys hash
  local words=(get '' --from-key "--rev=$REVISION" --consistency=s)
  keys=$(client "${words[@]}" --limit=1 --command-timeout=10s --write-out=json 2>/dev/null | number count) || refuse "$why"
  hash=$(client "${words[@]}" --command-timeout=300s --write-out=protobuf 2>/dev/null | headless_hash) || refuse "$why"
  printf 'keys=%s\nsha256=%s\n' "${keys:-0}" "$hash"
}

clean() {
  need WORK
  rm -rf "$WORK/throw-away"
  rm -f "$WORK/snapshot.db" "$WORK"/snapshot.db.part* "$WORK/about" "$WORK"/said.*
  rmdir "$WORK" 2>/dev/null || true
  [ "${1:---snapshot}" = --snapshot ] || usage "clean [--snapshot], not $1"
  [ -n "${1:-}" ] || return 0
  need SNAPSHOT
  rm -f "$SNAPSHOT" "$SNAPSHOT.part" "$SNAPSHOT.manifest" "$SNAPSHOT.manifest.part"
}

ended() {
  rm -f "$SAID" "${WORK:-}/snapshot.db.part.$$"
  case $1 in 0 | 3 | 4 | 64) ;; *) printf 'failed: restore.sh %s ended with %s\n' "$2" "$1" >&2 && exit 70 ;; esac
}

step=${1:-}
trap 'ended $? "$step"' EXIT
[ -z "${WORK:-}" ] || mkdir -p "$WORK"
case $step in
  save | seal | verify | health | fingerprint) "$step" ;;
  open) open_snapshot ;;
  restore | clean) "$@" ;;
  *) usage 'restore.sh save | verify | restore [--in-place] | health | fingerprint | open | seal | clean [--snapshot]' ;;
esac
