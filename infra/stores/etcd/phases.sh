# One phase of a restore on this host, by workflow/restore.sh as it stands in $home. Before it: `phase`; `token`, which is new with
# every restore; `live`, a client URL of the live cluster or `none`; `bucket` and `kms_key` of the snapshot.
work=$home/work
snapshot=$home/snapshot.sealed
export SNAPSHOT="$snapshot" SNAPSHOT_KEY="$home/key" WORK="$work" TOKENS="$home/tokens" LIVE="$live" TOKEN="$token" DATA_DIR="$data"
export ENDPOINT="$url" WITHIN_S=120
procedure() { bash "$home/restore.sh" "$@" 9>&-; }
cluster_id() { client endpoint status --write-out=json | number cluster_id; }
# Of the files of this restore alone.
stored() { printf 's3://%s/%s/%s' "$bucket" "$token" "$1"; }
first_write_limit_s=300

save() {
  ready
  say cluster_id "$(cluster_id)"
  say saved_at_ms "$(now_ms)"
  new_key
  procedure save >"$home/saved"
  cat "$home/saved"
  REVISION=$(sed -n 's/^revision=//p' "$home/saved")
  export REVISION
  procedure fingerprint >"$home/held"
  sed 's/^/held_/' "$home/held"
  for file in snapshot.sealed snapshot.sealed.manifest key.sealed; do
    aws s3 cp --only-show-errors "$home/$file" "$(stored "$file")"
  done
}

# The key that seals the snapshot: KMS alone can open it again, for this restore alone.
new_key() {
  aws kms generate-data-key --key-id "$kms_key" --key-spec AES_256 --encryption-context "restore=$token" \
    --query '[Plaintext, CiphertextBlob]' --output text >"$home/pair"
  cut -f 1 "$home/pair" >"$home/key"
  cut -f 2 "$home/pair" | base64 -d >"$home/key.sealed"
  rm -f "$home/pair"
}

# Everything that can be found out before anything is touched.
prove() {
  ready
  for file in snapshot.sealed snapshot.sealed.manifest key.sealed; do
    aws s3 cp --only-show-errors "$(stored "$file")" "$home/$file"
  done
  aws kms decrypt --ciphertext-blob "fileb://$home/key.sealed" --encryption-context "restore=$token" --query Plaintext --output text >"$home/key"
  procedure verify
}

# Programs, a folder that can be moved, a place among the members, and no member of the live cluster.
ready() {
  for program in etcdctl aws bash openssl flock base64; do
    command -v "$program" >/dev/null || refuse "no $program on $instance"
  done
  [ -f "$manifest" ] || refuse "no $manifest: only etcd as kubeadm's static pod can be taken down and brought back"
  [ ! -e "$data.lost" ] || refuse "$data.lost is there: an earlier restore was not undone"
  [ "$(df -P "$data" | awk 'NR == 2 { print $6 }')" != "$data" ] || refuse "$data is where a disk is mounted, which cannot be moved aside"
  place
  [ "$live" = none ] || not_live
}

# Name and peer URL of this member, and those of all: what the cluster itself says, by fields `id, state, name, peer, client, learner`.
place() {
  client member list >"$home/members" || refuse 'etcd does not tell its members'
  id=$(printf '%x' "$(client endpoint status --write-out=json | number member_id)")
  awk -F ', ' -v id="$id" '$1 == id { print $3 }' "$home/members" >"$home/name"
  awk -F ', ' -v id="$id" '$1 == id { print $4 }' "$home/members" >"$home/peer"
  awk -F ', ' '{ printf "%s%s=%s", (NR > 1 ? "," : ""), $3, $4 }' "$home/members" >"$home/cluster"
  [ -s "$home/name" ] && [ -s "$home/peer" ] || refuse "etcd does not know the member $id"
}

# Every peer URL of these members against those of the live ones.
not_live() {
  (url=$live && client member list) >"$home/live" || refuse "live cluster $live does not tell its members"
  awk -F ', ' '{ print $4 }' "$home/members" >"$home/peers"
  awk -F ', ' '{ gsub(",", "\n", $4); print $4 }' "$home/live" | grep -xF -f "$home/peers" >"$home/both" || true
  [ ! -s "$home/both" ] || refuse "$(head -n 1 "$home/both") is a member of the live cluster at $live: name scratch instances"
}

lose() {
  say revision "$(client endpoint status --write-out=json | number revision)"
  take_down
  mv "$data" "$data.lost"
}

restore() {
  say began_ms "$(now_ms)"
  NAME=$(cat "$home/name") PEER_URL=$(cat "$home/peer") INITIAL_CLUSTER=$(cat "$home/cluster")
  export NAME PEER_URL INITIAL_CLUSTER
  procedure restore >"$home/restored"
  cat "$home/restored"
}

start() {
  bring_back
  until client put quorum-drills/first-write "$token" >/dev/null 2>&1; do
    [ "$(($(now_ms) / 1000))" -lt "$((started_s + first_write_limit_s))" ] || fail "no write within $first_write_limit_s s"
    sleep 0.1
  done
  say first_write_ms "$(now_ms)"
  procedure health
  say healthy_ms "$(now_ms)"
}

verify() {
  REVISION=$(sed -n 's/^revision=//p' "$home/restored")
  export REVISION
  say began_at_revision "$REVISION"
  say cluster_id "$(cluster_id)"
  procedure fingerprint
}

clean() {
  if [ -f "$manifest" ]; then rm -rf "$data.lost"; fi
  procedure clean --snapshot
  rm -f "$home/key" "$home/key.sealed" "$home/saved" "$home/held" "$home/restored" "$home/name" "$home/peer" "$home/peers" "$home/cluster" \
    "$home/members" "$home/live" "$home/both"
}

alone
started_s=$(($(now_ms) / 1000))
case $phase in
  save | prove | lose | restore | start | verify | clean) "$phase" ;;
  *) refuse "no phase $phase" ;;
esac
