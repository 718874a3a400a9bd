# One line of JSON: what this member says of itself and of its cluster, null where it does not answer.
at_ms=$(now_ms)
found=$(pids)
case $found in *[!0-9]*) refuse "several processes of etcd run on $instance" ;; esac

# A setting of the running process: its flag, else its environment, else etcd's default.
setting() { # <flag> <variable> <default>
  flag=$(tr '\0' '\n' <"$host/proc/$found/cmdline" | awk -v flag="$1" '
    { sub(/^--?/, "") } take { value = $0; take = 0 } $0 == flag { take = 1 } index($0, flag "=") == 1 { value = substr($0, length(flag) + 2) }
    END { print value }')
  set_to=$(tr '\0' '\n' <"$host/proc/$found/environ" | sed -n "s/^$2=//p" | head -n 1)
  printf '%s' "${flag:-${set_to:-$3}}"
}

status=null list=null timing=null
if [ -n "$found" ]; then
  timing="[\"$(setting heartbeat-interval ETCD_HEARTBEAT_INTERVAL 100)\",\"$(setting election-timeout ETCD_ELECTION_TIMEOUT 1000)\"]"
  if status=$(client endpoint status --write-out=json 2>/dev/null); then
    list=$(client member list --write-out=json 2>/dev/null) || list=null
  else
    status=null
  fi
fi
printf '{"at_ms":%s,"timing":%s,"status":%s,"list":%s}\n' "$at_ms" "$timing" "$status" "$list"
